/**
 * Pure. Microsoft Entra ID. Sources: learn.microsoft.com, Access tokens in the Microsoft identity platform and
 * Configure group claims for applications; MicrosoftDocs/azure-docs 38427; MongoDB SERVER-105483.
 */
import { quote } from '../platform/evidence.ts';
import type { Finding } from '../platform/finding.ts';
import { error, info, warning } from './finding.ts';
import type { Settings } from './judge.ts';

/** Their discovery names the issuer `…/{tenantid}/v2.0`, and each token the tenant of whoever signed in. */
const SHARED = ['common', 'organizations', 'consumers'];
/** The one tenant of all personal accounts, in place of `consumers` (learn.microsoft.com, OpenID Connect, Find your app's document). */
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Where the issuers of version 2 are, for the hosts that have others (learn.microsoft.com, National clouds). */
const HOST_OF_ISSUERS: ReadonlyMap<string, string> = new Map([
  ['login.microsoftonline.us', 'login.microsoftonline.us'],
  ['login.usgovcloudapi.net', 'login.microsoftonline.us'],
  ['login.partner.microsoftonline.cn', 'login.partner.microsoftonline.cn'],
  ['login.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
  ['sts.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
]);

/** The issuer of version 2 of a tenant, named by its ID. External ID's has the ID as its host too. */
function issuerOfTenant(host: string, tenant: string): string {
  const id = GUID.test(tenant) ? tenant : '<tenant ID>';
  if (host.endsWith('.ciamlogin.com')) return `https://${id}.ciamlogin.com/${id}/v2.0`;
  return `https://${HOST_OF_ISSUERS.get(host) ?? 'login.microsoftonline.com'}/${id}/v2.0`;
}
const WHERE_IT_IS = ', without a slash at the end (Entra admin center › Overview › Tenant ID)';

/** About the issuer's URL alone. */
export function entraIssuer({ issuerUri }: Settings): Finding[] {
  const { pathname, hostname } = new URL(issuerUri);
  const [tenant = '', version] = pathname.split('/').filter((segment) => segment !== '');
  const isPersonal = tenant.toLowerCase() === PERSONAL;
  if (isPersonal || SHARED.includes(tenant.toLowerCase())) {
    return [
      error(
        'entra-shared-issuer',
        isPersonal
          ? `${quote(issuerUri)} is the issuer of all personal Microsoft accounts: anybody could sign in.`
          : `${quote(issuerUri)} is shared by all tenants: no token carries it as its issuer, and anybody's tenant could sign in.`,
        `Register your own tenant's issuer: ${issuerOfTenant(hostname, '')}${WHERE_IT_IS}.`,
      ),
    ];
  }
  if (version === 'v2.0') return [];
  const own = `${issuerOfTenant(hostname, tenant)}${GUID.test(tenant) ? '' : WHERE_IT_IS}`;
  return [
    warning(
      'entra-v1-issuer',
      `${quote(issuerUri)} is an issuer of version 1 tokens, whose issuer and audience differ from those of version 2.`,
      `Set api.requestedAccessTokenVersion (accessTokenAcceptedVersion in older manifests) of the application to 2, and register the issuer ${own}.`,
    ),
  ];
}

/** About the other settings. */
export const adviseEntra = (settings: Settings): Finding[] => [
  ...scopeAdvice(settings),
  ...audienceAdvice(settings),
  ...groupAdvice(settings),
  ...userAdvice(settings),
];

/** Microsoft's own: `https://graph.microsoft.com/User.Read` and its kin in all clouds. */
const OF_MICROSOFT = /^https:\/\/(?:[a-z0-9-]+\.)*(?:microsoft|azure|office|windows)\.(?:com|net|us|cn)(?:\/|$)/i;

/** A scope names the application that the token is for: by its ID, or by its App ID URI, which may be a web address. */
function scopeAdvice({ purpose, requestedScopes, clientId, audience }: Settings): Finding[] {
  if (purpose === 'WORKLOAD') return [];
  const applications = [clientId, audience].flatMap((id) => (id === null ? [] : [`${id}/`]));
  const isForUs = (scope: string) =>
    /^(?:api|https):\/\//.test(scope)
      ? !OF_MICROSOFT.test(scope)
      : applications.some((start) => scope.startsWith(start));
  if (requestedScopes.some(isForUs)) return [];
  return [
    warning(
      'entra-scope-missing',
      'None of the requested scopes belongs to the application, so Entra issues a token for Microsoft Graph (aud 00000003-0000-0000-c000-000000000000), whose signature nobody else can check.',
      `Add "${clientId}/.default" to requestedScopes, and "offline_access" for refresh tokens.`,
    ),
  ];
}

function audienceAdvice({ issuerUri, audience }: Settings): Finding[] {
  if (!issuerUri.endsWith('/v2.0') || GUID.test(audience)) return [];
  return [
    warning(
      'entra-audience',
      `A version 2 token carries the application's client ID, a GUID, as its audience; ${quote(audience)} is registered.`,
      'Register the client ID of the application as audience. App ID URIs (api://…) are audiences of version 1 tokens.',
    ),
  ];
}

/** What a token can hold groups in without a claims mapping policy: groups, app roles, directory roles. */
const GROUP_CLAIMS = ['groups', 'roles', 'wids'];

function groupAdvice({ authorizationType, groupsClaim }: Settings): Finding[] {
  if (authorizationType !== 'GROUP') return [];
  if (!GROUP_CLAIMS.includes(groupsClaim)) {
    return [
      warning(
        'entra-groups-claim',
        `Entra puts groups into the claim "groups" and app roles into "roles"; ${quote(groupsClaim)} is registered, so everybody would be refused.`,
        'Register groupsClaim "groups" or "roles", unless a claims mapping policy of the application adds this one.',
      ),
    ];
  }
  if (groupsClaim !== 'groups') return [];
  return [
    info(
      'entra-group-object-ids',
      `Entra puts object IDs of groups, not their names, into "groups", once the groups claim is added to the access token. For a person in more than 200 groups it leaves the claim out, and that person is refused.`,
      `Grant to object IDs, and choose "Groups assigned to the application" in Token configuration. Or use app roles: groupsClaim "roles".`,
    ),
  ];
}

/** A machine's "sub" is the object ID of its service principal: the same everywhere. */
function userAdvice({ purpose, authorizationType, userClaim }: Settings): Finding[] {
  if (purpose === 'WORKLOAD' || authorizationType !== 'USER' || userClaim !== 'sub') return [];
  return [
    info(
      'entra-pairwise-subject',
      'In Entra "sub" is another value for each application: nobody can look it up to grant to a person.',
      'Use userClaim "oid" (the object ID), or "preferred_username" if names may not be given to somebody else later.',
    ),
  ];
}

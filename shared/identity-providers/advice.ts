/**
 * Pure. What each product needs beyond the standards, in words that a person can act on (S6). Nothing here refuses an
 * issuer but Entra's shared ones, whose tokens carry another issuer each.
 */
import { type JsonObject, own } from '../platform/json-object.ts';
import { adviseEntra, entraIssuer } from './advice-entra.ts';
import { adviseOkta } from './advice-okta.ts';
import { info, warning } from './finding.ts';
import type { Settings } from './judge.ts';
import type { Provider } from './provider.ts';
import type { Finding } from './schema.ts';

/** What is known about the issuer from its URL alone; the first one also says how to correct it. */
export const issuerAdvice = (settings: Settings, provider: Provider | undefined): Finding[] =>
  provider === 'entra' ? entraIssuer(settings) : [];

export function advise(
  settings: Settings,
  provider: Provider | undefined,
  discovery: JsonObject | undefined,
): Finding[] {
  return [...adviseOn(settings, provider), ...refreshAdvice(settings, provider, discovery)];
}

function adviseOn(settings: Settings, provider: Provider | undefined): Finding[] {
  switch (provider) {
    case 'entra':
      return adviseEntra(settings);
    case 'okta':
      return adviseOkta(settings);
    case 'auth0':
      return adviseAuth0(settings);
    case 'keycloak':
      return adviseKeycloak(settings);
    case 'google':
      return adviseGoogle(settings);
    case 'cognito':
      return adviseCognito(settings);
    case 'pingone':
      return [
        info(
          'pingone-custom-resource',
          'PingOne puts an audience and groups of your own only into access tokens for a custom resource.',
          'Add a custom resource with this audience and the claims, and request one of its scopes.',
        ),
      ];
    case 'pingfederate':
      return [
        info(
          'pingfederate-token-manager',
          'PingFederate issues reference tokens by default, which nobody else can read.',
          'Let the client use an access token manager of type JSON Web Tokens.',
        ),
      ];
    case 'workload':
      return adviseWorkload(settings);
    case undefined:
      return [];
  }
}

const groupsNeeded = ({ authorizationType }: Settings): boolean => authorizationType === 'GROUP';

function adviseAuth0(settings: Settings): Finding[] {
  const { groupsClaim, requestedScopes, audience } = settings;
  const findings = [
    info(
      'auth0-default-audience',
      'Auth0 issues opaque access tokens unless an API is asked for, and mongosh cannot ask for one.',
      `Set Default Audience of the tenant (Settings › General) to "${audience}".`,
    ),
  ];
  if (requestedScopes.includes('openid')) {
    const message =
      'With the scope openid, Auth0 puts two audiences into a token. Newer MongoDB servers refuse such a token.';
    findings.push(
      warning(
        'auth0-two-audiences',
        message,
        'Leave openid out of requestedScopes for clusters with the connector mongodb or atlas.',
      ),
    );
  }
  if (groupsNeeded(settings) && !URL.canParse(groupsClaim)) {
    const message = `Auth0 adds claims of your own under a URL only, and never one with the bare name "${groupsClaim}".`;
    findings.push(
      warning(
        'auth0-groups-claim',
        message,
        'Add the groups by an Action as a claim such as https://acme.com/groups, and register that as groupsClaim.',
      ),
    );
  }
  return findings;
}

function adviseKeycloak(settings: Settings): Finding[] {
  const { audience, groupsClaim, userClaim } = settings;
  const findings = [
    info(
      'keycloak-audience-mapper',
      `Keycloak's access tokens have the audience "account" unless the client adds another.`,
      `Add an Audience mapper for "${audience}" to the client, with "Add to access token" on.`,
    ),
  ];
  const nested = [...(groupsNeeded(settings) ? [groupsClaim] : []), userClaim].find((claim) =>
    /^(?:realm_access|resource_access)\./.test(claim),
  );
  if (nested !== undefined) {
    const message = `"${nested}" lies inside another claim. Claims are read at the top level of the token only, as MongoDB servers do.`;
    findings.push(
      warning(
        'claim-not-top-level',
        message,
        'Add a mapper that puts the value into a claim of its own, and register that name.',
      ),
    );
  }
  if (groupsNeeded(settings)) {
    const message = `Keycloak puts groups into "${groupsClaim}" only by a mapper, and as paths ("/db-oncall") if "Full group path" is on.`;
    findings.push(
      info(
        'keycloak-groups-mapper',
        message,
        'Add a Group Membership mapper with this claim name, "Add to access token" on and "Full group path" off, or grant to the paths.',
      ),
    );
  }
  return findings;
}

function adviseGoogle(settings: Settings): Finding[] {
  const findings = [
    warning(
      'google-opaque-token',
      "Google's access tokens are opaque: nobody but Google can read them. Of its tokens only ID tokens are JWTs.",
      'Sign in through a provider that issues JWT access tokens and has Google behind it.',
    ),
  ];
  if (groupsNeeded(settings)) {
    const message = "Google's tokens have no claim with groups.";
    findings.push(
      warning('google-no-groups', message, 'Use authorizationType USER, or a provider between that adds groups.'),
    );
  }
  return findings;
}

function adviseCognito(settings: Settings): Finding[] {
  const findings = [
    warning(
      'cognito-no-audience',
      'Access tokens of Cognito have no "aud" claim, so every verdict and every MongoDB server refuses them.',
      'Add the claim by a Pre token generation trigger (version 2 or later) for access tokens.',
    ),
  ];
  if (groupsNeeded(settings) && settings.groupsClaim !== 'cognito:groups') {
    const message = `Cognito names the claim with a user's groups "cognito:groups"; "${settings.groupsClaim}" is registered.`;
    findings.push(
      warning(
        'cognito-groups-claim',
        message,
        'Register groupsClaim "cognito:groups". It is absent for people in no group.',
      ),
    );
  }
  return findings;
}

const adviseWorkload = ({ purpose }: Settings): Finding[] =>
  purpose === 'WORKLOAD'
    ? []
    : [
        warning(
          'workload-issuer',
          'This issuer gives tokens to pipelines and other machines; people cannot sign in with it.',
          'Register it with purpose WORKLOAD.',
        ),
      ];

/** Google and Cognito know no such scope: they give refresh tokens in their own ways. */
const OWN_REFRESH: readonly (Provider | undefined)[] = ['google', 'cognito', 'workload'];
const OFFLINE = 'offline_access';

/** Without a refresh token people sign in again whenever an access token ends, often once an hour. */
function refreshAdvice(
  settings: Settings,
  provider: Provider | undefined,
  discovery: JsonObject | undefined,
): Finding[] {
  if (settings.purpose === 'WORKLOAD' || OWN_REFRESH.includes(provider)) return [];
  const announced = discovery && own(discovery, 'scopes_supported');
  const isAnnounced = !Array.isArray(announced) || announced.includes(OFFLINE);
  const isRequested = settings.requestedScopes.includes(OFFLINE);
  if (isRequested && !isAnnounced) {
    const message = `The scope ${OFFLINE} is requested, and the issuer does not announce it in scopes_supported: sign-in may fail with invalid_scope.`;
    return [
      warning(
        'refresh-scope-not-announced',
        message,
        `Allow ${OFFLINE} for the client at the identity provider, or leave it out.`,
      ),
    ];
  }
  if (isRequested || !isAnnounced) return [];
  const message = `The scope ${OFFLINE} is not requested, so people sign in again each time an access token ends.`;
  return [
    info(
      'refresh-scope-missing',
      message,
      `Add "${OFFLINE}" to requestedScopes, if the client may have refresh tokens.`,
    ),
  ];
}

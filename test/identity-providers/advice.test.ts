/** S6: each product's real document × what can be set → exactly what is said. */
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../shared/identity-providers/judge.ts';
import type { JsonObject } from '../../shared/platform/json-object.ts';
import { aDiscovery } from './an-identity-provider.ts';
import * as auth0 from './discovery/auth0.ts';
import * as cognito from './discovery/cognito.ts';
import * as entra from './discovery/entra.ts';
import { GOOGLE } from './discovery/google.ts';
import * as keycloak from './discovery/keycloak.ts';
import { APPLICATION, TENANT } from './discovery/made-up.ts';
import * as okta from './discovery/okta.ts';
import * as others from './discovery/others.ts';
import * as ping from './discovery/ping.ts';
import * as workload from './discovery/workload.ts';
import { codes, found, judged } from './judging.ts';

/** What is set otherwise than it should be, and what is then said instead of the first row. */
type Row = [what: string, change: Partial<Settings>, codes: string[]];

function table(good: Partial<Settings>, document: JsonObject, rows: readonly Row[]): void {
  it.each(rows)('%s', (_what, change, expected) => {
    expect(codes(judged(document, { ...good, ...change }))).toEqual(expected);
  });
  it('has a fix for everything that it says, in one line', () => {
    for (const [, change] of rows) {
      for (const { message, fix } of judged(document, { ...good, ...change }).findings) {
        expect(message).toMatch(/^[^\n]{20,600}\.$/);
        expect(fix).toMatch(/^[^\n]{20,600}[.)]$/);
      }
    }
  });
}

describe('S6 Entra', () => {
  const good = {
    clientId: APPLICATION,
    audience: APPLICATION,
    requestedScopes: [`${APPLICATION}/.default`, 'offline_access'],
  };
  const PKCE = 'INFO pkce-not-announced';
  table(good, entra.ENTRA_V2, [
    ['with object IDs of groups, nothing is wrong', {}, [PKCE, 'INFO entra-group-object-ids']],
    ['with app roles, nothing is left to say', { groupsClaim: 'roles' }, [PKCE]],
    ['with directory roles', { groupsClaim: 'wids' }, [PKCE]],
    ['with a claim that it does not issue', { groupsClaim: 'group' }, ['WARNING entra-groups-claim', PKCE]],
    ['by person, by object ID', { authorizationType: 'USER', userClaim: 'oid' }, [PKCE]],
    ['by person, by "sub"', { authorizationType: 'USER' }, [PKCE, 'INFO entra-pairwise-subject']],
    [
      'with the scope of an App ID URI',
      { groupsClaim: 'roles', requestedScopes: ['api://acme-db/access', 'offline_access'] },
      [PKCE],
    ],
    [
      'with the scope of its own App ID URI',
      { groupsClaim: 'roles', requestedScopes: [`api://${APPLICATION}/access`, 'offline_access'] },
      [PKCE],
    ],
    [
      'with the scope of an App ID URI that is a web address',
      { groupsClaim: 'roles', requestedScopes: ['https://acme.com/db/.default', 'offline_access'] },
      [PKCE],
    ],
    [
      'with scopes of Graph by its address',
      { groupsClaim: 'roles', requestedScopes: ['https://graph.microsoft.com/.default', 'offline_access'] },
      ['WARNING entra-scope-missing', PKCE],
    ],
    [
      'with scopes of Graph only',
      { groupsClaim: 'roles', requestedScopes: ['openid', 'profile', 'offline_access'] },
      ['WARNING entra-scope-missing', PKCE],
    ],
    [
      'with another application’s scope',
      { groupsClaim: 'roles', requestedScopes: [`${TENANT}/.default`, 'offline_access'] },
      ['WARNING entra-scope-missing', PKCE],
    ],
    [
      'with an App ID URI for an audience',
      { groupsClaim: 'roles', audience: 'api://acme-db' },
      ['WARNING entra-audience', PKCE],
    ],
    [
      'without refresh tokens',
      { groupsClaim: 'roles', requestedScopes: [`${APPLICATION}/.default`] },
      [PKCE, 'INFO refresh-scope-missing'],
    ],
    ['for machines', { purpose: 'WORKLOAD', clientId: null, authorizationType: 'USER', requestedScopes: [] }, []],
    [
      'with algorithms that it does not use',
      { groupsClaim: 'roles', allowedAlgorithms: ['ES256'] },
      ['ERROR no-allowed-algorithm', PKCE],
    ],
  ]);

  it.each([
    ['the US government’s cloud', entra.ENTRA_US],
    ['China’s, whose endpoints are on another host', entra.ENTRA_CHINA],
    ['External ID', entra.ENTRA_EXTERNAL_ID],
  ])('is the same in %s', (_cloud, document) => {
    expect(codes(judged(document, { ...good, groupsClaim: 'roles' }))).toEqual([PKCE]);
  });

  const V1 = ['WARNING entra-v1-issuer', PKCE, 'INFO device-flow-missing'];
  it.each<[string, JsonObject, string | undefined, string[], string]>([
    ['version 1', entra.ENTRA_V1, undefined, V1, `https://login.microsoftonline.com/${TENANT}/v2.0`],
    [
      'version 1 without its slash',
      entra.ENTRA_V1,
      `https://sts.windows.net/${TENANT}`,
      ['ERROR issuer-differs', ...V1],
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
    ],
    [
      'the host of version 2 without its path, which answers as version 1',
      entra.ENTRA_V1,
      `https://login.microsoftonline.com/${TENANT}`,
      ['ERROR issuer-differs', ...V1],
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
    ],
    [
      'version 2 with a slash at the end',
      entra.ENTRA_V2,
      `https://login.microsoftonline.com/${TENANT}/v2.0/`,
      ['ERROR issuer-differs', PKCE],
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
    ],
    [
      'a tenant by its name',
      entra.ENTRA_V2,
      'https://login.microsoftonline.com/acme.onmicrosoft.com/v2.0',
      ['ERROR issuer-differs', PKCE],
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
    ],
    [
      'External ID by its name',
      entra.ENTRA_EXTERNAL_ID,
      `https://acme.ciamlogin.com/${TENANT}/v2.0`,
      ['ERROR issuer-differs', PKCE],
      `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`,
    ],
    [
      'China by the host of its endpoints',
      entra.ENTRA_CHINA,
      `https://login.chinacloudapi.cn/${TENANT}/v2.0`,
      ['ERROR issuer-differs', PKCE],
      `https://login.partner.microsoftonline.cn/${TENANT}/v2.0`,
    ],
  ])('sends who registers %s to the issuer of version 2', (_what, document, issuerUri, expected, register) => {
    const answer = judged(document, { ...good, groupsClaim: 'roles', ...(issuerUri && { issuerUri }) });
    expect(codes(answer).filter((code) => code !== 'WARNING entra-audience')).toEqual(expected);
    expect(answer.findings[0]?.fix).toContain(register);
  });

  it.each([
    [`https://login.microsoftonline.us/${TENANT}`, `https://login.microsoftonline.us/${TENANT}/v2.0`],
    ['https://login.microsoftonline.us/common/v2.0', 'https://login.microsoftonline.us/<tenant ID>/v2.0'],
    [`https://sts.chinacloudapi.cn/${TENANT}/`, `https://login.partner.microsoftonline.cn/${TENANT}/v2.0`],
    [`https://acme.ciamlogin.com/${TENANT}`, `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`],
    ['https://acme.ciamlogin.com/acme.onmicrosoft.com', 'https://<tenant ID>.ciamlogin.com/<tenant ID>/v2.0'],
    [`https://login.windows.net/${TENANT}`, `https://login.microsoftonline.com/${TENANT}/v2.0`],
  ])('stays in its cloud: %s to %s', (issuerUri, register) => {
    expect(judged(entra.ENTRA_V1, { ...good, issuerUri }).findings[0]?.fix).toContain(register);
  });

  it.each(['common', 'organizations', 'consumers', 'Common'])(
    'refuses the shared /%s, and says which to register',
    (shared) => {
      const issuerUri = `https://login.microsoftonline.com/${shared}/v2.0`;
      const answer = judged(entra.ENTRA_COMMON, { ...good, issuerUri, groupsClaim: 'roles' });
      const fix =
        "Register your own tenant's issuer: https://login.microsoftonline.com/<tenant ID>/v2.0, without a slash at the end (Entra admin center › Overview › Tenant ID).";
      expect(codes(answer)).toEqual(['ERROR issuer-differs', 'ERROR entra-shared-issuer', PKCE]);
      expect(found(answer, 'entra-shared-issuer')).toEqual({
        severity: 'ERROR',
        code: 'entra-shared-issuer',
        message: `"${issuerUri}" is shared by all tenants: no token carries it as its issuer, and anybody's tenant could sign in.`,
        fix,
      });
      expect(found(answer, 'issuer-differs').fix).toBe(fix); // never the template that the document names
    },
  );

  it('refuses the tenant of all personal accounts, whose document names it rightly', () => {
    const issuerUri = 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0';
    const answer = judged({ ...entra.ENTRA_V2, issuer: issuerUri }, { ...good, groupsClaim: 'roles' });
    expect(codes(answer)).toEqual(['ERROR entra-shared-issuer', PKCE]);
    expect(found(answer, 'entra-shared-issuer').message).toContain('all personal Microsoft accounts: anybody could');
  });

  it('names the setting that makes tokens version 2', () => {
    expect(found(judged(entra.ENTRA_V1, good), 'entra-v1-issuer').fix).toBe(
      `Set api.requestedAccessTokenVersion (accessTokenAcceptedVersion in older manifests) of the application to 2, and register the issuer https://login.microsoftonline.com/${TENANT}/v2.0.`,
    );
  });

  it('names the scope that it needs', () => {
    const { message, fix } = found(
      judged(entra.ENTRA_V2, { ...good, requestedScopes: ['openid'] }),
      'entra-scope-missing',
    );
    expect(message).toContain('token for Microsoft Graph (aud 00000003-0000-0000-c000-000000000000)');
    expect(fix).toBe(`Add "${APPLICATION}/.default" to requestedScopes, and "offline_access" for refresh tokens.`);
  });

  it('says what happens to people in more than 200 groups', () => {
    const { message, fix } = found(judged(entra.ENTRA_V2, good), 'entra-group-object-ids');
    expect(message).toContain('more than 200 groups it leaves the claim out');
    expect(fix).toContain('Groups assigned to the application');
  });
});

describe('S6 Okta', () => {
  table({ audience: 'api://default' }, okta.OKTA_CUSTOM, [
    ['with a custom server, nothing is wrong', {}, ['INFO okta-audience', 'INFO okta-groups-claim']],
    ['by person', { authorizationType: 'USER' }, ['INFO okta-audience']],
    [
      'without refresh tokens',
      { authorizationType: 'USER', requestedScopes: ['openid'] },
      ['INFO okta-audience', 'INFO refresh-scope-missing'],
    ],
    [
      'with a slash at the end',
      { authorizationType: 'USER', issuerUri: 'https://acme.okta.com/oauth2/default/' },
      ['ERROR issuer-differs', 'INFO okta-audience'],
    ],
  ]);

  it.each([
    ['', okta.OKTA_ORG, 'https://acme.okta.com/oauth2/default'],
    [' behind a domain of its own', okta.OKTA_ORG_OWN_DOMAIN, 'https://id.acme.com/oauth2/default'],
  ])('sends who registers the org’s own server%s to a custom one', (_where, document, register) => {
    const answer = judged(document);
    expect(codes(answer)).toEqual(['WARNING okta-org-server']);
    expect(found(answer, 'okta-org-server').fix).toBe(
      `Register a custom authorization server, such as ${register} (Security › API). In production it needs API Access Management.`,
    );
  });

  it('is known behind a domain of its own', () => {
    expect(codes(judged(okta.OKTA_OWN_DOMAIN))).toEqual(['INFO okta-audience', 'INFO okta-groups-claim']);
  });

  it('is not a host that only looks like it', () => {
    expect(codes(judged(aDiscovery('https://notokta.com')))).toEqual([]);
  });

  it('names the audience to set, which is not the client ID unless one sets it so', () => {
    const { message, fix } = found(judged(okta.OKTA_CUSTOM, { audience: 'client-1' }), 'okta-audience');
    expect(message).toContain('(api://default unless changed)');
    expect(fix).toContain('Set Audience to "client-1"');
  });
});

describe('S6 Auth0', () => {
  const good = { requestedScopes: ['offline_access'], groupsClaim: 'https://acme.com/groups' };
  const ALWAYS = ['INFO auth0-default-audience', 'INFO auth0-token-profile'];
  table(good, auth0.AUTH0, [
    ['as advised, nothing is wrong', {}, ALWAYS],
    ['with the permissions that it adds itself', { groupsClaim: 'permissions' }, ALWAYS],
    ['with a name of one’s own, which it allows since 2022', { groupsClaim: 'acme_groups' }, ALWAYS],
    ['with the bare name groups', { groupsClaim: 'groups' }, ['WARNING auth0-groups-claim', ...ALWAYS]],
    ['with the bare name roles', { groupsClaim: 'roles' }, ['WARNING auth0-groups-claim', ...ALWAYS]],
    ['by person, where the claim does not matter', { authorizationType: 'USER', groupsClaim: 'groups' }, ALWAYS],
    [
      'for machines, which name the API themselves',
      { purpose: 'WORKLOAD', clientId: null },
      ['INFO auth0-token-profile'],
    ],
    ['with openid', { requestedScopes: ['openid', 'offline_access'] }, ['WARNING auth0-two-audiences', ...ALWAYS]],
    ['without refresh tokens', { requestedScopes: [] }, [...ALWAYS, 'INFO refresh-scope-missing']],
    ['without its slash', { issuerUri: 'https://acme.eu.auth0.com' }, ['ERROR issuer-differs', ...ALWAYS]],
  ]);

  it('is known behind a domain of its own', () => {
    expect(codes(judged(auth0.AUTH0_OWN_DOMAIN, good))).toEqual(ALWAYS);
  });

  it('keeps the slash at the end of its issuer', () => {
    const answer = judged(auth0.AUTH0, { ...good, issuerUri: 'https://acme.eu.auth0.com' });
    expect(found(answer, 'issuer-differs').fix).toContain('Register issuerUri "https://acme.eu.auth0.com/"');
  });
});

describe('S6 Keycloak', () => {
  const good: Partial<Settings> = { allowedAlgorithms: ['RS256', 'ES256'] };
  const MAPPERS = ['INFO keycloak-audience-mapper', 'INFO keycloak-groups-mapper', 'INFO keycloak-device-grant'];
  table(good, keycloak.KEYCLOAK, [
    ['with mappers, nothing is wrong', {}, MAPPERS],
    ['by person', { authorizationType: 'USER' }, ['INFO keycloak-audience-mapper', 'INFO keycloak-device-grant']],
    ['for machines', { authorizationType: 'USER', purpose: 'WORKLOAD' }, ['INFO keycloak-audience-mapper']],
    [
      'with the audience that every client has',
      { audience: 'account' },
      ['WARNING keycloak-audience-account', 'INFO keycloak-groups-mapper', 'INFO keycloak-device-grant'],
    ],
    ['with nested roles', { groupsClaim: 'realm_access.roles' }, ['WARNING claim-not-top-level', ...MAPPERS]],
    [
      'with the object that holds the roles',
      { groupsClaim: 'realm_access' },
      ['WARNING claim-not-top-level', ...MAPPERS],
    ],
    ['with a nested user', { userClaim: 'resource_access.x' }, ['WARNING claim-not-top-level', ...MAPPERS]],
    [
      'with every algorithm that it announces',
      { allowedAlgorithms: ['RS256', 'PS512', 'EdDSA'] },
      ['INFO algorithm-refused-by-servers', ...MAPPERS],
    ],
    ['without its port', { issuerUri: 'https://sso.acme.com/realms/staff' }, ['ERROR issuer-differs', ...MAPPERS]],
    ['without refresh tokens', { requestedScopes: ['openid'] }, [...MAPPERS, 'INFO refresh-scope-missing']],
  ]);

  it('is known by the path that it had before 17', () => {
    expect(codes(judged(keycloak.KEYCLOAK_BEFORE_17, good))).toEqual(MAPPERS);
  });
});

describe('S6 Ping', () => {
  const good = { requestedScopes: ['openid', 'databases'] };
  table(good, ping.PINGONE, [
    ['PingOne with a custom resource, nothing is wrong', {}, ['INFO pingone-custom-resource']],
    [
      'PingOne with offline_access, which it does not know',
      { requestedScopes: ['offline_access'] },
      ['WARNING refresh-scope-not-announced', 'INFO pingone-custom-resource'],
    ],
  ]);

  it('PingOne is known behind a domain of its own', () => {
    expect(codes(judged(ping.PINGONE_OWN_DOMAIN, good))).toEqual(['INFO pingone-custom-resource']);
  });

  it.each<[string, Partial<Settings>, string[]]>([
    ['as advised', { ...good, allowedAlgorithms: ['RS256', 'ES256'] }, ['INFO pingfederate-token-manager']],
    ['with every algorithm', good, ['INFO algorithm-refused-by-servers', 'INFO pingfederate-token-manager']],
  ])('PingFederate %s', (_what, settings, expected) => {
    const answer = judged(ping.PINGFEDERATE, settings);
    expect(codes(answer)).toEqual(expected);
    expect(found(answer, 'pingfederate-token-manager').fix).toMatch(/type JSON Web Tokens/);
  });

  it('PingFederate of a release before it announced PKCE is warned about', () => {
    const { code_challenge_methods_supported: _, ...older } = ping.PINGFEDERATE;
    expect(codes(judged(older, good))).toContain('WARNING pkce-not-announced');
  });

  it('the Advanced Identity Cloud is no Keycloak, though it has realms', () => {
    expect(codes(judged(ping.PING_ADVANCED_IDENTITY_CLOUD, good))).toEqual(['INFO refresh-scope-missing']);
  });
});

describe('S6 Google', () => {
  table({ requestedScopes: ['openid', 'email'] }, GOOGLE, [
    ['for people', { authorizationType: 'USER' }, ['WARNING google-opaque-token']],
    ['for people in groups', {}, ['WARNING google-opaque-token', 'WARNING google-no-groups']],
    [
      'for machines, nothing is wrong',
      { purpose: 'WORKLOAD', authorizationType: 'USER' },
      ['INFO google-identity-token'],
    ],
    ['for machines in groups', { purpose: 'WORKLOAD' }, ['WARNING google-no-groups', 'INFO google-identity-token']],
    [
      'with offline_access, which it does not know',
      { authorizationType: 'USER', requestedScopes: ['openid', 'offline_access'] },
      ['WARNING google-opaque-token', 'WARNING refresh-scope-not-announced'],
    ],
    [
      'with a slash at the end',
      { authorizationType: 'USER', issuerUri: 'https://accounts.google.com/' },
      ['ERROR issuer-differs', 'WARNING google-opaque-token'],
    ],
  ]);

  it('has its keys on another host', () => {
    expect(judged(GOOGLE).jwksUri).toBe('https://www.googleapis.com/oauth2/v3/certs');
  });
});

describe('S6 Cognito', () => {
  const good = { groupsClaim: 'cognito:groups', audience: 'client-1', requestedScopes: ['openid'] };
  const QUIET = ['INFO pkce-not-announced', 'INFO device-flow-missing'];
  table(good, cognito.COGNITO, [
    ['with its own claim', {}, ['WARNING cognito-no-audience', ...QUIET]],
    [
      'with another claim',
      { groupsClaim: 'groups' },
      ['WARNING cognito-no-audience', 'WARNING cognito-groups-claim', ...QUIET],
    ],
    ['by person', { authorizationType: 'USER', groupsClaim: 'groups' }, ['WARNING cognito-no-audience', ...QUIET]],
    ['for machines', { purpose: 'WORKLOAD', clientId: null }, ['WARNING cognito-no-audience']],
    [
      'with offline_access, which it does not know',
      { requestedScopes: ['offline_access'] },
      ['WARNING cognito-no-audience', 'WARNING refresh-scope-not-announced', ...QUIET],
    ],
  ]);

  it('says that an audience other than the client ID cannot be issued', () => {
    expect(found(judged(cognito.COGNITO, { ...good, audience: 'databases' }), 'cognito-no-audience').fix).toBe(
      'Add the claim by a Pre token generation trigger (version 2 or later) for access tokens and register client-1 as audience: Cognito takes the ID of the app client only.',
    );
  });

  it('does not ask for a device flow, which it lacks', () => {
    expect(found(judged(cognito.COGNITO, good), 'device-flow-missing').fix).toMatch(/^Nothing: Cognito has no device/);
  });

  it('needs a domain before anybody can sign in', () => {
    expect(codes(judged(cognito.COGNITO_WITHOUT_DOMAIN, good))).toEqual([
      'WARNING cognito-no-audience',
      'WARNING cognito-no-domain',
      ...QUIET,
    ]);
  });
});

describe('S6 issuers for machines', () => {
  const machine: Partial<Settings> = { purpose: 'WORKLOAD', clientId: null, authorizationType: 'USER' };
  it.each([
    ['GitHub Actions', workload.GITHUB_ACTIONS],
    ['GitLab CI', workload.GITLAB],
    ['EKS', workload.EKS],
    ['Kubernetes with a public issuer', workload.KUBERNETES_SELF_HOSTED],
  ])('%s: nothing is wrong, and groups are not there', (_product, document) => {
    expect(codes(judged(document, machine))).toEqual([]);
    expect(codes(judged(document, { ...machine, authorizationType: 'GROUP' }))).toEqual(['WARNING workload-no-groups']);
    expect(codes(judged(document, { ...machine, authorizationType: 'GROUP', groupsClaim: 'groups_direct' }))).toEqual(
      [],
    );
  });

  const NOBODY = ['ERROR sign-in-endpoint-missing', 'WARNING code-flow-not-announced', 'WARNING pkce-not-announced'];
  it.each([
    ['GitHub Actions', workload.GITHUB_ACTIONS, [...NOBODY, 'WARNING workload-issuer', 'INFO device-flow-missing']],
    ['EKS', workload.EKS, [...NOBODY, 'WARNING workload-issuer', 'INFO device-flow-missing']],
    ['GitLab, where people sign in', workload.GITLAB, ['WARNING workload-issuer', 'INFO device-flow-missing']],
  ])('%s is not for people', (_product, document, expected) => {
    expect(codes(judged(document, { requestedScopes: [] }))).toEqual(expected);
  });

  it('a URN is told to be no address', () => {
    expect(found(judged(workload.EKS), 'sign-in-endpoint-missing').message).toBe(
      'The discovery document has no authorization_endpoint and no token_endpoint ("urn:kubernetes:programmatic_authorization" is no address), so nobody can sign in.',
    );
  });

  it('GitLab’s tokens for people are told to be opaque', () => {
    expect(found(judged(workload.GITLAB), 'workload-issuer').message).toContain('opaque access tokens');
  });
});

describe('S6 products without advice of their own', () => {
  it('oidc-provider: nothing to say', () => expect(codes(judged(others.OIDC_PROVIDER))).toEqual([]));

  it('AD FS: its access tokens carry another issuer, and it names no PKCE', () => {
    const answer = judged(others.ADFS, { requestedScopes: ['openid'] });
    expect(codes(answer)).toEqual(['WARNING pkce-not-announced', 'WARNING access-token-issuer-differs']);
    expect(found(answer, 'access-token-issuer-differs').message).toContain('"http://fs.acme.com/adfs/services/trust"');
  });
});

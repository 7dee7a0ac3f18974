import { describe, expect, it } from 'vitest';
import { type JudgedIssuer, judgeIssuer, type Settings } from '../../shared/identity-providers/judge.ts';
import type { Fetched } from '../../shared/identity-providers/prove.ts';
import type { Finding } from '../../shared/platform/finding.ts';
import type { JsonObject } from '../../shared/platform/json-object.ts';
import { ec, rsa } from './a-jwk.ts';
import { aDiscovery, anIdentityProvider, factsOf, ISSUER } from './an-identity-provider.ts';
import * as documents from './discovery-documents.ts';

const { APPLICATION, TENANT } = documents;

/** As registered with the issuer that its own document names, unless said otherwise. */
function judged(
  document: JsonObject,
  settings: Partial<Settings> = {},
  keys?: JsonObject | Fetched | null,
): JudgedIssuer {
  const issuerUri = settings.issuerUri ?? String(document.issuer);
  return judgeIssuer(anIdentityProvider({ ...settings, issuerUri }), factsOf(issuerUri, document, keys));
}
const codes = ({ findings }: JudgedIssuer) => findings.map(({ severity, code }) => `${severity} ${code}`);
function found({ findings }: JudgedIssuer, code: string): Finding {
  const finding = findings.find((one) => one.code === code);
  if (!finding) throw new Error(`no ${code} among ${findings.map((one) => one.code).join(', ')}`);
  return finding;
}

describe('S5 an issuer whose document is complete', () => {
  it('has nothing said against it, and its keys are where it says', () => {
    expect(judged(aDiscovery())).toEqual({ findings: [], jwksUri: `${ISSUER}/jwks` });
  });

  it('may have its keys on another host', () => {
    expect(judged(documents.GOOGLE).jwksUri).toBe('https://www.googleapis.com/oauth2/v3/certs');
  });
});

describe('S5 an issuer that did not answer as it should', () => {
  const url = `${ISSUER}/.well-known/openid-configuration`;
  const detail = 'login.acme.com gave no complete answer in time. Check that it can be reached from the internet.';
  const cases: [string, Fetched, Finding][] = [
    [
      'cannot be reached',
      { kind: 'failed', url, code: 'unreachable', detail },
      {
        severity: 'ERROR',
        code: 'discovery-unreachable',
        message: `The discovery document could not be fetched from "${url}".`,
        fix: detail,
      },
    ],
    [
      'has no document',
      { kind: 'status', url, status: 404, location: undefined },
      {
        severity: 'ERROR',
        code: 'discovery-not-found',
        message: `"${url}" answered with status 404 instead of 200.`,
        fix: 'Check issuerUri: the document of an issuer is found at its URL with /.well-known/openid-configuration added.',
      },
    ],
    [
      'redirects',
      { kind: 'status', url, status: 302, location: 'https://elsewhere.acme.com/' },
      {
        severity: 'ERROR',
        code: 'discovery-not-found',
        message: `"${url}" answered with status 302 instead of 200.`,
        fix: 'It redirects to "https://elsewhere.acme.com/", and redirects are not followed. Check issuerUri: the document of an issuer is found at its URL with /.well-known/openid-configuration added.',
      },
    ],
    [
      'answers with a web page',
      { kind: 'unreadable', url, problem: 'not-json' },
      {
        severity: 'ERROR',
        code: 'discovery-unreadable',
        message: `The discovery document at "${url}" is not JSON.`,
        fix: 'Check issuerUri: the document of an issuer is found at its URL with /.well-known/openid-configuration added.',
      },
    ],
  ];
  it.each(cases)('%s', (_what, discovery, finding) => {
    const { findings, jwksUri } = judgeIssuer(anIdentityProvider(), { issuerUri: ISSUER, discovery, keySet: null });
    expect(findings).toEqual([finding]);
    expect(jwksUri).toBeNull();
  });
});

describe('S5 the issuer in the document', () => {
  it.each([
    ['by the slash at the end', `${ISSUER}/`, ' They differ by the slash at the end.'],
    ['by capital letters', 'https://LOGIN.acme.com', ' They differ by capital letters.'],
    ['in all', 'https://login.other.com', ''],
  ])('is compared character by character: differing %s is an error that says both', (_how, said, difference) => {
    const answer = judged(aDiscovery(said), { issuerUri: ISSUER });
    expect(found(answer, 'issuer-differs')).toEqual({
      severity: 'ERROR',
      code: 'issuer-differs',
      message: `The document at ${ISSUER}/.well-known/openid-configuration says that its issuer is "${said}", but the identity provider is registered with "${ISSUER}".${difference}`,
      fix: `Register issuerUri "${said}" if that is the issuer you mean: its tokens carry exactly this value as "iss".`,
    });
    expect(answer.jwksUri).toBeNull();
  });

  it.each([
    [undefined, 'nothing'],
    [42, '42'],
    [[ISSUER], 'an array'],
  ])('must be a string: %j', (issuer, shown) => {
    const answer = judged({ ...aDiscovery(), issuer }, { issuerUri: ISSUER });
    expect(found(answer, 'issuer-differs').message).toContain(`says that its issuer is ${shown}, but`);
    expect(found(answer, 'issuer-differs').fix).toMatch(/^Register the issuer exactly as its tokens carry it/);
  });

  it('keeps its slash, and the document is found without doubling it', () => {
    const answer = judged(documents.AUTH0, { issuerUri: 'https://acme.eu.auth0.com' });
    expect(found(answer, 'issuer-differs').fix).toContain('Register issuerUri "https://acme.eu.auth0.com/"');
    expect(codes(judged(documents.AUTH0))).not.toContain('ERROR issuer-differs');
  });
});

describe('S5 what a document lacks', () => {
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(aDiscovery()).filter(([name]) => !names.includes(name)));

  it.each<[string, JsonObject, Partial<Settings>, string[]]>([
    ['no token endpoint', without('token_endpoint'), {}, ['ERROR sign-in-endpoint-missing']],
    [
      'none for machines, who need it not',
      without('token_endpoint', 'authorization_endpoint'),
      { purpose: 'WORKLOAD' },
      [],
    ],
    ['no subject types', without('subject_types_supported'), {}, ['WARNING metadata-missing']],
    ['no PKCE', without('code_challenge_methods_supported'), {}, ['WARNING pkce-not-announced']],
    [
      'plain PKCE only',
      aDiscovery(ISSUER, { code_challenge_methods_supported: ['plain'] }),
      {},
      ['WARNING pkce-not-announced'],
    ],
    ['no device flow', without('device_authorization_endpoint'), {}, ['INFO device-flow-missing']],
    [
      'no PKCE and no device flow for machines',
      without('code_challenge_methods_supported', 'device_authorization_endpoint'),
      { purpose: 'WORKLOAD' },
      [],
    ],
    [
      'only algorithms that are not allowed',
      aDiscovery(ISSUER, { id_token_signing_alg_values_supported: ['HS256', 'none'] }),
      {},
      ['ERROR no-allowed-algorithm'],
    ],
    [
      'only algorithms that this one does not allow',
      aDiscovery(),
      { allowedAlgorithms: ['PS512'] },
      ['ERROR no-allowed-algorithm'],
    ],
    [
      'algorithms that servers refuse, among others',
      aDiscovery(ISSUER, { id_token_signing_alg_values_supported: ['RS256', 'PS512'] }),
      {},
      ['INFO algorithm-refused-by-servers'],
    ],
    [
      'only algorithms that servers refuse',
      aDiscovery(ISSUER, { id_token_signing_alg_values_supported: ['PS512'] }),
      {},
      ['WARNING algorithm-refused-by-servers'],
    ],
  ])('%s', (_what, document, settings, expected) => {
    expect(codes(judged(document, settings))).toEqual(expected);
  });

  it('says every missing thing once, the gravest first', () => {
    const names = [
      'token_endpoint',
      'response_types_supported',
      'subject_types_supported',
      'device_authorization_endpoint',
    ];
    const answer = judged(without(...names));
    expect(codes(answer)).toEqual([
      'ERROR sign-in-endpoint-missing',
      'WARNING metadata-missing',
      'INFO device-flow-missing',
    ]);
    expect(found(answer, 'metadata-missing').message).toBe(
      'The discovery document lacks response_types_supported, subject_types_supported, which OpenID Connect Discovery section 3 requires.',
    );
  });
});

describe('S5 the keys', () => {
  const jwks = `${ISSUER}/jwks`;
  it.each<[string, JsonObject | Fetched | null, string[]]>([
    ['are named nowhere', null, ['ERROR jwks-uri-missing']],
    [
      'cannot be reached',
      { kind: 'failed', url: jwks, code: 'unreachable', detail: 'x' },
      ['ERROR key-set-unreachable'],
    ],
    [
      'are at an address that may not be asked',
      { kind: 'failed', url: 'http://10.0.0.1/', code: 'bad-url', detail: 'x' },
      ['ERROR key-set-url-refused'],
    ],
    ['are gone', { kind: 'status', url: jwks, status: 500, location: undefined }, ['ERROR key-set-not-found']],
    ['are a web page', { kind: 'unreadable', url: jwks, problem: 'not-json' }, ['ERROR key-set-unreadable']],
    ['are none', { keys: [] }, ['ERROR no-usable-key']],
    ['are no set', {}, ['ERROR key-set-malformed']],
    [
      'hold a private one beside a good one',
      { keys: [rsa(), ec('P-256', { d: 'AAAA' })] },
      ['ERROR published-private-key'],
    ],
    ['hold one that a MongoDB server refuses', { keys: [rsa(), ec('P-521')] }, ['WARNING curve-refused-by-servers']],
    ['hold one without a name', { keys: [{ ...rsa(), kid: undefined }] }, ['WARNING key-id-missing']],
  ])('%s', (_what, keys, expected) => {
    expect(codes(judged(aDiscovery(), {}, keys))).toEqual(expected);
  });

  it('must fit an allowed algorithm, whatever is announced', () => {
    const answer = judged(aDiscovery(), { allowedAlgorithms: ['ES256'] }, { keys: [rsa({ alg: 'RS256' })] });
    expect(found(answer, 'no-key-for-allowed-algorithms')).toMatchObject({
      severity: 'ERROR',
      message: "The issuer's keys are for RS256; this identity provider allows ES256 only.",
    });
  });

  it('quote what stands in place of jwks_uri', () => {
    const answer = judged(aDiscovery(ISSUER, { jwks_uri: ['a'] }), {}, null);
    expect(found(answer, 'jwks-uri-missing').message).toContain('(jwks_uri is an array)');
    expect(answer.jwksUri).toBeNull();
  });
});

describe('S6 advice for what the issuer is', () => {
  const entraSettings = {
    clientId: APPLICATION,
    audience: APPLICATION,
    requestedScopes: [`${APPLICATION}/.default`, 'offline_access'],
  };
  it.each<[string, JsonObject, Partial<Settings>, string[]]>([
    ['Entra v2', documents.ENTRA_V2, entraSettings, ['INFO pkce-not-announced', 'INFO entra-group-object-ids']],
    [
      'Entra v2 by app roles',
      documents.ENTRA_V2,
      { ...entraSettings, groupsClaim: 'roles' },
      ['INFO pkce-not-announced'],
    ],
    [
      'Entra v2 by person',
      documents.ENTRA_V2,
      { ...entraSettings, authorizationType: 'USER' },
      ['INFO pkce-not-announced', 'INFO entra-pairwise-subject'],
    ],
    [
      'Entra v2 with App ID URI scope',
      documents.ENTRA_V2,
      { ...entraSettings, requestedScopes: ['api://acme-db/access', 'offline_access'], groupsClaim: 'roles' },
      ['INFO pkce-not-announced'],
    ],
    [
      'Entra v2 with the wrong scope and audience',
      documents.ENTRA_V2,
      { clientId: APPLICATION, audience: 'api://acme-db', groupsClaim: 'roles' },
      ['WARNING entra-scope-missing', 'WARNING entra-audience', 'INFO pkce-not-announced'],
    ],
    [
      'Entra v1',
      documents.ENTRA_V1,
      { ...entraSettings, groupsClaim: 'roles' },
      ['WARNING entra-v1-issuer', 'INFO pkce-not-announced'],
    ],
    ['Okta org', documents.OKTA_ORG, {}, ['WARNING okta-org-server']],
    ['Okta custom', documents.OKTA_CUSTOM, {}, ['INFO okta-audience', 'INFO okta-groups-claim']],
    ['Okta custom by person', documents.OKTA_CUSTOM, { authorizationType: 'USER' }, ['INFO okta-audience']],
    [
      'Okta behind a domain of its own',
      documents.OKTA_OWN_DOMAIN,
      {},
      ['INFO okta-audience', 'INFO okta-groups-claim'],
    ],
    [
      'Auth0',
      documents.AUTH0,
      {},
      ['WARNING auth0-two-audiences', 'WARNING auth0-groups-claim', 'INFO auth0-default-audience'],
    ],
    [
      'Auth0 as advised',
      documents.AUTH0,
      { requestedScopes: ['offline_access'], groupsClaim: 'https://acme.com/groups' },
      ['INFO auth0-default-audience'],
    ],
    [
      'Keycloak',
      documents.KEYCLOAK,
      {},
      ['INFO algorithm-refused-by-servers', 'INFO keycloak-audience-mapper', 'INFO keycloak-groups-mapper'],
    ],
    [
      'Keycloak with nested roles',
      documents.KEYCLOAK,
      { groupsClaim: 'realm_access.roles', allowedAlgorithms: ['RS256'] },
      ['WARNING claim-not-top-level', 'INFO keycloak-audience-mapper', 'INFO keycloak-groups-mapper'],
    ],
    ['Google', documents.GOOGLE, {}, ['WARNING google-opaque-token', 'WARNING google-no-groups']],
    [
      'Cognito',
      documents.COGNITO,
      {},
      [
        'WARNING pkce-not-announced',
        'WARNING cognito-no-audience',
        'WARNING cognito-groups-claim',
        'INFO device-flow-missing',
      ],
    ],
    [
      'Cognito with its own claim',
      documents.COGNITO,
      { groupsClaim: 'cognito:groups' },
      ['WARNING pkce-not-announced', 'WARNING cognito-no-audience', 'INFO device-flow-missing'],
    ],
    ['PingOne', documents.PINGONE, {}, ['INFO pingone-custom-resource']],
    ['PingFederate', aDiscovery(ISSUER, { jwks_uri: `${ISSUER}/pf/JWKS` }), {}, ['INFO pingfederate-token-manager']],
    ['oidc-provider', documents.OIDC_PROVIDER, {}, []],
    [
      'GitHub Actions for pipelines',
      documents.GITHUB_ACTIONS,
      { purpose: 'WORKLOAD', clientId: null, authorizationType: 'USER' },
      [],
    ],
    [
      'GitHub Actions for people',
      documents.GITHUB_ACTIONS,
      {},
      [
        'ERROR sign-in-endpoint-missing',
        'WARNING pkce-not-announced',
        'WARNING workload-issuer',
        'INFO device-flow-missing',
      ],
    ],
    ['a host that only looks like Okta', aDiscovery('https://notokta.com'), {}, []],
  ])('%s', (_provider, document, settings, expected) => {
    expect(codes(judged(document, settings))).toEqual(expected);
  });

  it.each(['common', 'organizations', 'consumers', 'Common'])(
    'refuses Entra’s /%s, and says which issuer to register',
    (shared) => {
      const issuerUri = `https://login.microsoftonline.com/${shared}/v2.0`;
      const answer = judged(documents.ENTRA_COMMON, { ...entraSettings, issuerUri });
      const fix =
        "Register your own tenant's issuer: https://login.microsoftonline.com/<tenant ID>/v2.0, without a slash at the end (Entra admin center › Overview › Tenant ID).";
      expect(found(answer, 'entra-shared-issuer')).toEqual({
        severity: 'ERROR',
        code: 'entra-shared-issuer',
        message: `"${issuerUri}" is shared by all tenants: no token carries it as its issuer, and anybody's tenant could sign in.`,
        fix,
      });
      expect(found(answer, 'issuer-differs').fix).toBe(fix); // never the template that the document names
    },
  );

  it('says how to come from Entra v1 to v2, by the tenant that the issuer names', () => {
    const { fix } = found(judged(documents.ENTRA_V1, entraSettings), 'entra-v1-issuer');
    expect(fix).toBe(
      `Set api.requestedAccessTokenVersion (accessTokenAcceptedVersion in older manifests) of the application to 2, and register the issuer https://login.microsoftonline.com/${TENANT}/v2.0.`,
    );
  });

  it('sends who registers the v2 host without its path to v2, not to the v1 issuer that the document names', () => {
    const issuerUri = `https://login.microsoftonline.com/${TENANT}`;
    const answer = judged(documents.ENTRA_V1, { ...entraSettings, issuerUri });
    expect(found(answer, 'issuer-differs').fix).toContain(`${issuerUri}/v2.0`);
  });

  it('names the scope that Entra needs', () => {
    const { message, fix } = found(
      judged(documents.ENTRA_V2, { ...entraSettings, requestedScopes: ['openid'] }),
      'entra-scope-missing',
    );
    expect(message).toContain('token for Microsoft Graph (aud 00000003-0000-0000-c000-000000000000)');
    expect(fix).toBe(`Add "${APPLICATION}/.default" to requestedScopes, and "offline_access" for refresh tokens.`);
  });

  it('sends who registers Okta’s org server to a custom one', () => {
    expect(found(judged(documents.OKTA_ORG), 'okta-org-server').fix).toBe(
      'Register a custom authorization server, such as https://acme.okta.com/oauth2/default (Security › API). In production it needs API Access Management.',
    );
  });

  it.each<[string, readonly string[] | undefined, string[], string[]]>([
    ['is advised where it is announced', ['openid', 'offline_access'], ['openid'], ['INFO refresh-scope-missing']],
    ['is advised where nothing is announced', undefined, ['openid'], ['INFO refresh-scope-missing']],
    ['is not advised where it is not there', ['openid'], ['openid'], []],
    ['is warned about where it is not there', ['openid'], ['offline_access'], ['WARNING refresh-scope-not-announced']],
  ])('the scope offline_access %s', (_what, scopes_supported, requestedScopes, expected) => {
    expect(codes(judged(aDiscovery(ISSUER, { scopes_supported }), { requestedScopes }))).toEqual(expected);
  });
});

describe('whatever an issuer answers', () => {
  it('a finding stays short, on one line, and says what to do', () => {
    const hostile = `x\n\u202e${'y'.repeat(5000)}`;
    const document = aDiscovery(ISSUER, {
      issuer: hostile,
      id_token_signing_alg_values_supported: Array.from({ length: 5000 }, () => hostile),
      code_challenge_methods_supported: Array.from({ length: 5000 }, () => hostile),
    });
    for (const { message, fix } of judged(document, { issuerUri: ISSUER }).findings) {
      expect(message.length).toBeLessThan(2000);
      expect(fix).not.toBe('');
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it('members of Object are not taken for the issuer’s own', () => {
    expect(codes(judged({}, { issuerUri: ISSUER }, null))).toEqual(
      expect.arrayContaining(['ERROR issuer-differs', 'ERROR jwks-uri-missing', 'ERROR sign-in-endpoint-missing']),
    );
  });
});

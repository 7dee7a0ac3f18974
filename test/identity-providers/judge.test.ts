import { describe, expect, it } from 'vitest';
import { judgeIssuer, type Settings } from '../../shared/identity-providers/judge.ts';
import type { Fetched } from '../../shared/identity-providers/prove.ts';
import type { Finding } from '../../shared/platform/finding.ts';
import type { JsonObject } from '../../shared/platform/json-object.ts';
import { ec, ed25519, modulusOf, rsa } from './a-jwk.ts';
import { aDiscovery, anIdentityProvider, ISSUER } from './an-identity-provider.ts';
import { AUTH0 } from './discovery/auth0.ts';
import { GOOGLE } from './discovery/google.ts';
import { codes, found, judged } from './judging.ts';

describe('S5 an issuer whose document is complete', () => {
  it('has nothing said against it, and its keys are where it says', () => {
    expect(judged(aDiscovery())).toEqual({ findings: [], jwksUri: `${ISSUER}/jwks` });
  });

  it('may have its keys on another host', () => {
    expect(judged(GOOGLE).jwksUri).toBe('https://www.googleapis.com/oauth2/v3/certs');
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
      'fails',
      { kind: 'status', url, status: 503, location: undefined },
      {
        severity: 'ERROR',
        code: 'discovery-not-found',
        message: `"${url}" answered with status 503 instead of 200.`,
        fix: 'The issuer itself fails. Try again later; if it stays so, tell whoever runs it.',
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
    const answer = judged(AUTH0, { issuerUri: 'https://acme.eu.auth0.com' });
    expect(found(answer, 'issuer-differs').fix).toContain('Register issuerUri "https://acme.eu.auth0.com/"');
    expect(codes(judged(AUTH0))).not.toContain('ERROR issuer-differs');
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
    [
      'a URN for an authorization endpoint',
      aDiscovery(ISSUER, { authorization_endpoint: 'urn:kubernetes:x' }),
      {},
      ['ERROR sign-in-endpoint-missing'],
    ],
    [
      'a number for a token endpoint',
      aDiscovery(ISSUER, { token_endpoint: 1 }),
      {},
      ['ERROR sign-in-endpoint-missing'],
    ],
    [
      'endpoints on other hosts',
      aDiscovery(ISSUER, {
        authorization_endpoint: 'https://a.example.net/',
        token_endpoint: 'https://b.example.net/',
      }),
      {},
      [],
    ],
    [
      'no code flow',
      aDiscovery(ISSUER, { response_types_supported: ['id_token'] }),
      {},
      ['WARNING code-flow-not-announced'],
    ],
    [
      'no code flow for machines',
      aDiscovery(ISSUER, { response_types_supported: ['id_token'] }),
      { purpose: 'WORKLOAD' },
      [],
    ],
    [
      'another issuer for access tokens',
      aDiscovery(ISSUER, { access_token_issuer: `${ISSUER}/trust` }),
      {},
      ['WARNING access-token-issuer-differs'],
    ],
    ['the same issuer for access tokens', aDiscovery(ISSUER, { access_token_issuer: ISSUER }), {}, []],
    [
      'EdDSA by its newer name',
      aDiscovery(ISSUER, { id_token_signing_alg_values_supported: ['Ed25519', 'RS256'] }),
      { allowedAlgorithms: ['EdDSA', 'RS256'] },
      ['INFO algorithm-refused-by-servers'],
    ],
    [
      'only EdDSA by its newer name',
      aDiscovery(ISSUER, { id_token_signing_alg_values_supported: ['Ed25519'] }),
      {},
      ['WARNING algorithm-refused-by-servers'],
    ],
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

const rsaOf = (bits: number) => rsa({ kid: `rsa-${bits}`, n: modulusOf(bits) });
const REFUSED_CURVE = 'WARNING curve-refused-by-servers';

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
    ['hold two of one name', { keys: [rsa(), ec('P-256', { kid: 'rsa-1' })] }, ['WARNING key-id-duplicate']],
    [
      'hold a short one beside a good one',
      { keys: [rsa(), rsa({ kid: 'short', n: modulusOf(1024) })] },
      ['WARNING rsa-key-too-small'],
    ],
    [
      'hold a short one for encryption',
      { keys: [rsa(), rsa({ kid: 'short', use: 'enc', n: modulusOf(1024) })] },
      ['WARNING rsa-key-too-small'],
    ],
    ['hold a good one for encryption', { keys: [rsa(), rsa({ kid: 'enc', use: 'enc', n: modulusOf(2048, 'e') })] }, []],
    ['are RSA of 2048, 3072 and 4096 bits', { keys: [2048, 3072, 4096].map(rsaOf) }, []],
    ['are RSA and Ed25519', { keys: [rsa(), ed25519()] }, []],
    ['are RSA and elliptic', { keys: [rsa(), ec('P-256'), ec('P-384')] }, []],
    ['are elliptic only', { keys: [ec('P-256'), ec('P-384')] }, ['INFO keys-refused-by-older-servers']],
    [
      'are of a curve that no server takes',
      { keys: [ec('P-521')] },
      [REFUSED_CURVE, 'WARNING keys-refused-by-servers'],
    ],
    ['are Ed25519 only', { keys: [ed25519()] }, ['WARNING keys-refused-by-servers']],
    [
      'are Ed25519 only, by its newer name',
      { keys: [ed25519({ alg: 'Ed25519' })] },
      ['WARNING keys-refused-by-servers'],
    ],
    ['are bound to PS512', { keys: [rsa({ alg: 'PS512' })] }, ['WARNING keys-refused-by-servers']],
    ['are bound to PS256', { keys: [rsa({ alg: 'PS256' })] }, []],
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

  it('are taken by either name of EdDSA where it is allowed', () => {
    const answer = judged(aDiscovery(), { allowedAlgorithms: ['EdDSA'] }, { keys: [ed25519({ alg: 'Ed25519' })] });
    expect(codes(answer)).not.toContain('ERROR no-key-for-allowed-algorithms');
  });

  it('that only some servers take are told with what to publish', () => {
    expect(found(judged(aDiscovery(), {}, { keys: [ec('P-256')] }), 'keys-refused-by-older-servers')).toEqual({
      severity: 'INFO',
      code: 'keys-refused-by-older-servers',
      message:
        "The issuer's keys are for ES256, and none is RSA. MongoDB servers check elliptic keys in newer releases only; those of 7.0 and 8.0 may refuse every token.",
      fix: 'Publish an RSA key of 2048 bits or more and sign with RS256, where older servers are in use, or use such clusters through introspection only.',
    });
  });

  it('quote what stands in place of jwks_uri', () => {
    const answer = judged(aDiscovery(ISSUER, { jwks_uri: ['a'] }), {}, null);
    expect(found(answer, 'jwks-uri-missing').message).toContain('(jwks_uri is an array)');
    expect(answer.jwksUri).toBeNull();
  });
});

describe('S6 the scope for refresh tokens', () => {
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_SET_BYTES_MAX } from '../../shared/identity-providers/key-finding.ts';
import { algorithmsOf, candidateKeys, readKeySet } from '../../shared/identity-providers/key-set.ts';
import { ED25519_X, ec, ed25519, type Jwk, modulusOf, rsa } from './a-jwk.ts';

const read = (...keys: unknown[]) => readKeySet({ keys });
const findingOf = (keys: unknown[], code: string) =>
  readKeySet({ keys }).findings.find((finding) => finding.code === code);
const codesOf = (...keys: unknown[]) => read(...keys).findings.map((finding) => finding.code);
const without = (key: Jwk, ...members: string[]): Jwk =>
  Object.fromEntries(Object.entries(key).filter(([name]) => !members.includes(name)));

const hex = (text: string) => Buffer.from(text, 'hex').toString('base64url');
const bytes = (base64url: string) => Buffer.from(base64url, 'base64url');
/** Written in another spelling of the same number: with a zero in front. */
const zeroed = (base64url: string) => Buffer.concat([Buffer.alloc(1), bytes(base64url)]).toString('base64url');
/** 32 octets need 43 characters, whose last two bits are spare. */
const respelled = (base64url: string) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return base64url.slice(0, -1) + alphabet[alphabet.indexOf(base64url.slice(-1)) + 1];
};

/** A number with the fingerprint of Infineon's generator: a power of 65537 modulo each of the first 39 primes. */
function rocaModulus(): string {
  const primes = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n, 59n, 61n, 67n, 71n];
  primes.push(
    73n,
    79n,
    83n,
    89n,
    97n,
    101n,
    103n,
    107n,
    109n,
    113n,
    127n,
    131n,
    137n,
    139n,
    149n,
    151n,
    157n,
    163n,
    167n,
  );
  const product = primes.reduce((all, prime) => all * prime, 1n);
  let power = 1n;
  for (let step = 0; step < 12_345; step++) power = (power * 65_537n) % product;
  const top = 1n << 2047n;
  const n = top - (top % product) + product + power;
  return hex(n.toString(16));
}

describe('a key that may check signatures', () => {
  it.each<[string, Jwk, readonly string[]]>([
    ['RSA of 2048 bits', rsa(), ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['RSA of 2049 bits', rsa({ n: modulusOf(2049) }), ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['RSA of 8192 bits', rsa({ n: modulusOf(8192) }), ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['RSA bound to PS256', rsa({ alg: 'PS256' }), ['PS256']],
    [
      'RSA with a long exponent',
      rsa({ e: hex(`01${'00'.repeat(30)}01`) }),
      ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ],
    ['P-256', ec('P-256'), ['ES256']],
    ['P-384', ec('P-384'), ['ES384']],
    ['P-521', ec('P-521'), ['ES512']],
    ['P-256 bound to ES256', ec('P-256', { alg: 'ES256' }), ['ES256']],
    ['Ed25519', ed25519(), ['EdDSA', 'Ed25519']],
    ['Ed25519 bound to EdDSA', ed25519({ alg: 'EdDSA' }), ['EdDSA', 'Ed25519']],
    ['Ed25519 bound to Ed25519', ed25519({ alg: 'Ed25519' }), ['EdDSA', 'Ed25519']],
    ['without use', without(ec(), 'use'), ['ES256']],
    ['with key_ops verify', ec('P-256', { key_ops: ['verify'] }), ['ES256']],
    ['with key_ops sign and verify', ec('P-256', { key_ops: ['sign', 'verify'] }), ['ES256']],
    [
      'with members that nobody knows',
      ec('P-256', { x5c: ['MII'], x5t: 'x', issuer: 'i', exp: 1, nbf: 0, ext: 'yes' }),
      ['ES256'],
    ],
  ])('is %s', (_name, jwk, algorithms) => {
    const { keys } = read(jwk);
    expect(keys.map(algorithmsOf)).toEqual([algorithms]);
  });

  it('keeps its public members, and nothing else that its JWK said', () => {
    const { keys } = read(rsa({ alg: 'RS256', x5c: ['MII'], key_ops: ['verify'], __proto__: { d: 'x' }, issuer: 'i' }));
    expect(keys).toEqual([
      {
        kid: 'rsa-1',
        alg: 'RS256',
        thumbprint: keys[0]?.thumbprint,
        jwk: { kty: 'RSA', n: modulusOf(2048), e: 'AQAB' },
        algorithms: ['RS256'],
      },
    ]);
    expect(read(ec('P-384')).keys[0]?.jwk).toEqual(without(ec('P-384'), 'kid'));
  });

  it('is named by the thumbprint of RFC 7638 section 3.1 and of RFC 8037 appendix A.3', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W' +
      '-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qN' +
      'Lyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    expect(read({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' }).keys[0]?.thumbprint).toBe(
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    );
    expect(read(ed25519()).keys[0]?.thumbprint).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('has one thumbprint, however it is spelled: a banned key does not come back with a zero in front', () => {
    const point = without(ec(), 'kid');
    const pairs: [Jwk, Jwk][] = [
      [rsa(), rsa({ n: zeroed(modulusOf(2048)) })],
      [rsa(), rsa({ e: zeroed('AQAB') })],
      [rsa(), rsa({ kid: 'another', alg: 'PS512' })],
      [point, { ...point, x: respelled(String(point.x)) }],
      [ed25519(), ed25519({ x: respelled(ED25519_X) })],
    ];
    for (const [one, other] of pairs) {
      expect(read(other).keys[0]?.thumbprint).toBe(read(one).keys[0]?.thumbprint);
      expect(read(other).keys[0]?.jwk).toEqual(read(one).keys[0]?.jwk);
    }
  });
});

/** A sentence, the clause, the entry, the finding's code; undefined: passed over without a word. */
type Row = [name: string, clause: string, entry: unknown, code: string | undefined];
const NOT_TEXT = [null, 1, true, [], {}, ['x']];
const BAD_OCTETS = [...NOT_TEXT, '', '=', 'AQ==', 'AQ AB', 'AQ\nAB', 'A+/B', 'AAAAA', '\u0430QAB'];
const shown = (value: unknown) => JSON.stringify(value) ?? 'nothing';

const ROWS: Row[] = [
  ...[null, 1, 'kid', true, [], [rsa()], 0.5, ''].map(
    (entry): Row => [
      `${shown(entry).slice(0, 30)} instead of a key`,
      'RFC 7517 section 5.1',
      entry,
      'key-not-an-object',
    ],
  ),
  ['no member at all', 'RFC 7517 section 4.1', {}, 'key-malformed'],
  ...[...NOT_TEXT, undefined].map(
    (kty): Row => [`kty ${shown(kty)}`, 'RFC 7517 section 4.1', rsa({ kty }), 'key-malformed'],
  ),
  ...['rsa', 'Rsa', '', 'AKP', 'DH', 'constructor', '__proto__'].map(
    (kty): Row => [`kty ${kty}`, 'RFC 7517 section 5', rsa({ kty }), 'key-unsupported'],
  ),
  ['RSA without n', 'RFC 7518 section 6.3.1.1', without(rsa(), 'n'), 'key-malformed'],
  ['RSA without e', 'RFC 7518 section 6.3.1.2', without(rsa(), 'e'), 'key-malformed'],
  ...BAD_OCTETS.map((n): Row => [`RSA with n ${shown(n)}`, 'RFC 7518 section 6.3.1.1', rsa({ n }), 'key-malformed']),
  ...BAD_OCTETS.map((e): Row => [`RSA with e ${shown(e)}`, 'RFC 7518 section 6.3.1.2', rsa({ e }), 'key-malformed']),
  ['RSA with modulus zero', 'RFC 7518 section 6.3.1.1', rsa({ n: 'AAAA' }), 'key-malformed'],
  ...[1, 8, 512, 1024, 2040, 2047].map(
    (bits): Row => [`RSA of ${bits} bits`, 'RFC 7518 section 3.3', rsa({ n: modulusOf(bits) }), 'rsa-key-too-small'],
  ),
  ['RSA of 2040 bits behind a zero', 'RFC 7518 section 3.3', rsa({ n: zeroed(modulusOf(2040)) }), 'rsa-key-too-small'],
  ...[8193, 16_384, 65_536].map(
    (bits): Row => [`RSA of ${bits} bits`, 'security.md 1.3', rsa({ n: modulusOf(bits) }), 'rsa-key-too-large'],
  ),
  ['RSA with e = 0', 'FIPS 186-5 section 5.1', rsa({ e: 'AA' }), 'rsa-exponent-unsafe'],
  ['RSA with e = 1', 'security.md 1.3, Wycheproof json_web_key 9', rsa({ e: 'AQ' }), 'rsa-exponent-unsafe'],
  ['RSA with e = 1 behind zeros', 'security.md 1.3', rsa({ e: 'AAAB' }), 'rsa-exponent-unsafe'],
  ['RSA with e = 2', 'FIPS 186-5 section 5.1', rsa({ e: 'Ag' }), 'rsa-exponent-unsafe'],
  ['RSA with e = 4', 'FIPS 186-5 section 5.1', rsa({ e: 'BA' }), 'rsa-exponent-unsafe'],
  ['RSA with e = 65536', 'FIPS 186-5 section 5.1', rsa({ e: hex('010000') }), 'rsa-exponent-unsafe'],
  [
    'RSA with e above 2^256',
    'FIPS 186-5 section 5.1',
    rsa({ e: hex(`01${'00'.repeat(31)}01`) }),
    'rsa-exponent-unsafe',
  ],
  ['RSA with an even modulus', 'RFC 8017 section 3.1', rsa({ n: hex(`c0${'00'.repeat(255)}`) }), 'rsa-modulus-weak'],
  [
    'RSA with the mark of ROCA',
    'CVE-2017-15361, Wycheproof json_web_key 7',
    rsa({ n: rocaModulus() }),
    'rsa-modulus-weak',
  ],
  ...NOT_TEXT.map(
    (crv): Row => [`EC with crv ${shown(crv)}`, 'RFC 7518 section 6.2.1.1', ec('P-256', { crv }), 'key-malformed'],
  ),
  ...['P-224', 'secp256k1', 'p-256', 'P-256 ', 'Ed25519', 'toString'].map(
    (crv): Row => [`EC with crv ${crv}`, 'RFC 7518 section 6.2.1.1', ec('P-256', { crv }), 'key-unsupported'],
  ),
  ...BAD_OCTETS.map(
    (x): Row => [`EC with x ${shown(x)}`, 'RFC 7518 section 6.2.1.2', ec('P-256', { x }), 'key-malformed'],
  ),
  ...BAD_OCTETS.map(
    (y): Row => [`EC with y ${shown(y)}`, 'RFC 7518 section 6.2.1.3', ec('P-256', { y }), 'key-malformed'],
  ),
  ['EC without y', 'RFC 7518 section 6.2.1.3', without(ec(), 'y'), 'key-malformed'],
  [
    'EC with a zero in front of x',
    'RFC 7518 section 6.2.1.2',
    ec('P-256', { x: zeroed(String(ec().x)) }),
    'key-malformed',
  ],
  ['EC with x one octet short', 'RFC 7518 section 6.2.1.2', ec('P-256', { x: hex('11'.repeat(31)) }), 'key-malformed'],
  ['EC off the curve', 'RFC 7518 section 6.2.1, invalid-curve attack', ec('P-256', { y: ec().x }), 'key-malformed'],
  [
    'EC at zero',
    'SEC 1 section 3.2.2',
    ec('P-256', { x: hex('00'.repeat(32)), y: hex('00'.repeat(32)) }),
    'key-malformed',
  ],
  ['EC with x above the field', 'SEC 1 section 3.2.2', ec('P-256', { x: hex('ff'.repeat(32)) }), 'key-malformed'],
  ['EC with the point of another curve', 'RFC 7518 section 6.2.1', ec('P-384', { crv: 'P-256' }), 'key-malformed'],
  ['OKP without crv', 'RFC 8037 section 2', without(ed25519(), 'crv'), 'key-malformed'],
  ['OKP without x', 'RFC 8037 section 2', without(ed25519(), 'x'), 'key-malformed'],
  ...['X25519', 'X448', 'Ed448', 'ed25519', 'P-256'].map(
    (crv): Row => [`OKP with crv ${crv}`, 'RFC 8037 section 2', ed25519({ crv }), 'key-unsupported'],
  ),
  ...BAD_OCTETS.map((x): Row => [`OKP with x ${shown(x)}`, 'RFC 8037 section 2', ed25519({ x }), 'key-malformed']),
  ['OKP with 31 octets', 'RFC 8032 section 5.1.3', ed25519({ x: hex('11'.repeat(31)) }), 'key-malformed'],
  ['OKP with 33 octets', 'RFC 8032 section 5.1.3', ed25519({ x: hex('11'.repeat(33)) }), 'key-malformed'],
  ...[
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `01${'00'.repeat(30)}80`,
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(31)}`,
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ].map(
    (point): Row => [
      `OKP of small order ${point.slice(0, 4)}`,
      'RFC 7748 section 7',
      ed25519({ x: hex(point) }),
      'ed25519-key-weak',
    ],
  ),
  ...['enc', 'SIG', '', 'sign'].map(
    (use): Row => [`use ${shown(use)}`, 'RFC 7517 section 4.2', rsa({ use }), undefined],
  ),
  ...NOT_TEXT.map((use): Row => [`use ${shown(use)}`, 'RFC 7517 section 4.2', rsa({ use }), 'key-malformed']),
  ...[[], ['encrypt'], ['sign'], ['Verify'], ['verify '], [['verify']]].map(
    (key_ops): Row => [`key_ops ${shown(key_ops)}`, 'RFC 7517 section 4.3', rsa({ key_ops }), undefined],
  ),
  ...[null, 'verify', 1, {}, { includes: 'verify' }].map(
    (key_ops): Row => [`key_ops ${shown(key_ops)}`, 'RFC 7517 section 4.3', rsa({ key_ops }), 'key-malformed'],
  ),
  ...NOT_TEXT.map((alg): Row => [`alg ${shown(alg)}`, 'RFC 7517 section 4.4', rsa({ alg }), 'key-malformed']),
  ...['none', 'HS256', 'rs256', 'ES256', 'EdDSA', 'RSA-OAEP', 'RS1', '', 'length'].map(
    (alg): Row => [`RSA with alg ${alg}`, 'RFC 8725 section 3.1', rsa({ alg }), 'key-unsupported'],
  ),
  ...['RS256', 'ES384', 'ES256K', 'ECDH-ES', 'none'].map(
    (alg): Row => [`P-256 with alg ${alg}`, 'RFC 7518 section 3.4', ec('P-256', { alg }), 'key-unsupported'],
  ),
  ...['ES256', 'Ed448', 'HS256'].map(
    (alg): Row => [`Ed25519 with alg ${alg}`, 'RFC 9864 section 2', ed25519({ alg }), 'key-unsupported'],
  ),
  ...NOT_TEXT.map((kid): Row => [`kid ${shown(kid)}`, 'RFC 7517 section 4.5', rsa({ kid }), 'key-malformed']),
  [
    'a symmetric key',
    'RFC 7518 section 6.4; OIDC Discovery section 3',
    { kty: 'oct', kid: 'h', k: 'c2VjcmV0' },
    'published-private-key',
  ],
  ['a symmetric key without its value', 'RFC 7518 section 6.4', { kty: 'oct', kid: 'h' }, 'published-private-key'],
  ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].flatMap((member): Row[] =>
    ['c2VjcmV0', '', null, []].map(
      (value): Row => [
        `RSA with ${member} ${shown(value)}`,
        'RFC 7518 section 6.3.2; OIDC Discovery section 3',
        rsa({ [member]: value }),
        'published-private-key',
      ],
    ),
  ),
  ['EC with d', 'RFC 7518 section 6.2.2', ec('P-256', { d: 'c2VjcmV0' }), 'published-private-key'],
  ['OKP with d', 'RFC 8037 section 2', ed25519({ d: 'c2VjcmV0' }), 'published-private-key'],
  [
    'ML-DSA with priv',
    'RFC 9964',
    { kty: 'AKP', alg: 'ML-DSA-44', pub: 'x', priv: 'c2VjcmV0' },
    'published-private-key',
  ],
  ['an encryption key with d', 'OIDC Discovery section 3', rsa({ use: 'enc', d: 'c2VjcmV0' }), 'published-private-key'],
];

describe('a key that is never used', () => {
  it('has a table of hundreds', () => expect(ROWS.length).toBeGreaterThan(200));

  it.each(ROWS)('%s (%s)', (_name, _clause, entry, code) => {
    const good = ec('P-384', { kid: 'good' });
    const { keys, findings } = read(entry, good);
    expect(keys.map((key) => key.kid)).toEqual(['good']); // the rest of the set goes on (RFC 7517 section 5)
    const own = findings
      .map((finding) => finding.code)
      .filter((found) => !['key-id-missing', 'curve-refused-by-servers'].includes(found));
    expect(own).toEqual(code === undefined ? [] : [code]);
    for (const { message, fix } of findings) {
      expect(message).toMatch(/^[A-Z].*\.$/s);
      expect(fix).toMatch(/^[A-Z].*\.$/s);
      expect(message).not.toMatch(/undefined|NaN|\[object|c2VjcmV0/);
    }
    expect(codesOf(entry)).toContain('no-usable-key');
  });

  it('a key whose private part is published under another name', () => {
    const { keys } = read(
      rsa({ kid: 'public' }),
      rsa({ kid: 'private', d: 'c2VjcmV0' }),
      rsa({ n: zeroed(modulusOf(2048)), kid: 'respelled' }),
    );
    expect(keys).toEqual([]);
  });
});

describe('the set as a whole', () => {
  it.each<[unknown, string]>([
    [null, 'it is null'],
    [undefined, 'it is nothing'],
    ['<html>', 'it is "<html>"'],
    [1, 'it is 1'],
    [[rsa()], 'it is an array'],
    [{}, '"keys" is nothing'],
    [{ keys: null }, '"keys" is null'],
    [{ keys: { 0: rsa(), length: 1 } }, '"keys" is an object'],
    [{ keys: 'x' }, '"keys" is "x"'],
    [{ Keys: [rsa()] }, '"keys" is nothing'],
    [JSON.parse('{"__proto__":{"keys":[]}}'), '"keys" is nothing'],
  ])('%j is no key set (RFC 7517 section 5)', (document, evidence) => {
    expect(readKeySet(document)).toEqual({
      keys: [],
      findings: [
        {
          severity: 'ERROR',
          code: 'key-set-malformed',
          message: `The key set is no JSON object with a list "keys" (RFC 7517 section 5): ${evidence}.`,
          fix: 'Correct jwks_uri in the issuer’s discovery document: it must answer with a JWK set.',
        },
      ],
    });
  });

  it('has at most 100 keys, and gives none above', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => rsa({ kid: `k${index}`, n: modulusOf(2048, `n${index}`) }));
    expect(read(...many(100))).toMatchObject({ keys: { length: 100 }, findings: [] });
    expect(read(...many(101))).toMatchObject({
      keys: [],
      findings: [{ severity: 'ERROR', code: 'key-set-too-many-keys' }],
    });
    expect(read(...many(101)).findings[0]?.message).toBe(
      'The key set has 101 keys; at most 100 are read, so none is used.',
    );
  });

  it('has at most 256 KiB', () => {
    expect(readKeySet({ keys: [rsa()] }, KEY_SET_BYTES_MAX).keys).toHaveLength(1);
    expect(readKeySet({ keys: [rsa()] }, KEY_SET_BYTES_MAX + 1).findings).toEqual([
      {
        severity: 'ERROR',
        code: 'key-set-too-large',
        message: 'The key set has 262145 bytes; at most 262144 are read, so no key is used.',
        fix: 'Publish the keys of this issuer only, without certificate chains (x5c).',
      },
    ]);
  });

  it('is told when nothing in it can be used', () => {
    expect(readKeySet({ keys: [] }).findings).toEqual([
      {
        severity: 'ERROR',
        code: 'no-usable-key',
        message: 'The key set has no key with which a token’s signature could be checked.',
        fix: 'Publish a signing key: RSA of 2048 bits or more, or EC P-256.',
      },
    ]);
  });

  it('gives a key once that it holds twice, and twice what differs in kid or alg', () => {
    expect(read(rsa(), rsa()).keys).toHaveLength(1);
    expect(read(rsa(), rsa({ kid: 'b' })).keys).toHaveLength(2);
    expect(read(rsa({ alg: 'RS256' }), rsa({ alg: 'PS256' })).keys).toHaveLength(2);
  });
});

describe('findings', () => {
  it('of a leaked key name it and its members, never their values', () => {
    expect(findingOf([rsa({ d: 'c2VjcmV0', p: 'x' }), { kty: 'oct', k: 'y' }], 'published-private-key')).toEqual({
      severity: 'ERROR',
      code: 'published-private-key',
      message:
        'The key set publishes private or symmetric key values (kid "rsa-1" with d p, keys[1] with k): whoever reads it can sign as anybody. These keys are never used.',
      fix: 'Treat the keys as leaked: replace them at the identity provider, publish public parts only (OpenID Connect Discovery section 3), then revoke the JWKS.',
    });
  });

  it('say what MongoDB servers would refuse, though the keys are used here', () => {
    const servers = 'A mongodb or atlas cluster refuses the whole set because of it, so nobody can sign in there.';
    const fix = 'Give each key a kid of its own at the identity provider.';
    const set = [
      without(rsa(), 'kid'),
      ec('P-256', { kid: '' }),
      ec('P-384', { kid: 'twice' }),
      ed25519({ kid: 'twice' }),
      ec('P-521'),
    ];
    expect(read(...set)).toMatchObject({ keys: { length: 5 } });
    expect(read(...set).findings).toEqual([
      {
        severity: 'WARNING',
        code: 'key-id-missing',
        message: `The key has no kid, or an empty one (keys[0], keys[1]). ${servers}`,
        fix,
      },
      {
        severity: 'WARNING',
        code: 'key-id-duplicate',
        message: `Several keys have the same kid (kid "twice"). Each that fits is tried. ${servers}`,
        fix,
      },
      {
        severity: 'WARNING',
        code: 'curve-refused-by-servers',
        message: `The EC curve is neither P-256 nor P-384 (kid "ec-P-521"). ${servers}`,
        fix: 'Use P-256 with ES256, or let such clusters use an issuer without this key.',
      },
    ]);
    expect(findingOf([rsa({ n: modulusOf(1024) })], 'rsa-key-too-small')?.message).toContain(servers);
  });

  it('count keys that are for encryption too: servers do not read use', () => {
    expect(codesOf(rsa(), ec('P-521', { kid: 'rsa-1', use: 'enc' }))).toEqual([
      'key-id-duplicate',
      'curve-refused-by-servers',
    ]);
  });

  it('are few: a hundred bad keys are one of each kind, with five names', () => {
    const bad = Array.from({ length: 100 }, (_, index) => rsa({ kid: `k${index}`, e: 'AQ' }));
    expect(findingOf(bad, 'rsa-exponent-unsafe')?.message).toContain(
      '(kid "k0", kid "k1", kid "k2", kid "k3", kid "k4" and 95 more)',
    );
    expect(codesOf(...bad)).toEqual(['no-usable-key', 'rsa-exponent-unsafe']);
  });

  it('quote a kid safely', () => {
    const message =
      findingOf([rsa({ kid: `${'\u202e\n'.repeat(500)}`, e: 'AQ' })], 'rsa-exponent-unsafe')?.message ?? '';
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(300);
  });

  it.each([
    ['Aw', true],
    [hex('ffff'), true],
    ['AQAB', false],
    [hex('010003'), false],
  ])('of the exponent %s: below 65537 is used, and told', (e, told) => {
    expect(read(rsa({ e })).keys).toHaveLength(1);
    expect(codesOf(rsa({ e }))).toEqual(told ? ['rsa-exponent-small'] : []);
  });
});

describe('candidates for a token', () => {
  const { keys } = read(
    rsa({ kid: 'a', n: modulusOf(2048, 'a') }),
    rsa({ kid: 'b', n: modulusOf(2048, 'b'), alg: 'RS256' }),
    rsa({ kid: 'c', n: modulusOf(2048, 'c'), alg: 'PS256' }),
    ec('P-256', { kid: 'a' }),
    without(ec('P-384'), 'kid'),
  );
  const ALLOWED = ['RS256', 'PS256', 'ES256', 'ES384'];
  const kids = (header: { alg: string; kid?: string }, allowed = ALLOWED) =>
    candidateKeys(keys, header, allowed).map(({ kid }) => kid);

  it.each<[string, { alg: string; kid?: string }, (string | undefined)[]]>([
    ['the one with the kid, of two types (RFC 7517 section 4.5)', { alg: 'RS256', kid: 'a' }, ['a']],
    ['the one with the kid, of the other type', { alg: 'ES256', kid: 'a' }, ['a']],
    ['a key bound to the algorithm', { alg: 'RS256', kid: 'b' }, ['b']],
    ['none when the key is bound to another', { alg: 'PS256', kid: 'b' }, []],
    ['none for an unknown kid', { alg: 'RS256', kid: 'x' }, []],
    ['none for another case', { alg: 'RS256', kid: 'A' }, []],
    ['none for an empty kid, which is a kid', { alg: 'RS256', kid: '' }, []],
    ['a key without kid for a token without', { alg: 'ES384' }, [undefined]],
    ['no key without kid for a token that has one', { alg: 'ES384', kid: 'x' }, []],
    ['all that fit when the token has no kid', { alg: 'RS256' }, ['a', 'b']],
    ['all that fit, bound or free', { alg: 'PS256' }, ['a', 'c']],
    ['none for none', { alg: 'none' }, []],
    ['none for HMAC', { alg: 'HS256', kid: 'a' }, []],
    ['none for an algorithm that is not allowed', { alg: 'RS512', kid: 'a' }, []],
    ['none for a name that every object has', { alg: 'toString', kid: 'constructor' }, []],
  ])('are %s', (_name, header, expected) => expect(kids(header)).toEqual(expected));

  it('are none for none and HMAC even if somebody allowed them', () => {
    expect(kids({ alg: 'none' }, ['none'])).toEqual([]);
    expect(kids({ alg: 'HS256' }, ['HS256'])).toEqual([]);
  });

  it.each([
    ['EdDSA', 'EdDSA'],
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
    ['Ed25519', 'Ed25519'],
    [undefined, 'Ed25519'],
  ])('a key that names its algorithm %s is tried for %s where EdDSA is allowed (RFC 9864)', (alg, named) => {
    const { keys } = read(ed25519(alg === undefined ? {} : { alg }));
    expect(candidateKeys(keys, { alg: named }, ['EdDSA'])).toHaveLength(1);
    expect(candidateKeys(keys, { alg: named }, ['RS256'])).toHaveLength(0);
  });

  it('are at most five, the first of the set', () => {
    const many = read(
      ...Array.from({ length: 20 }, (_, index) => rsa({ kid: `k${index}`, n: modulusOf(2048, `${index}`) })),
    ).keys;
    expect(candidateKeys(many, { alg: 'RS256' }, ['RS256']).map(({ kid }) => kid)).toEqual([
      'k0',
      'k1',
      'k2',
      'k3',
      'k4',
    ]);
  });
});

describe('any document', () => {
  const member = fc.constantFrom(
    'kty',
    'kid',
    'use',
    'alg',
    'key_ops',
    'crv',
    'n',
    'e',
    'x',
    'y',
    'd',
    'k',
    '__proto__',
  );
  const value = fc.oneof(
    fc.constantFrom('RSA', 'EC', 'OKP', 'oct', 'sig', 'RS256', 'P-256', 'Ed25519', 'AQAB', modulusOf(2048), ED25519_X),
    fc.jsonValue(),
  );
  const entry = fc.oneof(fc.dictionary(member, value), fc.constantFrom(rsa(), ec(), ed25519()), fc.jsonValue());

  it('is answered, never thrown at; no key that is given has a secret or a forbidden algorithm', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const { keys, findings } = read(...entries);
        for (const key of keys) {
          expect(algorithmsOf(key).length).toBeGreaterThan(0);
          for (const algorithm of algorithmsOf(key))
            expect(algorithm).toMatch(/^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/);
          for (const name of Object.keys(key.jwk)) expect(['kty', 'crv', 'n', 'e', 'x', 'y']).toContain(name);
          expect(key.thumbprint).toMatch(/^[\w-]{43}$/);
        }
        expect(keys.length === 0).toBe(findings.some(({ code }) => code === 'no-usable-key'));
        expect(new Set(findings.map(({ code }) => code)).size).toBe(findings.length);
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(readKeySet(document).findings).not.toEqual([]);
      }),
    );
  });

  it('gives the same keys whatever their order', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const names = (list: unknown[]) =>
          new Set(read(...list).keys.map(({ kid, alg, thumbprint }) => `${kid} ${alg} ${thumbprint}`));
        expect(names([...entries].reverse())).toEqual(names(entries));
      }),
    );
  });
});

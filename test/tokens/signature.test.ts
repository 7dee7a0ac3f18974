import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyAlgorithm } from '../../shared/identity-providers/jwk.ts';
import { readKeySet, type UsableKey } from '../../shared/identity-providers/key-set.ts';
import { describeSignatureFault, signatureCache, verifySignature } from '../../shared/tokens/signature.ts';
import { parseToken, type Token } from '../../shared/tokens/token.ts';
import { compact, encode, PAYLOAD } from './a-token.ts';

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}
const rsaPair: Pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsaPair: Pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ecPair = (namedCurve: string): Pair => generateKeyPairSync('ec', { namedCurve });
const EC: Record<'ES256' | 'ES384' | 'ES512', Pair> = {
  ES256: ecPair('P-256'),
  ES384: ecPair('P-384'),
  ES512: ecPair('P-521'),
};
const edPair: Pair = generateKeyPairSync('ed25519');

const ALGORITHMS: KeyAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const pairOf = (algorithm: KeyAlgorithm): Pair => {
  if (algorithm === 'ES256' || algorithm === 'ES384' || algorithm === 'ES512') return EC[algorithm];
  return algorithm.startsWith('Ed') ? edPair : rsaPair;
};

/** Signs with node:crypto, so that jose is checked against another implementation. */
function signature(algorithm: KeyAlgorithm, input: string, { privateKey }: Pair = pairOf(algorithm)): Buffer {
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith('Ed')) return sign(null, Buffer.from(input), privateKey);
  if (algorithm.startsWith('ES')) return sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  if (algorithm.startsWith('RS')) return sign(hash, Buffer.from(input), privateKey);
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  return sign(hash, Buffer.from(input), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
}

const inputOf = (alg: string, payload = PAYLOAD) => `${encode(JSON.stringify({ alg, kid: 'k' }))}.${encode(payload)}`;
const textOf = (algorithm: KeyAlgorithm, pair?: Pair) => {
  const input = inputOf(algorithm);
  return `${input}.${signature(algorithm, input, pair).toString('base64url')}`;
};
const tokenOf = (text: string): Token => {
  const parsed = parseToken(text);
  if (!parsed.ok) throw new Error(parsed.fault.kind);
  return parsed.token;
};
const keyOf = ({ publicKey }: Pair, members: Record<string, unknown> = {}): UsableKey => {
  const [key] = readKeySet({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', ...members }] }).keys;
  if (!key) throw new Error('not usable');
  return key;
};
const verify = (text: string, ...keys: UsableKey[]) => verifySignature(tokenOf(text), keys);
const flip = (bytes: Buffer, at: number) => {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
};
const signedWith = (input: string, bytes: Buffer) => `${input}.${bytes.toString('base64url')}`;

describe('a signature', () => {
  it.each(ALGORITHMS)('%s passes, and names the key that made it', async (algorithm) => {
    const key = keyOf(pairOf(algorithm));
    expect(await verify(textOf(algorithm), key)).toEqual({ ok: true, thumbprint: key.thumbprint });
    expect((await verify(textOf(algorithm), keyOf(pairOf(algorithm), { alg: algorithm }))).ok).toBe(true);
  });

  it.each(ALGORITHMS)(
    '%s does not pass once one bit of it, the header or the payload is another',
    async (algorithm) => {
      const key = keyOf(pairOf(algorithm));
      const input = inputOf(algorithm);
      const right = signature(algorithm, input);
      for (const at of [0, right.length >> 1, right.length - 1]) {
        expect(await verify(signedWith(input, flip(right, at)), key)).toEqual({ ok: false });
      }
      expect(await verify(signedWith(inputOf(algorithm, '{"sub":"root"}'), right), key)).toEqual({ ok: false });
      const header = encode(JSON.stringify({ alg: algorithm, kid: 'k', typ: 'JWT' }));
      expect(await verify(signedWith(`${header}.${encode(PAYLOAD)}`, right), key)).toEqual({ ok: false });
    },
  );

  it.each(ALGORITHMS)('%s does not pass in any other length', async (algorithm) => {
    const key = keyOf(pairOf(algorithm));
    const input = inputOf(algorithm);
    const right = signature(algorithm, input);
    for (const bytes of [
      right.subarray(1),
      right.subarray(0, -1),
      Buffer.concat([right, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), right]),
      Buffer.alloc(1),
      Buffer.alloc(right.length),
    ]) {
      expect(await verify(signedWith(input, bytes), key)).toEqual({ ok: false });
    }
  });

  it.each(['ES256', 'ES384', 'ES512'] as const)(
    '%s: r and s of zero (CVE-2022-21449), DER and swapped halves do not pass (RFC 7518 section 3.4)',
    async (algorithm) => {
      const key = keyOf(EC[algorithm]);
      const input = inputOf(algorithm);
      const right = signature(algorithm, input);
      const half = right.length / 2;
      const der = sign(`sha${algorithm.slice(2)}`, Buffer.from(input), EC[algorithm].privateKey);
      const swapped = Buffer.concat([right.subarray(half), right.subarray(0, half)]);
      const ones = Buffer.alloc(right.length, 0xff);
      for (const bytes of [Buffer.alloc(right.length), der, swapped, ones]) {
        expect(await verify(signedWith(input, bytes), key)).toEqual({ ok: false });
      }
    },
  );

  it.each(ALGORITHMS)(
    '%s does not pass for the key of another algorithm or another owner (RFC 8725 section 3.1)',
    async (algorithm) => {
      const others = ALGORITHMS.filter((other) => pairOf(other) !== pairOf(algorithm)).map((other) =>
        keyOf(pairOf(other)),
      );
      for (const other of others) expect(await verify(textOf(algorithm), other)).toEqual({ ok: false });
      if (algorithm.startsWith('RS') || algorithm.startsWith('PS')) {
        expect(await verify(textOf(algorithm), keyOf(otherRsaPair))).toEqual({ ok: false });
        const bound = algorithm === 'RS256' ? 'PS256' : 'RS256';
        expect(await verify(textOf(algorithm), keyOf(rsaPair, { alg: bound }))).toEqual({ ok: false });
      }
    },
  );

  it('RS256 under the name of PS256, RS384 or RS512 does not pass', async () => {
    for (const named of ['PS256', 'RS384', 'RS512']) {
      const input = inputOf(named);
      expect(await verify(signedWith(input, signature('RS256', input)), keyOf(rsaPair))).toEqual({ ok: false });
    }
  });

  it('PS256 with another salt length does not pass (RFC 7518 section 3.5)', async () => {
    const input = inputOf('PS256');
    for (const saltLength of [0, 20, 222]) {
      const bytes = sign('sha256', Buffer.from(input), {
        key: rsaPair.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength,
      });
      expect(await verify(signedWith(input, bytes), keyOf(rsaPair))).toEqual({ ok: false });
    }
  });

  it.each(['none', 'None', 'HS256', 'HS512', 'rs256', 'toString', '__proto__', 'ML-DSA-44', 'A256GCM'])(
    'under the name %s does not pass',
    async (alg) => {
      const input = inputOf(alg);
      const spki = rsaPair.publicKey.export({ format: 'pem', type: 'spki' });
      const n = String(rsaPair.publicKey.export({ format: 'jwk' }).n);
      const forged = [spki, n, Buffer.from(n, 'base64url')].map((secret) =>
        createHmac('sha256', secret).update(input).digest(),
      );
      for (const bytes of [...forged, signature('RS256', input), Buffer.alloc(1)]) {
        expect(await verify(signedWith(input, bytes), keyOf(rsaPair), keyOf(edPair), keyOf(EC.ES256))).toEqual({
          ok: false,
        });
      }
    },
  );

  it.each(['jwk', 'jku', 'x5u', 'x5c'])(
    'by a key that the token itself brings in %s does not pass (RFC 8725 section 3.10, CVE-2018-0114)',
    async (member) => {
      const brought =
        member === 'jwk' ? otherRsaPair.publicKey.export({ format: 'jwk' }) : ['https://evil.example/jwks'];
      const input = `${encode(JSON.stringify({ alg: 'RS256', kid: 'k', [member]: brought }))}.${encode(PAYLOAD)}`;
      const text = signedWith(input, signature('RS256', input, otherRsaPair));
      expect(await verify(text, keyOf(rsaPair))).toEqual({ ok: false });
      expect((await verify(signedWith(input, signature('RS256', input)), keyOf(rsaPair))).ok).toBe(true);
    },
  );

  it.each([
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
  ] as const)(
    'that names %s is checked with a key that names %s: one algorithm, two names (RFC 9864)',
    async (alg, named) => {
      expect((await verify(textOf(alg), keyOf(edPair, { alg: named }))).ok).toBe(true);
    },
  );

  it('is checked with the algorithm that its own text names, whatever the parsed header says', async () => {
    const token: Token = { ...tokenOf(textOf('Ed25519')), header: { alg: 'EdDSA' } };
    expect(await verifySignature(token, [keyOf(edPair)])).toEqual({ ok: false });
  });

  it('is checked against each candidate in turn, at most five', async () => {
    const right = keyOf(rsaPair);
    const wrong = () => keyOf(otherRsaPair);
    expect((await verify(textOf('RS256'), wrong(), wrong(), wrong(), wrong(), right)).ok).toBe(true);
    expect((await verify(textOf('RS256'), wrong(), wrong(), wrong(), wrong(), wrong(), right)).ok).toBe(false);
    expect(await verify(textOf('RS256'))).toEqual({ ok: false });
  });

  it('passes again with the same key, for each of its algorithms, also at the same time', async () => {
    const key = keyOf(rsaPair);
    const texts = ALGORITHMS.slice(0, 6).flatMap((algorithm) => [textOf(algorithm), textOf(algorithm)]);
    expect((await Promise.all(texts.map((text) => verify(text, key)))).every(({ ok }) => ok)).toBe(true);
  });

  it('does not pass, and nothing is thrown, when the engine refuses the key', async () => {
    const broken: UsableKey = { ...keyOf(EC.ES256), jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } };
    expect(await verify(textOf('ES256'), broken)).toEqual({ ok: false });
    expect((await verify(textOf('ES256'), broken, keyOf(EC.ES256))).ok).toBe(true);
  });

  it('of any bytes is answered, never thrown at', async () => {
    const keys = [keyOf(rsaPair), keyOf(EC.ES256), keyOf(edPair)];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ALGORITHMS),
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        async (algorithm, bytes) => {
          expect(await verify(signedWith(inputOf(algorithm), Buffer.from(bytes)), ...keys)).toEqual({ ok: false });
        },
      ),
    );
  });
});

describe('the words for a wrong signature', () => {
  it('say what was tried', () => {
    expect(describeSignatureFault(tokenOf(textOf('RS256')), 1)).toEqual({
      detail: 'The signature was not made by the key that the issuer publishes for this token.',
      fix: 'Copy the token again, whole. If it stays so, it was changed on the way or signed by somebody else: sign in again.',
    });
    expect(describeSignatureFault(tokenOf(textOf('RS256')), 3).detail).toContain('any of the 3 keys');
  });

  it('know a token for Microsoft Graph', () => {
    const token = tokenOf(compact('{"alg":"RS256","nonce":"x"}', PAYLOAD));
    expect(describeSignatureFault(token, 1).fix).toContain('a token for Microsoft Graph, which nobody else can verify');
  });
});

describe('the cache of right signatures', () => {
  const at = (keyGeneration: number, identityProviderId = 'idp_a') => ({ keyGeneration, identityProviderId });

  it('finds what it kept, for the same text, identity provider and key generation only', () => {
    const cache = signatureCache({ entriesMax: 10 });
    cache.keep('a.b.c', 'thumb', at(3));
    expect(cache.find('a.b.c', at(3))).toBe('thumb');
    expect(cache.find('a.b.d', at(3))).toBeUndefined();
    expect(cache.find('a.b.c', at(4))).toBeUndefined(); // revoked meanwhile
    expect(cache.find('a.b.c', at(2))).toBeUndefined();
    expect(cache.find('a.b.c', at(3, 'idp_b'))).toBeUndefined();
  });

  it('keeps the newer generation when an older check finishes late', () => {
    const cache = signatureCache({ entriesMax: 10 });
    cache.keep('a.b.c', 'new', at(4));
    cache.keep('a.b.c', 'old', at(3));
    expect(cache.find('a.b.c', at(4))).toBe('new');
    expect(cache.find('a.b.c', at(3))).toBeUndefined();
    cache.keep('a.b.c', 'newer', at(5));
    expect(cache.find('a.b.c', at(5))).toBe('newer');
    expect(cache.find('a.b.c', at(4))).toBeUndefined();
  });

  it('keeps one token for two identity providers: an issuer is unique in one federation only', () => {
    const cache = signatureCache({ entriesMax: 10 });
    cache.keep('a.b.c', 'one', at(1, 'idp_a'));
    cache.keep('a.b.c', 'two', at(9, 'idp_b'));
    expect(cache.find('a.b.c', at(1, 'idp_a'))).toBe('one');
    expect(cache.find('a.b.c', at(9, 'idp_b'))).toBe('two');
  });

  it.each([1, 2, 3, 10, 101])('never holds more than %d entries', (entriesMax) => {
    const cache = signatureCache({ entriesMax });
    for (let index = 0; index < 1_000; index++) {
      cache.keep(`a.b.${index}`, 'thumb', at(1));
      expect(cache.find(`a.b.${index - entriesMax}`, at(1))).toBeUndefined();
    }
    expect(cache.find('a.b.999', at(1))).toBe('thumb');
  });
});

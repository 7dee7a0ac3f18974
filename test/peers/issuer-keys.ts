/**
 * An issuer's signing keys: what is published now, which one signs, and every key there ever was.
 * A withdrawn key stays known, since the tokens of a leaked key are what a revocation is about.
 */
import { createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK } from 'jose';

export type SigningAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA';

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  /** With its private part, as an issuer's own configuration wants it. */
  readonly jwk: JsonWebKey & { kid: string; alg: string; use: string };
  /** RFC 7638, SHA-256: what a ban names a key by, whatever it calls itself. */
  readonly thumbprint: string;
}

export interface NewKey {
  readonly algorithm?: SigningAlgorithm | undefined;
  /** Left out: the key's thumbprint. */
  readonly kid?: string | undefined;
  /** The kid of a known key, which so comes back under another name. */
  readonly copyOf?: string | undefined;
}

export interface KeyRing {
  readonly published: readonly SigningKey[];
  /** The key that signs: the first published one. */
  readonly current: SigningKey;
  /** @throws when no key of this issuer ever had that kid. */
  byId(kid: string): SigningKey;
  add(input?: NewKey): Promise<SigningKey>;
  withdraw(kid: string): void;
  /** A new key signs from now on; the old ones are withdrawn, or kept published beside it. */
  rotate(input?: NewKey & { keepOld?: boolean | undefined }): Promise<SigningKey>;
}

export async function keyRing(algorithm: SigningAlgorithm): Promise<KeyRing> {
  const first = await newKey({ algorithm });
  const known = new Map([[first.kid, first]]);
  let published: readonly SigningKey[] = [first];

  const byId = (kid: string): SigningKey => {
    const key = known.get(kid);
    if (!key) throw new Error(`this issuer never had a key ${kid}; it had ${[...known.keys()].join(', ')}`);
    return key;
  };
  const make = async ({ copyOf, ...input }: NewKey): Promise<SigningKey> => {
    const key = copyOf === undefined ? await newKey({ algorithm, ...input }) : renamed(byId(copyOf), input.kid);
    known.set(key.kid, key);
    return key;
  };

  return {
    get published() {
      return published;
    },
    get current() {
      const [current] = published;
      if (!current) throw new Error('this issuer publishes no key: rotate or add one first');
      return current;
    },
    byId,
    async add(input = {}) {
      const key = await make(input);
      published = [...published, key];
      return key;
    },
    withdraw(kid) {
      published = published.filter((key) => key !== byId(kid));
    },
    async rotate({ keepOld = false, ...input } = {}) {
      const key = await make(input);
      published = keepOld ? [key, ...published] : [key];
      return key;
    },
  };
}

const generate = promisify(generateKeyPair);

async function newKey({ algorithm = 'RS256', kid }: Omit<NewKey, 'copyOf'>): Promise<SigningKey> {
  const { privateKey } = await pairFor(algorithm);
  const thumbprint = await calculateJwkThumbprint(await exportJWK(createPublicKey(privateKey)));
  return named(privateKey, algorithm, thumbprint, kid ?? thumbprint);
}

const renamed = (key: SigningKey, kid = `${key.kid}-again`): SigningKey =>
  named(key.privateKey, key.algorithm, key.thumbprint, kid);

const named = (privateKey: KeyObject, algorithm: SigningAlgorithm, thumbprint: string, kid: string): SigningKey => ({
  kid,
  algorithm,
  privateKey,
  thumbprint,
  jwk: { ...privateKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' },
});

function pairFor(algorithm: SigningAlgorithm): Promise<{ privateKey: KeyObject }> {
  switch (algorithm) {
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generate('ec', { namedCurve: 'P-384' });
    case 'ES512':
      return generate('ec', { namedCurve: 'P-521' });
    case 'EdDSA':
      return generate('ed25519', undefined);
    default:
      return generate('rsa', { modulusLength: 2048 });
  }
}

/**
 * The step `signature`: whether one of a few public keys made it. No clock, no network. What it keeps in memory is
 * bounded and only saves work: imported keys, and the signatures that were right.
 */
import { createHash } from 'node:crypto';
import { compactVerify, importJWK } from 'jose';
import QuickLRU from 'quick-lru';
import type { KeyAlgorithm } from '../identity-providers/jwk.ts';
import { algorithmsOf, CANDIDATES_MAX, type UsableKey } from '../identity-providers/key-set.ts';
import type { Token } from './token.ts';
import type { Explanation } from './token-fault.ts';

/** `thumbprint` (RFC 7638) is the key that signed. */
export type SignatureChecked = { ok: true; thumbprint: string } | { ok: false };

/**
 * Whether one of the candidates signed the token with the algorithm in its header. At most five are tried, in order,
 * and each only with an algorithm that it may be used with (RFC 8725 section 3.1: checked here, where it is used).
 * Never throws: what cannot be checked is not signed.
 */
export async function verifySignature(token: Token, candidates: readonly UsableKey[]): Promise<SignatureChecked> {
  for (const candidate of candidates.slice(0, CANDIDATES_MAX)) {
    const algorithm = algorithmsOf(candidate).find((name) => name === token.header.alg);
    if (algorithm === undefined) continue;
    const key = await importedKey(candidate, algorithm);
    if (key && (await isSignedBy(token, key, algorithm))) return { ok: true, thumbprint: candidate.thumbprint };
  }
  return { ok: false };
}

/** Why no key fits the signature, in words a person can act on. The token itself is never told. */
export function describeSignatureFault(token: Token, candidateCount: number): Explanation {
  const tried = candidateCount === 1 ? 'the key' : `any of the ${candidateCount} keys`;
  return {
    detail: `The signature was not made by ${tried} that the issuer publishes for this token.`,
    fix: token.nonceInHeader
      ? 'The header has a nonce: this is a token for Microsoft Graph, which nobody else can verify. Ask for the scope <client ID>/.default.'
      : 'Copy the token again, whole. If it stays so, it was changed on the way or signed by somebody else: sign in again.',
  };
}

async function isSignedBy(token: Token, key: CryptoKey, algorithm: KeyAlgorithm): Promise<boolean> {
  try {
    await compactVerify(token.text, key, { algorithms: [algorithm] });
    return true;
  } catch {
    return false; // jose says 'no' by throwing
  }
}

/**
 * WebCrypto binds a key to one algorithm, so a key is imported once for each that it is used with, at most six. The
 * keys live as long as the key set that they were read from; nobody has to clear this.
 */
const imported = new WeakMap<UsableKey, Map<KeyAlgorithm, Promise<CryptoKey | undefined>>>();

function importedKey(key: UsableKey, algorithm: KeyAlgorithm): Promise<CryptoKey | undefined> {
  const ofKey = imported.get(key) ?? new Map<KeyAlgorithm, Promise<CryptoKey | undefined>>();
  imported.set(key, ofKey);
  const known = ofKey.get(algorithm);
  if (known) return known;
  // The promise is kept, not its value: a burst of tokens after a refresh imports the new key once.
  const importing = importKey(key, algorithm);
  ofKey.set(algorithm, importing);
  return importing;
}

/** undefined: the engine refuses the key, and would again. */
async function importKey(key: UsableKey, algorithm: KeyAlgorithm): Promise<CryptoKey | undefined> {
  try {
    const made = await importJWK({ ...key.jwk }, algorithm, { extractable: false });
    return made instanceof Uint8Array ? undefined : made;
  } catch {
    return undefined;
  }
}

/** What a signature check was made with. It holds for this identity provider and this key generation only. */
export interface CheckedWith {
  readonly identityProviderId: string;
  /** Raised by each revocation: what was checked under an older one counts for nothing. */
  readonly keyGeneration: number;
}

export interface SignatureCache {
  /** The thumbprint of the key that signed this very text, if that was seen under the same generation. */
  find(text: string, expected: CheckedWith): string | undefined;
  /** Remembers a signature that was right. There is no way to remember one that was not. */
  keep(text: string, thumbprint: string, checkedWith: CheckedWith): void;
}

/**
 * Remembers right signatures by SHA-256 of the token, as a driver's pool shows one token many times. Says nothing about
 * times, claims, bans or whether the key is still published: the caller checks those at each verdict. Another spelling
 * of a token (spare bits, an ECDSA twin) is a miss, no more.
 * @param entriesMax most entries at any time, some 300 bytes each
 */
export function signatureCache({ entriesMax }: { entriesMax: number }): SignatureCache {
  // quick-lru keeps two generations: it holds up to 2 * maxSize - 1 entries (its own `size` does not say so).
  const entries = new QuickLRU<string, { thumbprint: string; keyGeneration: number }>({
    maxSize: Math.max(1, Math.floor((entriesMax + 1) / 2)),
  });
  // One token may be good at two identity providers: issuer and audience are unique in one federation only.
  const keyOf = (text: string, { identityProviderId }: CheckedWith) =>
    `${createHash('sha256').update(text).digest('base64url')} ${identityProviderId}`;
  return {
    find(text, expected) {
      const entry = entries.get(keyOf(text, expected));
      return entry?.keyGeneration === expected.keyGeneration ? entry.thumbprint : undefined;
    },
    keep(text, thumbprint, checkedWith) {
      const key = keyOf(text, checkedWith);
      const known = entries.peek(key);
      // A check that began before a revocation may finish after one that began later.
      if (known && known.keyGeneration > checkedWith.keyGeneration) return;
      entries.set(key, { thumbprint, keyGeneration: checkedWith.keyGeneration });
    },
  };
}

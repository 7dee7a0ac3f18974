/**
 * Pure. One JWK of a fetched key set: what of it is public, whether it is sound, and its name that cannot be chosen,
 * the RFC 7638 thumbprint. Whoever publishes a key chooses its `kid`; bans therefore go by thumbprint, and a key
 * spelled another way (a leading zero, spare bits) is brought to one spelling first, or it would have two.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { type JsonObject, own } from '../platform/json-object.ts';
import type { Algorithm } from './schema.ts';
import { isRocaModulus, isSmallOrderPoint } from './weak-key.ts';

/** Bits. RFC 7518 sections 3.3 and 3.5 want 2048; above 8192 one signature takes too long. */
export const RSA_BITS_MIN = 2048;
export const RSA_BITS_MAX = 8192;
/** FIPS 186-5 section 5.1: 2^16 < e < 2^256. We take 3 too, which is in use, and say so. */
const RSA_EXPONENT_BYTES_MAX = 32;
const RSA_EXPONENT_ADVISED_MIN = 65537n;

const RSA_ALGORITHMS: readonly KeyAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const ED25519_ALGORITHMS: readonly KeyAlgorithm[] = ['EdDSA', 'Ed25519'];

/** What a key can do: all that an identity provider may be allowed, and RFC 9864's name for EdDSA with Ed25519. */
export type KeyAlgorithm = Algorithm | 'Ed25519';

/** Ed25519 is the one curve of EdDSA that we take: a JWK, a token and a document may say either name for it. */
export const namesOf = (algorithm: Algorithm): readonly KeyAlgorithm[] =>
  algorithm === 'EdDSA' ? ED25519_ALGORITHMS : [algorithm];

/** Whether an identity provider that allows these takes the algorithm, by either name. */
export const isAllowed = (name: string, allowed: readonly string[]): boolean =>
  allowed.includes(name) || (name === 'Ed25519' && allowed.includes('EdDSA'));

export type PublicJwk =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };

/** The public part of a sound key, and nothing else that its JWK said. */
interface PublicKey {
  readonly jwk: PublicJwk;
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string;
  /** All that a key of this type and curve can do. */
  readonly algorithms: readonly KeyAlgorithm[];
  /** RSA only: `e` is sound but below the 65537 that FIPS 186-5 wants. */
  readonly smallExponent: boolean;
}

/** Why a key cannot be used whatever it is for. */
export type KeyDefect =
  | 'malformed'
  | 'unsupported'
  | 'rsa-too-small'
  | 'rsa-too-large'
  | 'rsa-exponent-unsafe'
  | 'rsa-modulus-weak'
  | 'ed25519-weak';

export type ReadKey = { ok: true; key: PublicKey } | { ok: false; defect: KeyDefect };

const refuse = (defect: KeyDefect): ReadKey => ({ ok: false, defect });

/** Octets of a coordinate (RFC 7518 section 6.2.1.2) and the one algorithm of each curve (section 3.4). */
const CURVES: ReadonlyMap<unknown, { name: string; bytes: number; algorithm: Algorithm }> = new Map([
  ['P-256', { name: 'P-256', bytes: 32, algorithm: 'ES256' }],
  ['P-384', { name: 'P-384', bytes: 48, algorithm: 'ES384' }],
  ['P-521', { name: 'P-521', bytes: 66, algorithm: 'ES512' }],
]);
const ED25519_BYTES = 32;

/** Reads the public part. Unknown types and curves are `unsupported`, to be passed over (RFC 7517 section 5). */
export function readPublicKey(entry: JsonObject): ReadKey {
  switch (own(entry, 'kty')) {
    case 'RSA':
      return readRsa(octets(own(entry, 'n')), octets(own(entry, 'e')));
    case 'EC':
      return readEc(own(entry, 'crv'), octets(own(entry, 'x')), octets(own(entry, 'y')));
    case 'OKP':
      return readOkp(own(entry, 'crv'), octets(own(entry, 'x')));
    default:
      return refuse(typeof own(entry, 'kty') === 'string' ? 'unsupported' : 'malformed');
  }
}

function readRsa(modulusOctets: Buffer | undefined, exponentOctets: Buffer | undefined): ReadKey {
  if (!modulusOctets || !exponentOctets) return refuse('malformed');
  const modulus = withoutLeadingZeros(modulusOctets);
  const exponent = withoutLeadingZeros(exponentOctets);
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (modulus.length === 0) return refuse('malformed');
  if (bits < RSA_BITS_MIN) return refuse('rsa-too-small');
  if (bits > RSA_BITS_MAX) return refuse('rsa-too-large');
  // With e = 1 the signature is the message, and anybody writes it; an even e has no private part.
  const e = exponent.length > RSA_EXPONENT_BYTES_MAX ? 0n : BigInt(`0x0${exponent.toString('hex')}`);
  if (e < 3n || e % 2n === 0n) return refuse('rsa-exponent-unsafe');
  if (!isOdd(modulus) || isRocaModulus(modulus)) return refuse('rsa-modulus-weak');
  const jwk = { kty: 'RSA', n: modulus.toString('base64url'), e: exponent.toString('base64url') } as const;
  return publicKey(jwk, { e: jwk.e, kty: jwk.kty, n: jwk.n }, RSA_ALGORITHMS, e < RSA_EXPONENT_ADVISED_MIN);
}

function readEc(crv: unknown, x: Buffer | undefined, y: Buffer | undefined): ReadKey {
  const curve = CURVES.get(crv);
  if (!curve) return refuse(typeof crv === 'string' ? 'unsupported' : 'malformed');
  if (x?.length !== curve.bytes || y?.length !== curve.bytes) return refuse('malformed');
  const jwk = { kty: 'EC', crv: curve.name, x: x.toString('base64url'), y: y.toString('base64url') } as const;
  const members = { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  return isPointOnCurve(jwk) ? publicKey(jwk, members, [curve.algorithm]) : refuse('malformed');
}

function readOkp(crv: unknown, x: Buffer | undefined): ReadKey {
  if (crv !== 'Ed25519') return refuse(typeof crv === 'string' ? 'unsupported' : 'malformed');
  if (x?.length !== ED25519_BYTES) return refuse('malformed');
  if (isSmallOrderPoint(x)) return refuse('ed25519-weak');
  const jwk = { kty: 'OKP', crv, x: x.toString('base64url') } as const;
  return publicKey(jwk, { crv: jwk.crv, kty: jwk.kty, x: jwk.x }, ED25519_ALGORITHMS);
}

/** `members` are the required ones in lexicographic order, as RFC 7638 section 3.2 lists them. */
function publicKey(
  jwk: PublicJwk,
  members: Readonly<Record<string, string>>,
  algorithms: readonly KeyAlgorithm[],
  smallExponent = false,
): ReadKey {
  const thumbprint = createHash('sha256').update(JSON.stringify(members)).digest('base64url');
  return { ok: true, key: { jwk, thumbprint, algorithms, smallExponent } };
}

/** OpenSSL checks the curve's equation when it reads a key (RFC 7518 section 6.2.1; invalid-curve attacks). */
function isPointOnCurve(jwk: Extract<PublicJwk, { kty: 'EC' }>): boolean {
  try {
    createPublicKey({ key: jwk, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

/** The octets of a base64url member (RFC 7518 section 2, no padding), or undefined when it is none. */
function octets(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]+$/.test(value) || value.length % 4 === 1) return undefined;
  return Buffer.from(value, 'base64url');
}

/** RFC 7518 section 2: the fewest octets. Some issuers prefix a zero; without it a key has one thumbprint. */
function withoutLeadingZeros(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start === -1 ? Buffer.alloc(0) : bytes.subarray(start);
}

const isOdd = (bytes: Buffer): boolean => ((bytes.at(-1) ?? 0) & 1) === 1;

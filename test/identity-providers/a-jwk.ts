/** Public keys as an issuer publishes them. Moduli here are odd numbers of the right length, not products of primes. */
import { createHash, generateKeyPairSync } from 'node:crypto';

export type Jwk = Record<string, unknown>;

/** The same bytes each time, from a label: a failed test fails again. */
const bytesOf = (label: string, count: number): Buffer => {
  const blocks = Array.from({ length: Math.ceil(count / 64) }, (_, index) =>
    createHash('sha512').update(`${label} ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, count);
};

/** An odd number of exactly so many bits, big-endian, base64url. */
export function modulusOf(bits: number, label = 'n'): string {
  const bytes = bytesOf(label, Math.ceil(bits / 8));
  const top = (bits - 1) % 8;
  bytes[0] = ((bytes[0] ?? 0) & ((1 << top) - 1)) | (1 << top);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 1;
  return bytes.toString('base64url');
}

export const rsa = (members: Jwk = {}): Jwk => ({
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  n: modulusOf(2048),
  e: 'AQAB',
  ...members,
});

const curve = (namedCurve: string): Jwk => ({
  ...generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }),
});
const POINTS = { 'P-256': curve('P-256'), 'P-384': curve('P-384'), 'P-521': curve('P-521') };
export const ec = (crv: keyof typeof POINTS = 'P-256', members: Jwk = {}): Jwk => ({
  ...POINTS[crv],
  kid: `ec-${crv}`,
  ...members,
});

/** The key of RFC 8037 appendix A.2. */
export const ED25519_X = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
export const ed25519 = (members: Jwk = {}): Jwk => ({
  kty: 'OKP',
  crv: 'Ed25519',
  kid: 'ed-1',
  x: ED25519_X,
  ...members,
});

/**
 * Signs whatever it is told to, right or wrong: the tokens that no decent issuer makes.
 * By hand and not with jose, which refuses half of what a hostile test needs.
 */
import { constants, createHmac, createPublicKey, sign } from 'node:crypto';
import type { SigningAlgorithm, SigningKey } from './issuer-keys.ts';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * A compact JWS of exactly this header and these claims (members that are `undefined` are left out), signed with `key`.
 * A header that names another algorithm is signed by it where the key can; `none` has no signature, and `HS*` is
 * keyed with the *public* key's PEM, as in the well-known confusion of the two.
 */
export function forge(header: Fields, claims: Fields, key: SigningKey): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${signatureOf(Buffer.from(signed), header.alg, key).toString('base64url')}`;
}

const encoded = (fields: Fields): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

function signatureOf(bytes: Buffer, alg: unknown, key: SigningKey): Buffer {
  if (alg === 'none') return Buffer.alloc(0);
  if (typeof alg === 'string' && alg.startsWith('HS')) {
    const pem = createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' });
    return createHmac(`sha${alg.slice(2)}`, pem)
      .update(bytes)
      .digest();
  }
  // A name that the key cannot sign by (`ES256` on an RSA key) is a lie in the header: the signature is the key's own.
  const by = isAlgorithm(alg) && familyOf(alg) === familyOf(key.algorithm) ? alg : key.algorithm;
  const hash = by === 'EdDSA' ? null : `sha${by.slice(2)}`;
  const padding = by.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  switch (familyOf(by)) {
    case 'RSA':
      return sign(hash, bytes, { key: key.privateKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
    default:
      return sign(hash, bytes, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }); // r and s, RFC 7518 section 3.4
  }
}

const ALGORITHM = /^(?:RS|PS|ES)(?:256|384|512)$|^EdDSA$/;
const isAlgorithm = (alg: unknown): alg is SigningAlgorithm => typeof alg === 'string' && ALGORITHM.test(alg);

/** Algorithms of one family can be made with the same key: all of RSA's, but one curve each. */
const familyOf = (alg: SigningAlgorithm): string => (alg.startsWith('RS') || alg.startsWith('PS') ? 'RSA' : alg);

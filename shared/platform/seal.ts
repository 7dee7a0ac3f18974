/** What must be read again but not by others: AES-256-GCM (NIST SP 800-38D) under the key that the deploy generated. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** GCM's own nonce length; random nonces are safe for 2^32 seals of one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealer {
  /** `purpose` is additional data: what was sealed for one purpose cannot be opened for another. */
  seal(text: string, purpose: string): string;
  /** The text, or undefined when it was not sealed by this key for this purpose. */
  open(sealed: string, purpose: string): string | undefined;
}

export function sealerOf(secret: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'sallyport seal v1', 32));
  return {
    seal(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(text, purpose) {
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return undefined; // the tag does not fit: forged, cut, or for another purpose
      }
    },
  };
}

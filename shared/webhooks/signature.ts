/** Standard Webhooks 1.0.0: secrets and signatures (section 'Signature scheme', symmetric). Pure. */
import { createHmac } from 'node:crypto';
import { type Instant, SECOND_MS } from '../platform/time.ts';

/**
 * Characters of base62 in a secret. A multiple of four, so that they are the base64 of whole bytes (30, and 24 to 64 are
 * asked for) and need no `+`, `/` or `=`, which ticket systems and shells would change. 238 bits.
 */
export const SECRET_CHARACTERS = 40;

/** As it is shown, once. @param text of `SECRET_CHARACTERS` */
export const formatSecret = (text: string): string => `whsec_${text}`;

const hmac = (secret: string, content: string): string =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(content)
    .digest('base64');

/**
 * The three headers over exactly this body, for this attempt.
 * @param secrets all that are live: a receiver takes the message when one signature fits
 */
export function signatureHeaders(
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: Instant },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(now / SECOND_MS));
  const signatures = secrets.map((secret) => `v1,${hmac(secret, `${id}.${timestamp}.${body}`)}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

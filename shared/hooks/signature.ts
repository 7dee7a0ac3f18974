/**
 * What proves a delivery: an HMAC-SHA256 (RFC 2104) over the very bytes that came. Every check does the same work whether
 * or not anything fits, so that its time tells nothing. Pure.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import type { Signing } from './schema.ts';

/** Names in lower case, as an HTTP API gives them. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Standard Webhooks 1.0.0, Verifying webhook authenticity: five minutes, in both directions. */
export const TIMESTAMP_TOLERANCE_MS = 5 * MINUTE_MS;
/** A sender that rotates its own secret sends two; more than these are not looked at. */
const SIGNATURES_MAX = 8;
const WHSEC = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The HMAC key of a secret: its UTF-8 bytes. Only with `standard-webhooks`, and only after `whsec_`, what follows is
 * Base64 (Standard Webhooks 1.0.0, Symmetric signatures). Undefined when that cannot be decoded.
 */
export function keyOf({ format }: Pick<Signing, 'format'>, secret: string): Buffer | undefined {
  if (format !== 'standard-webhooks' || !secret.startsWith(WHSEC)) return Buffer.from(secret, 'utf8');
  const encoded = secret.slice(WHSEC.length);
  return BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : undefined;
}

/** What a sender of Standard Webhooks says of the attempt; Svix, Clerk and incident.io say it under `svix-…`. */
interface Attempt {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}
export function attemptOf(headers: Headers): Attempt {
  const family = headers['webhook-id'] === undefined && headers['svix-id'] !== undefined ? 'svix' : 'webhook';
  const of = (name: string) => headers[`${family}-${name}`] ?? '';
  return { id: of('id'), timestamp: of('timestamp'), signature: of('signature') };
}

/** Whether one of the keys made one of the signatures, and the attempt is of these minutes where it says when it was made. */
export function isProven(
  signing: Signing,
  keys: readonly Buffer[],
  delivery: { readonly headers: Headers; readonly body: Buffer },
  now: Instant,
): boolean {
  const shown = signaturesOf(signing, delivery.headers).slice(0, SIGNATURES_MAX);
  const lead = signing.format === 'standard-webhooks' ? leadOf(attemptOf(delivery.headers)) : '';
  let isMade = false;
  for (const key of keys) {
    const made = createHmac('sha256', key).update(lead).update(delivery.body).digest();
    for (const one of shown) if (one.length === made.length && timingSafeEqual(one, made)) isMade = true;
  }
  return isMade && (signing.format !== 'standard-webhooks' || isTimely(attemptOf(delivery.headers), now));
}

const leadOf = ({ id, timestamp }: Attempt): string => `${id}.${timestamp}.`;

/** Integer seconds. An identifier with a dot could be read as another identifier and another time. */
function isTimely({ id, timestamp }: Attempt, now: Instant): boolean {
  if (id === '' || id.includes('.') || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(now - Number(timestamp) * SECOND_MS) <= TIMESTAMP_TOLERANCE_MS;
}

function signaturesOf(signing: Signing, headers: Headers): Buffer[] {
  switch (signing.format) {
    case 'standard-webhooks':
      return attemptOf(headers).signature.split(' ').flatMap(decodedAfter('v1,', 'base64'));
    case 'pagerduty-v3':
      return (headers['x-pagerduty-signature'] ?? '').split(',').flatMap(decodedAfter('v1=', 'hex'));
    case 'jira-websub':
      // GitHub sends its older SHA-1 beside it, under the name that Jira uses for SHA-256.
      return [headers['x-hub-signature-256'], headers['x-hub-signature']].flatMap((text) =>
        decodedAfter('sha256=', 'hex')(text ?? ''),
      );
    case 'hmac-sha256':
      return decodedAfter(signing.prefix, signing.encoding)(own(headers, signing.header.toLowerCase()) ?? '');
  }
}

/** A header may be named `constructor`, which every object has. */
const own = (headers: Headers, name: string): string | undefined =>
  Object.hasOwn(headers, name) ? headers[name] : undefined;

const DIGESTS = { hex: /^[0-9a-f]{64}$/i, base64: /^[A-Za-z0-9+/]{43}=$/ } as const;

/** The 32 bytes after the prefix, or nothing. */
const decodedAfter =
  (prefix: string, encoding: 'hex' | 'base64') =>
  (text: string): Buffer[] => {
    const trimmed = text.trim();
    const digest = trimmed.slice(prefix.length);
    return trimmed.startsWith(prefix) && DIGESTS[encoding].test(digest) ? [Buffer.from(digest, encoding)] : [];
  };

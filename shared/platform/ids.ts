/** Identifiers and secrets. Sortable by creation, and free of characters that a URL or a ticket system would change. */
import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { decodeTime, encodeTime, monotonicFactory } from 'ulid';
import * as z from 'zod';
import type { Clock, Instant } from './time.ts';

/** What each prefix names; a prefix is never given to another thing. */
export const PREFIXES = {
  federation: 'fed',
  organization: 'org',
  project: 'prj',
  cluster: 'cls',
  domain: 'dom',
  attempt: 'att',
  identityProvider: 'idp',
  grant: 'grt',
  revocation: 'rev',
  event: 'evt',
  apiKey: 'key',
  accessToken: 'tok',
  roleBinding: 'rbd',
  callerIssuer: 'cis',
  freeze: 'frz',
  webhook: 'whk',
  delivery: 'dlv',
  hook: 'hok',
  hookDelivery: 'hdl',
  syncOrder: 'syn',
} as const;
export type Prefix = (typeof PREFIXES)[keyof typeof PREFIXES];

/** 26 characters of Crockford base32: 48 bits of time, 80 random bits (https://github.com/ulid/spec). */
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;
const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';

/** A schema for identifiers with this prefix. */
export const idOf = (prefix: Prefix) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_${ULID}$`), `Give an identifier such as ${prefix}_01JD…`)
    .meta({ examples: [`${prefix}_01JDG3ZV8WQK2M5N7P9R1T3V5X`] });

/** When an identifier was drawn, in ms since 1970. @throws for what is no identifier of ours */
export const drawnAt = (id: string): Instant => decodeTime(id.slice(id.indexOf('_') + 1));

/** No identifier drawn at or after the instant sorts before it, and every one drawn earlier does. */
export const firstIdAt = (prefix: Prefix, at: Instant): string =>
  `${prefix}_${encodeTime(Math.max(0, at), TIME_CHARACTERS)}${'0'.repeat(RANDOM_CHARACTERS)}`;

/**
 * The one identifier of what comes of these two: whoever draws it again gets the same. Sorted as `origin` is, and no
 * secret: its 80 further bits are of a SHA-256.
 */
export function derivedId(prefix: Prefix, origin: string, other: string): string {
  const time = origin.slice(origin.indexOf('_') + 1).slice(0, TIME_CHARACTERS);
  const digest = createHash('sha256').update(`${prefix} ${origin} ${other}`).digest();
  return `${prefix}_${time}${crockford32(digest.subarray(0, RANDOM_CHARACTERS))}`;
}
const CROCKFORD32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** One character for each byte, of which it keeps five bits: for digests. */
export const crockford32 = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => CROCKFORD32[byte % CROCKFORD32.length]).join('');

export interface Ids {
  /** A new identifier: unique, and sorted after every one that this process made before. */
  next(prefix: Prefix): string;
  /** Random text of `A-Z a-z 0-9`; 22 characters hold 130 bits. */
  secret(characters: number): string;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A number in [0, 1) from the system's CSPRNG, at the 8 bits that one base32 character needs. */
const randomFraction = (): number => (randomBytes(1)[0] ?? 0) / 256;

export const idsOn = (clock: Clock): Ids => {
  const ulid = monotonicFactory(randomFraction);
  return {
    next: (prefix) => `${prefix}_${ulid(clock())}`,
    secret: (characters) => Array.from({ length: characters }, () => BASE62[randomInt(BASE62.length)]).join(''),
  };
};

/** Text that nothing else has; for messages, which have no identifier of ours. */
export const unique = (): string => randomUUID();

/**
 * A fraction in [0, 1) for spreading: retries, shards. Never for secrets, so the language's own source does, which a
 * simulation repeats from its seed.
 */
export const jitter = (): number => Math.random();

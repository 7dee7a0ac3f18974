/**
 * How events are chained and vouched for. Pure. Each shard has a chain in the order of sealing, not of identifiers: what
 * turns up late is appended, and nothing that was sealed is touched again. It does not say whether a chain is right:
 * `verify.ts` does.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { firstIdAt } from '../platform/ids.ts';
import type { Item } from '../platform/table.ts';
import { formatInstant, type Instant, MINUTE_MS } from '../platform/time.ts';
import type { Head, Root, Seal, SealedEvent, UnsignedRoot } from './seal-schema.ts';

/** From an event's identifier to its transaction's end at most: no function that commits runs longer. */
export const SETTLE_MS = MINUTE_MS;
/** What turns up later than that (a late index, a slow transaction) is still looked for so long. */
export const LOOK_AGAIN_MS = 10 * MINUTE_MS;
/** With nothing new to seal: so that a cut tail shows soon, and no run looks back further than twice this. */
const ROOT_EVERY_MS = 10 * MINUTE_MS;

export const NO_HASH = '0'.repeat(64);
/** The head of a chain without a seal. */
export const GENESIS: Head = { sequence: 0, hash: NO_HASH, count: 0 };

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/**
 * RFC 8785, which has no text for half a surrogate pair: what holds one has its JSON, with that escaped and members in
 * order. So one bad text stops neither the sealing nor the verification of all others.
 */
export function canonicalText(value: object): string {
  try {
    return canonicalize(value) ?? '';
  } catch {
    return `not canonical: ${JSON.stringify(value, inOrder)}`;
  }
}

const inOrder = (_: string, value: unknown): unknown => {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return `${value}: a number`;
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
};
const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Of the whole item as the table has it, so that a change of an attribute that only an index reads shows too. A set, or
 * a map with a member `__proto__`, has no JSON that says all of it, and no event of ours has one: its hash is no event's.
 */
export const hashOfEvent = (item: Item): string =>
  sha256(`${isPlain(item) ? '' : 'not plain: '}${canonicalText(item)}`);

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return !isMap(value) || (Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain));
}

/** What a seal's hash covers: all of it. */
export type Unhashed = Omit<Seal, 'version' | 'hash'>;

/** SHA-256 over the canonical JSON (RFC 8785) of all else that the seal says, the hash before it among that. */
export const hashOfSeal = ({ shard, sequence, at, upTo, count, previousHash, events }: Unhashed): string => {
  const named = events.map(({ federationId, id, hash }) => ({ federationId, id, hash }));
  return sha256(canonicalText({ shard, sequence, at, upTo, count, previousHash, events: named }));
};

/** Where a chain stands, and up to when its seals reach. */
export interface ChainEnd {
  readonly head: Head;
  readonly upTo: Instant;
}

export interface NewLink {
  readonly shard: number;
  readonly at: Instant;
  readonly upTo: Instant;
  readonly events: readonly SealedEvent[];
}

export function nextSeal({ head, upTo }: ChainEnd, link: NewLink): Seal {
  const unhashed = {
    shard: link.shard,
    sequence: head.sequence + 1,
    at: link.at,
    upTo: Math.max(upTo, link.upTo),
    events: [...link.events],
    count: head.count + link.events.length,
    previousHash: head.hash,
  };
  return { version: 1, ...unhashed, hash: hashOfSeal(unhashed) };
}

export const endAt = ({ sequence, hash, count, upTo }: Seal): ChainEnd => ({ head: { sequence, hash, count }, upTo });

/** Identifiers drawn in [from, upTo) are looked at; empty while the next minute has not settled. */
export interface Window {
  readonly from: Instant;
  readonly upTo: Instant;
}

/** What is drawn before this instant is looked for no more, once a root says that all before its own is sealed. */
export const lookedFrom = (sealedUpTo: Instant): Instant => Math.max(0, sealedUpTo - LOOK_AGAIN_MS);

/** From the end of what the newest root vouches for, less what is looked at again, to the last whole settled minute. */
export function windowAfter(newest: Root | undefined, now: Instant): Window {
  const sealed = newest ? Date.parse(newest.sealedUpTo) : 0;
  return { from: lookedFrom(sealed), upTo: Math.max(sealed, wholeMinute(now - SETTLE_MS)) };
}

/**
 * Why no sealer can have made this seal in the window after the head that a root vouches for; undefined: one can. Who may
 * write to the table could else have a forged seal vouched for by the next root.
 */
export function faultOf(seal: Seal, { from, upTo }: Window): string | undefined {
  if (seal.hash !== hashOfSeal(seal)) return 'its hash is not of what it says';
  if (seal.upTo > upTo) return 'it covers what has not settled';
  const first = firstIdAt('evt', from);
  const early = seal.events.find(({ id }) => id < first);
  return early && `it covers ${early.id}, whose time was vouched for before`;
}

/** Whether a seal comes right after this head. */
export const follows = ({ sequence, previousHash, count, events }: Seal, head: Head): boolean =>
  sequence === head.sequence + 1 && previousHash === head.hash && count === head.count + events.length;

export const wholeMinute = (at: Instant): Instant => Math.floor(at / MINUTE_MS) * MINUTE_MS;

/** Vouched for when there is something new, and else every ten minutes. */
export function isRootDue(newest: Root | undefined, heads: readonly Head[], upTo: Instant): boolean {
  if (!newest) return true;
  const isNew = heads.some(({ sequence }, shard) => sequence !== newest.heads[shard]?.sequence);
  return isNew || upTo - Date.parse(newest.sealedUpTo) >= ROOT_EVERY_MS;
}

/** A root as it is kept. */
export interface KeptRoot {
  readonly root: Root;
  /** To the byte, as the next root vouches for it. */
  readonly text: string;
}

export interface NewRoot {
  readonly heads: readonly Head[];
  readonly at: Instant;
  readonly upTo: Instant;
}

export const nextRoot = (newest: KeptRoot | undefined, { heads, at, upTo }: NewRoot): UnsignedRoot => ({
  sequence: (newest?.root.sequence ?? 0) + 1,
  at: formatInstant(at),
  sealedUpTo: formatInstant(upTo),
  previousHash: newest ? sha256(newest.text) : NO_HASH,
  heads: [...heads],
  count: heads.reduce((sum, { count }) => sum + count, 0),
});

/** What is signed: at most some 2 KB, and KMS takes 4,096 bytes. */
export const signedText = (root: UnsignedRoot): string => canonicalText(root);

export function signed(root: UnsignedRoot, signature: Uint8Array): KeptRoot {
  const whole = { ...root, signature: Buffer.from(signature).toString('base64') };
  return { root: whole, text: canonicalText(whole) };
}

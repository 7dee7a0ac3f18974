/** What is kept of a call with an Idempotency-Key, and of each part of one in parts: who calls what, and what it was answered. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { itemKind } from '../platform/item.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Key } from '../platform/table.ts';
import { DAY_MS, HOUR_MS, type Instant, SECOND_MS } from '../platform/time.ts';

/** Longer than an HTTP API call can run (30 s): while it lives, the first call may still be at work. */
export const LEASE_MS = 35 * SECOND_MS;
/** At least 24 hours are promised; the hour covers clocks that differ. */
const KEPT_MS = DAY_MS + HOUR_MS;

export const Kept = z.object({
  version: z.number(),
  /** Whose key on which route; part of the item's key. */
  owner: z.string(),
  fingerprint: z.string(),
  startedAt: z.number(),
  /** Null while the first call runs, and of a call in parts. */
  answer: z.string().nullable(),
  /** Until when a call may be at work; an earlier release left it out. */
  leasedUntil: z.number().optional(),
  inParts: z.boolean().default(false),
});
export type Kept = z.infer<typeof Kept>;

export const keptItem = itemKind<Kept>({
  name: 'IDEMPOTENT_CALL',
  schema: Kept,
  key: ({ owner }) => keyOf(owner),
  forgetAt: ({ startedAt }) => startedAt + KEPT_MS,
});

const Answer = z.object({ status: z.number(), body: z.unknown() });
export type Answer = z.infer<typeof Answer>;

/** What makes two calls the same call. */
export interface Fingerprinted {
  readonly key: string;
  readonly callerId: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** @param part of a call in parts, by its place in the body */
export const ownerOf = ({ callerId, method, path, key }: Fingerprinted, ...part: number[]): string =>
  sha256([callerId, method, path, key, ...part].join('\n'));
export const keyOf = (owner: string): Key => ({ pk: `IDEMPOTENT_CALL#${owner}`, sk: 'IDEMPOTENT_CALL' });
export const fingerprintOf = ({ query, body }: Fingerprinted): string =>
  sha256(canonicalize({ query, body: body ?? null }) ?? '');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

const leaseEnd = ({ leasedUntil, startedAt }: Kept): Instant => leasedUntil ?? startedAt + LEASE_MS;
/** Whether a call may be at work. */
export const isLeased = (known: Kept, now: Instant): boolean => known.answer === null && now < leaseEnd(known);
/** Whether it is to be held against the next call of the same key. */
export const isLive = (known: Kept, now: Instant): boolean =>
  known.answer === null && !known.inParts ? isLeased(known, now) : now < known.startedAt + KEPT_MS;

export const sealAnswer = (answer: Answer, owner: string, sealer: Sealer): string =>
  sealer.seal(JSON.stringify(answer), owner);

/** Undefined of what has none yet. */
export function openAnswer({ owner, answer }: Kept, sealer: Sealer): Answer | undefined {
  if (answer === null) return undefined;
  const opened = sealer.open(answer, owner);
  if (opened === undefined) throw new Error('the kept answer does not open: the sealing key has changed');
  return Answer.parse(JSON.parse(opened));
}

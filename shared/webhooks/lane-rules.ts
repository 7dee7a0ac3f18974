/**
 * What waits for one webhook is a lane: one worker at a time takes deliveries from its front, a few side by side. So a
 * receiver that hangs or is down costs one worker's time for seconds, however many events wait for it, and then is left
 * alone for a while; no other webhook's lane knows of it.
 *
 * Sleeping and waking without a lock (decision 9): whoever adds a delivery writes it first and then wakes the lane, unless
 * it is awake. Whoever lets it sleep first says so (`isDrowsy`), then looks for deliveries once more, and lets it sleep
 * only if nobody has written to it meanwhile. So either the one sees the delivery or the other sees the drowsiness. Pure.
 */
import { LOOK_AHEAD_MS } from '../platform/commit.ts';
import type { Rest } from '../platform/settle.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import type { Outcome } from './judge.ts';
import type { Lane } from './schema.ts';

/** Sent side by side to one webhook. */
export const SIDE_BY_SIDE = 8;
/** New rounds are begun for so long; with a last one that hangs (15 s) it stays well below a function's 60 s. */
export const RUN_MS = 15 * SECOND_MS;
/** Longer than a run with its last round and the writing takes: a worker that died is followed by another. */
export const LEASE_MS = 45 * SECOND_MS;
/** After the second round in a row in which nothing got through, and doubled with each further one. */
const HOLD_MS = 15 * SECOND_MS;
/** Short beside the schedule of a delivery, and long beside the 15 s that a hanging receiver takes. */
export const HOLD_MAX_MS = 2 * MINUTE_MS;
/** What asks for less gets at least this. */
export const SLOW_DOWN_MS = 30 * SECOND_MS;
/** Runs in a row, of which each nudges the next. Lambda stops a function whose messages come back to it some 16 times. */
const NUDGES_MAX = 8;

export type Action = { readonly kind: 'run' };

export function next(lane: Lane, now: Instant): Action | Rest {
  const due = dueAt(lane);
  if (due === null) return { kind: 'rest' };
  return now < due ? { kind: 'wait', until: due } : { kind: 'run' };
}

/** When `next` stops answering `wait`; null: never. The store writes it on every put. */
export const dueAt = ({ nextAt, leaseUntil, heldUntil }: Lane): Instant | null =>
  nextAt === null ? null : Math.max(nextAt, leaseUntil ?? 0, heldUntil ?? 0);

export const newLane = (webhookId: string): Lane => ({
  webhookId,
  version: 1,
  nextAt: null,
  isDrowsy: false,
  leaseUntil: null,
  heldUntil: null,
  failures: 0,
  runs: 0,
});

/** Whether a delivery that is due now will be seen without waking anybody. */
export const isAwake = ({ nextAt, isDrowsy }: Lane, now: Instant): boolean =>
  nextAt !== null && nextAt <= now && !isDrowsy;

export const woken = (lane: Lane, now: Instant): Lane => ({
  ...lane,
  nextAt: Math.min(lane.nextAt ?? now, now),
  isDrowsy: false,
});

/** Somebody has mended something: what was held is tried at once. */
export const releasedAndWoken = (lane: Lane, now: Instant): Lane => ({
  ...woken(lane, now),
  heldUntil: null,
  failures: 0,
});

export const leased = (lane: Lane, now: Instant): Lane => ({
  ...lane,
  isDrowsy: false,
  leaseUntil: now + LEASE_MS,
  runs: lane.runs + 1,
});

type Heard = Pick<Lane, 'failures' | 'heldUntil'>;

/** What a round has shown of the receiver: one that takes something is well, unless it asks for less. */
export function heard(before: Heard, outcomes: readonly Pick<Outcome, 'kind' | 'retryAfterMs'>[], now: Instant): Heard {
  if (outcomes.length === 0) return before;
  const isWell = outcomes.some(({ kind }) => kind === 'RECEIVED');
  const failures = isWell ? 0 : before.failures + 1;
  const slow = outcomes.filter(({ kind }) => kind === 'SLOW_DOWN');
  const asked = slow.map(({ retryAfterMs }) => Math.max(retryAfterMs ?? 0, SLOW_DOWN_MS));
  const waits = [
    ...asked,
    ...(failures >= 2 ? [Math.min(HOLD_MS * 2 ** Math.min(failures - 2, 10), HOLD_MAX_MS)] : []),
  ];
  return { failures, heldUntil: waits.length === 0 ? null : now + Math.max(...waits) };
}

/** The run is over, and the one who held it says when it is needed next. */
export const rested = (lane: Lane, nextAt: Instant | null, now: Instant): Lane => ({
  ...lane,
  nextAt,
  isDrowsy: false,
  leaseUntil: null,
  runs: nextAt === null || nextAt > now + LOOK_AHEAD_MS ? 0 : lane.runs,
});

/** Whether the worker itself asks for the next run; else the dispatcher does, within a minute. */
export const mayNudge = ({ runs }: Lane): boolean => runs % NUDGES_MAX !== 0 || runs === 0;

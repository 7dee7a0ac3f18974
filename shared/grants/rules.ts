/**
 * A grant ends by time alone: at `expiresAt` it has ended, and nothing is looked up first. What is done afterwards only
 * records it and takes it from where it was put; no verdict waits for that. Pure.
 */
import type { Rest } from '../platform/settle.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../platform/time.ts';
import type { Grant, GrantChange, NewGrant } from './schema.ts';

export type EndReason = NonNullable<Grant['endReason']>;

export type Action =
  | { readonly kind: 'start' } // look again, record and tell; verdicts have allowed it since startsAt
  | { readonly kind: 'warn' } // tell that it ends soon, with what renews it
  | { readonly kind: 'review' } // tell that somebody is to look at it; nothing ends
  | { readonly kind: 'expire' }; // record, tell, and take it from the principal's live grants

/** What this grant needs now. */
export function next(grant: Grant, now: Instant): Action | Rest {
  if (grant.endedAt !== null) return { kind: 'rest' };
  if (grant.expiresAt !== null && now >= grant.expiresAt) return { kind: 'expire' };
  if (grant.startedAt === null && now >= grant.startsAt) return { kind: 'start' };
  const warnAt = warningAt(grant);
  if (warnAt !== null && now >= warnAt) return { kind: 'warn' };
  const reviewAt = reviewAtOf(grant);
  if (reviewAt !== null && now >= reviewAt) return { kind: 'review' };
  const due = dueAt(grant);
  return due === null ? { kind: 'rest' } : { kind: 'wait', until: due };
}

/** When `next` stops answering `wait`; null: never. */
export function dueAt(grant: Grant): Instant | null {
  if (grant.endedAt !== null) return null;
  if (grant.startedAt === null) return grant.startsAt; // before its end, as every grant is longer than nothing
  return earliest(warningAt(grant) ?? grant.expiresAt, reviewAtOf(grant));
}

/** A tenth of its length before the end, at least five minutes and at most a day; a shorter one than this needs no word. */
const WARNING_SHARE = 10;
export const WARNING_MIN_MS = 5 * MINUTE_MS;
export const WARNING_MAX_MS = DAY_MS;

/** When its coming end is told; null: it has been, or never is. Before its end, so that the two are never one step. */
export function warningAt({ startsAt, expiresAt, warnedAt }: Grant): Instant | null {
  if (expiresAt === null || warnedAt !== null) return null;
  const length = expiresAt - startsAt;
  const ahead = Math.min(WARNING_MAX_MS, Math.max(WARNING_MIN_MS, Math.ceil(length / WARNING_SHARE)));
  return length >= 2 * ahead ? expiresAt - ahead : null;
}

/** When its review is told; null: it has been, or never is. */
const reviewAtOf = ({ reviewBy, reviewToldAt }: Grant): Instant | null => (reviewToldAt === null ? reviewBy : null);

const earliest = (...instants: (Instant | null)[]): Instant | null => {
  const some = instants.filter((instant) => instant !== null);
  return some.length === 0 ? null : Math.min(...some);
};

/** Whether it holds at this instant, by its own times. */
export const holdsAt = (times: { startsAt: Instant; expiresAt: Instant | null }, at: Instant): boolean =>
  times.startsAt <= at && (times.expiresAt === null || at < times.expiresAt);

/** The facts once it has ended, of whatever reason. */
export const ended = (grant: Grant, reason: EndReason, endedAt: Instant): Grant => ({
  ...grant,
  endedAt: grant.expiresAt === null ? endedAt : Math.min(endedAt, grant.expiresAt),
  endReason: reason,
});

export const started = (grant: Grant, now: Instant): Grant => ({ ...grant, startedAt: now });
export const reviewTold = (grant: Grant, now: Instant): Grant => ({ ...grant, reviewToldAt: now });
export const warned = (grant: Grant, now: Instant): Grant => ({ ...grant, warnedAt: now });

/** What a cluster that holds users or roles of ours does at its end. */
export const onEndOf = ({ onEnd, expiresAt }: Pick<Grant, 'onEnd' | 'expiresAt'>): NonNullable<Grant['onEnd']> =>
  onEnd ?? (expiresAt === null ? 'DROP' : 'DROP_AND_END_SESSIONS');

/** From when a grant asked for now begins to hold: a start that has passed is now. */
export const startOf = (wish: { startsAt?: Instant | undefined }, now: Instant): Instant =>
  Math.max(wish.startsAt ?? now, now);

/** When a new grant ends; null: never. A duration counts from the start. */
export function endOf(wish: NewGrant, startsAt: Instant): Instant | null {
  if (wish.duration !== undefined) return startsAt + wish.duration;
  return wish.expiresAt ?? null;
}

/** When a changed grant ends. A duration counts from now, or from a start that is still to come. */
export function changedEnd(grant: Grant, change: GrantChange, now: Instant): Instant | null {
  if (change.duration !== undefined) return Math.max(grant.startsAt, now) + change.duration;
  return change.expiresAt === undefined ? grant.expiresAt : change.expiresAt;
}

/** The grant with other times: what was told of the old ones is told anew. */
export function changed(grant: Grant, change: GrantChange, now: Instant): Grant {
  const expiresAt = changedEnd(grant, change, now);
  const reviewBy = change.reviewBy === undefined ? grant.reviewBy : change.reviewBy;
  return {
    ...grant,
    expiresAt,
    warnedAt: expiresAt === grant.expiresAt ? grant.warnedAt : null,
    reviewBy,
    reviewToldAt: reviewBy === grant.reviewBy ? grant.reviewToldAt : null,
  };
}

/** What a grant's end needs of its connection. */
export interface Epochs {
  readonly epoch: number;
  readonly disconnectedAt: Instant | null;
  /** While grants of earlier epochs are still being ended. */
  readonly sweep?: { readonly fromEpoch: number; readonly cuts: readonly Instant[] } | null;
}

/** When the epoch ended: of several disconnects in a row, its own. */
const cutOf = ({ sweep, disconnectedAt }: Epochs, epoch: number): Instant | null =>
  sweep?.cuts[epoch - sweep.fromEpoch] ?? disconnectedAt;

/**
 * The grant as it is at this instant, whether or not that has been recorded: ended by its own time, or by a disconnect
 * of the connection it was made under.
 */
export function asOf(grant: Grant, connection: Epochs | undefined, now: Instant): Grant {
  if (grant.endedAt !== null) return grant;
  const isExpired = grant.expiresAt !== null && now >= grant.expiresAt;
  if (connection?.epoch !== grant.epoch) {
    const cutAt = (connection && cutOf(connection, grant.epoch)) ?? now;
    if (!isExpired || cutAt < (grant.expiresAt ?? cutAt)) return ended(grant, 'DISCONNECTED', cutAt);
  }
  return isExpired && grant.expiresAt !== null ? ended(grant, 'EXPIRED', grant.expiresAt) : grant;
}

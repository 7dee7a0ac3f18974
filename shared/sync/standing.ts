/** How one cluster stands with one grant, from what was seen there last. Pure. */
import { type Instant, SECOND_MS } from '../platform/time.ts';
import { STUCK_AFTER_MS } from './rules.ts';
import type { GrantOnCluster, Presence } from './schema.ts';

/** Within seconds it is as wanted; from then on it is said to be behind. */
export const BEHIND_AFTER_MS = 10 * SECOND_MS;

/** What is known of one cluster that holds users, for one grant; undefined: nothing was ever done there for it. */
export interface Standing {
  readonly seen: GrantOnCluster | undefined;
  readonly presence: Presence | undefined;
}

export interface Stands {
  readonly state: 'PENDING' | 'IN_SYNC' | 'BEHIND' | 'STUCK' | 'REMOVED';
  readonly since: Instant;
  readonly removedAt?: Instant;
  readonly lagMs?: number;
  readonly detail?: string;
}

interface Timed {
  readonly id: string;
  readonly createdAt: Instant;
  readonly startsAt: Instant;
  readonly endedAt: Instant | null;
}

/** @param grant as it is at `now` */
export function standOf(grant: Timed, isFrozen: boolean, { seen, presence }: Standing, now: Instant): Stands {
  const { endedAt, startsAt } = grant;
  const mayBeThere = seen?.isThere === true || presence?.attempt?.grantIds.includes(grant.id) === true;
  if (endedAt !== null) {
    if (mayBeThere) return waiting(endedAt, presence, now);
    const removedAt = seen ? Math.max(seen.since, endedAt) : endedAt;
    return { state: 'REMOVED', since: removedAt, removedAt, lagMs: removedAt - endedAt };
  }
  if (now < startsAt) return { state: 'PENDING', since: grant.createdAt };
  const isAsWanted = isFrozen ? !mayBeThere : seen?.isThere === true;
  if (isAsWanted) return { state: 'IN_SYNC', since: Math.max(seen?.since ?? startsAt, startsAt) };
  return waiting(
    isFrozen ? (presence?.attempt?.since ?? now) : Math.max(startsAt, seen?.since ?? startsAt),
    presence,
    now,
  );
}

function waiting(since: Instant, presence: Presence | undefined, now: Instant): Stands {
  const attempt = presence?.attempt;
  const detail = attempt?.fault ? { detail: attempt.fault } : {};
  if (attempt && now - attempt.since >= STUCK_AFTER_MS) {
    return { state: 'STUCK', since: Math.max(attempt.since, since), ...detail };
  }
  return { state: now - since < BEHIND_AFTER_MS ? 'PENDING' : 'BEHIND', since, ...detail };
}

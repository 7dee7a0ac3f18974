/**
 * What lies on a cluster is compared with what is wanted, and brought to it: never commanded. What is wanted is read anew
 * every time, so a message that is late, doubled or lost changes nothing but the moment. It never gives up. Pure.
 */
import type { Rest } from '../platform/settle.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import type { Attempt, Place, Presence } from './schema.ts';
import type { Wanted } from './wanted.ts';

/** How long nothing has to move before it is shown and told as stuck. */
export const STUCK_AFTER_MS = 10 * MINUTE_MS;
/** Longer than the function that makes an attempt can run: then it has died. */
export const LEASE_MS = 90 * SECOND_MS;
/** Grants whose standing changes in one step: with an event each some sixty of the hundred items of a transaction. */
export const RECORDED_AT_ONCE = 30;

export type Action =
  | { readonly kind: 'apply' } // one try to bring the cluster to what is wanted
  | { readonly kind: 'record' } // nothing to do there: what is known is brought up to date
  | { readonly kind: 'forget' }; // nothing lies there, and nothing is to come

/** A presence with what is wanted now. */
export interface Situation {
  readonly presence: Presence;
  readonly wanted: Wanted;
}

export function next({ presence, wanted }: Situation, now: Instant): Action | Rest {
  const { attempt, askedAt, changesAt, grantIds } = presence;
  if (!wanted.holds) return { kind: grantIds.length > 0 ? 'record' : 'forget' };
  if (attempt && now < attempt.nextAt) return { kind: 'wait', until: attempt.nextAt };
  if (attempt || presence.access !== wanted.digest) return { kind: 'apply' };
  const isKnown = askedAt === null && changesAt === wanted.changesAt && isSameSet(grantIds, wanted.grantIds);
  if (!isKnown) return { kind: 'record' };
  if (wanted.changesAt !== null) return { kind: 'wait', until: wanted.changesAt };
  return { kind: wanted.isIdle ? 'forget' : 'rest' };
}

/** When `next` stops answering `wait`, as far as the presence itself knows; null: when somebody asks. */
export function dueAt({ attempt, askedAt, changesAt }: Presence): Instant | null {
  if (attempt) return attempt.nextAt;
  if (askedAt === null || changesAt === null) return askedAt ?? changesAt;
  return Math.min(askedAt, changesAt);
}

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && new Set([...one, ...other]).size === one.length;

export const newPresence = (id: string, place: Place, now: Instant): Presence => ({
  ...place,
  id,
  version: now, // one that was forgotten is made anew: whoever has read the earlier one must not take this for it
  shortName: null,
  access: null,
  grantIds: [],
  askedAt: now,
  changesAt: null,
  attempt: null,
});

export const asked = (presence: Presence, now: Instant): Presence => ({ ...presence, askedAt: now });

/**
 * From here on it is not known what lies there, until a try succeeds.
 * @param shortName the identity provider's; undefined: it has been deleted
 */
export function begun(
  { presence, wanted }: Situation,
  shortName: string | undefined,
  now: Instant,
): Presence & { readonly attempt: Attempt } {
  const before = presence.attempt;
  return {
    ...presence,
    shortName: shortName ?? presence.shortName,
    askedAt: null,
    attempt: {
      count: (before?.count ?? 0) + 1,
      since: before?.since ?? now,
      at: now,
      nextAt: now + LEASE_MS,
      fault: before?.fault ?? null,
      grantIds: [...new Set([...(before?.grantIds ?? []), ...wanted.grantIds])],
      toldStuck: before?.toldStuck ?? [],
    },
  };
}

/** Quick at first, then at a bounded pace for ever. */
const BACK_OFF_MS = [5, 10, 20, 40, 60].map((seconds) => seconds * SECOND_MS);
const BACK_OFF_STUCK_MS = 5 * MINUTE_MS;

/** What a try that failed leaves. */
export interface Failed {
  readonly presence: Presence;
  readonly isStuck: boolean;
  /** Grants of which it is now told that nothing moves: each once, until a try succeeds. */
  readonly news: readonly string[];
}

/** @param fault why, in words for the cluster's owner */
export function failed(
  { presence, wanted }: Situation & { readonly presence: { readonly attempt: Attempt } },
  fault: string,
  now: Instant,
): Failed {
  const { attempt } = presence;
  const isStuck = now - attempt.since >= STUCK_AFTER_MS;
  const pause = isStuck ? BACK_OFF_STUCK_MS : (BACK_OFF_MS[attempt.count - 1] ?? BACK_OFF_MS.at(-1) ?? 0);
  const waiting = isStuck ? changing(presence, wanted) : [];
  const told = attempt.toldStuck.filter((id) => waiting.includes(id));
  const news = waiting.filter((id) => !told.includes(id)).slice(0, RECORDED_AT_ONCE);
  return {
    presence: { ...presence, attempt: { ...attempt, fault, nextAt: now + pause, toldStuck: [...told, ...news] } },
    isStuck,
    news,
  };
}

/** Grants that are, or may be, where they shall not be, or are not where they shall be. */
function changing({ grantIds, attempt }: Presence, { grantIds: wanted }: Wanted): string[] {
  const [known, shall] = [new Set(grantIds), new Set(wanted)];
  const there = new Set([...grantIds, ...(attempt?.grantIds ?? [])]);
  return [...new Set([...[...there].filter((id) => !shall.has(id)), ...wanted.filter((id) => !known.has(id))])];
}

/** What is no longer there, and what has come, as one step tells it. */
export interface Recorded {
  readonly presence: Presence;
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/** The facts once the cluster is as wanted; more changes than one step takes are left to the next. */
export function recorded({ presence, wanted }: Situation, now: Instant): Recorded {
  const wantedIds = new Set(wanted.grantIds);
  const known = new Set(presence.grantIds);
  const maybe = new Set([...known, ...(presence.attempt?.grantIds ?? [])]);
  const allGone = [...maybe].filter((id) => !wantedIds.has(id));
  const gone = allGone.slice(0, RECORDED_AT_ONCE);
  const allCome = wanted.grantIds.filter((id) => !known.has(id));
  const come = allCome.slice(0, RECORDED_AT_ONCE - gone.length);
  const isAll = gone.length === allGone.length && come.length === allCome.length;
  // What was asked for while a try was under way is still to be looked at; else the facts are younger than the wish.
  const askedAt = presence.attempt ? presence.askedAt : null;
  const staying = wanted.grantIds.filter((id) => known.has(id));
  return {
    presence: {
      ...presence,
      access: wanted.digest,
      grantIds: [...staying, ...come, ...allGone.slice(gone.length)],
      askedAt: isAll ? askedAt : (askedAt ?? now), // whoever dies here leaves the rest to be found
      changesAt: wanted.changesAt,
      attempt: null,
    },
    gone,
    come,
  };
}

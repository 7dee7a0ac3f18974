/** Plans for grants: the grant, the principal's live grants and the history, always in one transaction. Pure. */
import type { AuditEntry, Plan } from '../platform/plan.ts';
import type { Write } from '../platform/table.ts';
import { formatDuration, type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import { orderSync } from '../sync/orders.ts';
import { addLive, changeLive, removeLive } from './live.ts';
import type { Grant } from './schema.ts';
import { grantItem, intervalItem } from './store.ts';
import { ticketWrites } from './tickets.ts';
import { type Surroundings, viewGrant } from './view.ts';

/** What every plan of a grant needs beside it. */
export interface Planning {
  readonly surroundings: Surroundings;
  readonly now: Instant;
  /** A new identifier for the history. */
  readonly intervalId: string;
}

const interval = (grant: Grant, from: Instant, until: Instant | null, id: string) =>
  intervalItem.create(
    {
      id,
      version: 1,
      grantId: grant.id,
      from,
      until,
      principal: grant.principal,
      roles: grant.roles,
      clusterIds: grant.clusterIds,
    },
    () => 'stale',
  );

const audit = (verb: string, before: Grant | null, after: Grant, { surroundings, now }: Planning): AuditEntry => ({
  federationId: after.federationId,
  action: `grant.${verb}`,
  resource: { type: 'grant', id: after.id },
  before: before && audited(before, surroundings, now),
  after: audited(after, surroundings, now),
});

/** How each cluster stands, and who uses it, is no part of a change. */
function audited(grant: Grant, surroundings: Surroundings, now: Instant) {
  const {
    clusters: _clusters,
    lastUsedAt: _lastUsedAt,
    useCount: _useCount,
    ...view
  } = viewGrant(grant, surroundings, now);
  return view;
}

const event = (type: string, grant: Grant, { surroundings, now }: Planning) => ({
  federationId: grant.federationId,
  type,
  subject: grant.id,
  data: viewGrant(grant, surroundings, now),
});

/** Clusters that hold users or roles of ours are looked at, each for itself. */
const look = ({ id: grantId }: Grant, { surroundings, intervalId, now }: Planning): Write[] =>
  surroundings.standings.size > 0 ? [orderSync({ kind: 'GRANT', grantId }, intervalId, now)] : [];

/**
 * What lies there knows by itself when its access begins and ends, and the dispatcher comes by in time: only what was
 * changed just before may be too late for that.
 */
const JUST_BEFORE_MS = 10 * MINUTE_MS;
const lookAt = (boundary: Instant, grant: Grant, planning: Planning): Write[] =>
  boundary - grant.updatedAt < JUST_BEFORE_MS ? look(grant, planning) : [];

export const planCreation = (grant: Grant, planning: Planning): Plan => ({
  writes: [
    grantItem.create(grant, () => 'stale'),
    addLive(grant),
    interval(grant, grant.startsAt, grant.expiresAt, planning.intervalId),
    ...ticketWrites(grant),
    ...look(grant, planning),
  ],
  audit: [audit('create', null, grant, planning)],
  events: [event('grant.created', grant, planning)],
});

/**
 * An extension or a shortening: no instant between the two ends is lost, since one entry replaces the other. Another
 * review changes nothing about when it holds.
 */
export const planChange = (before: Grant, after: Grant, planning: Planning): Plan => ({
  writes: [grantItem.replace(after), ...(after.expiresAt === before.expiresAt ? [] : newEnd(after, planning))],
  audit: [audit('change', before, after, planning)],
  events: [event('grant.changed', after, planning)],
});

export const planStart = (after: Grant, planning: Planning): Plan => ({
  writes: [grantItem.replace(after), ...lookAt(after.startsAt, after, planning)],
  audit: [],
  events: [event('grant.started', after, planning)],
});

const newEnd = (after: Grant, planning: Planning): Write[] => [
  changeLive(after),
  interval(after, Math.max(after.startsAt, planning.now), after.expiresAt, planning.intervalId),
  ...look(after, planning),
];

/** Told, and in the audit, since it says from when on nobody can have overlooked it. */
export const planReview = (before: Grant, after: Grant, planning: Planning): Plan => ({
  writes: [grantItem.replace(after)],
  audit: [audit('review-due', before, after, planning)],
  events: [event('grant.review-due', after, planning)],
});

/** With what renews it: the call that gives it the same length again from when it is made. */
export const planWarning = (after: Grant, planning: Planning): Plan => {
  const { type, data, ...told } = event('grant.expiring-soon', after, planning);
  const length = formatDuration(Math.ceil(((after.expiresAt ?? 0) - after.startsAt) / SECOND_MS) * SECOND_MS);
  const renew = { method: 'PATCH', path: `/v1/grants/${after.id}`, body: { duration: length } };
  return { writes: [grantItem.replace(after)], audit: [], events: [{ ...told, type, data: { ...data, renew } }] };
};

/** The history needs no word about an end that was known from the beginning. */
export function planEnd(before: Grant, after: Grant, planning: Planning): Plan {
  const isExpiry = after.endReason === 'EXPIRED';
  const endedAt = after.endedAt ?? planning.now;
  const cut = isExpiry ? [] : [interval(after, endedAt, endedAt, planning.intervalId)];
  const looks = isExpiry ? lookAt(endedAt, before, planning) : look(after, planning);
  return {
    writes: [grantItem.replace(after), removeLive(after), ...cut, ...looks],
    audit: [audit(isExpiry ? 'expire' : 'end', before, after, planning)],
    events: [event(isExpiry ? 'grant.expired' : 'grant.ended', after, planning)],
  };
}

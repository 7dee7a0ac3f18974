/** Audit events as the API shows them. Pure. */
import type { AuditEvent } from '../platform/audit-item.ts';
import { firstIdAt } from '../platform/ids.ts';
import { formatInstant } from '../platform/time.ts';
import type { AuditFilter } from './query.ts';
import { SETTLE_MS } from './seal-rules.ts';
import type { AuditEventView } from './view-schema.ts';

export const viewAuditEvent = (event: AuditEvent): AuditEventView => ({
  id: event.id,
  at: formatInstant(event.at),
  actor: event.actor,
  action: event.action,
  resource: event.resource,
  before: event.before,
  after: event.after,
  source: event.source,
  correlationId: event.correlationId,
});

/** Whether a list or export shows it. */
export const matches = (event: AuditEvent, filter: AuditFilter): boolean =>
  (filter.actor === undefined || event.actor.id === filter.actor) &&
  (filter.action === undefined || event.action === filter.action) &&
  (filter.resourceType === undefined || event.resource.type === filter.resourceType) &&
  (filter.resource === undefined || event.resource.id === filter.resource) &&
  (filter.from === undefined || event.at >= filter.from) &&
  (filter.to === undefined || event.at < filter.to);

/**
 * Between which identifiers the events of a time are. An identifier is drawn after the event's own instant, within the
 * run of one function.
 */
export const idRange = ({ from, to }: AuditFilter): { readonly from?: string; readonly to?: string } => ({
  ...(from !== undefined && { from: firstIdAt('evt', from) }),
  ...(to !== undefined && { to: firstIdAt('evt', to + SETTLE_MS) }),
});

/** What one partition gave: its newest events after the cursor. */
export interface PartitionPage {
  readonly events: readonly AuditEvent[];
  /** The oldest identifier down to which it is known; empty when it has no older ones. */
  readonly knownDownTo: string;
}

/**
 * The newest of all partitions by identifier, which is by time. One that has more is known down to its last event only
 * (a page of large events ends early), so nothing older than that is shown yet.
 */
export function mergeNewestFirst(pages: readonly PartitionPage[]): PartitionPage {
  const knownDownTo = pages.map((page) => page.knownDownTo).reduce(later, '');
  const events = pages
    .flatMap((page) => page.events)
    .filter(({ id }) => id >= knownDownTo)
    .sort((one, other) => (one.id < other.id ? 1 : -1));
  return { events, knownDownTo };
}

const later = (one: string, other: string): string => (one > other ? one : other);

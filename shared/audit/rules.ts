/** Audit events as the API shows them. Pure. */
import type { AuditEvent } from '../platform/audit-item.ts';
import { formatInstant } from '../platform/time.ts';
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

/** What one shard gave: its newest events after the cursor, and whether it has older ones. */
export interface ShardPage {
  readonly events: readonly AuditEvent[];
  readonly more: boolean;
}

/**
 * The newest `limit` of all shards by identifier, which is by time. A shard that has more is known down to its last
 * event only (a page of large events ends early), so nothing older than that is shown yet.
 */
export function mergeNewestFirst(
  pages: readonly ShardPage[],
  limit: number,
): { events: AuditEvent[]; isLast: boolean } {
  const known = pages.map(({ events, more }) => (more ? (events.at(-1)?.id ?? '') : '')).reduce(later, '');
  const events = pages
    .flatMap((page) => page.events)
    .filter(({ id }) => id >= known)
    .sort((one, other) => (one.id < other.id ? 1 : -1));
  const isLast = events.length <= limit && pages.every(({ more }) => !more);
  return { events: events.slice(0, limit), isLast };
}

const later = (one: string, other: string): string => (one > other ? one : other);

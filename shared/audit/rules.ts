/** Audit events as the API shows them. Pure. */
import type { AuditEvent } from '../platform/audit-item.ts';
import { formatInstant } from '../platform/time.ts';

export const viewAuditEvent = (event: AuditEvent) => ({
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

/** The first `limit` of all shards by identifier, which is by time: newest first. */
export function mergeNewestFirst(shards: readonly (readonly AuditEvent[])[], limit: number): AuditEvent[] {
  return shards
    .flat()
    .sort((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, limit);
}

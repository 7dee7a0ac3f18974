/** Audit events: who did what, when, from where, before and after, written in the change's own transaction. */
import * as z from 'zod';
import type { Ids } from './ids.ts';
import { jitter } from './ids.ts';
import { itemKind } from './item.ts';
import type { AuditEntry, Cause } from './plan.ts';
import { Problem } from './problems.ts';
import type { Write } from './table.ts';

/** 10,000 expiries in one second of one federation write 10,000 events: 16 partitions keep each near 1,250 units. */
const SHARDS = 16;
export const auditShards = (federationId: string): string[] =>
  Array.from({ length: SHARDS }, (_, shard) => auditPartition(federationId, shard));
const auditPartition = (federationId: string, shard: number): string => `AUDIT#${federationId}#${shard}`;

export const AuditEvent = z.object({
  id: z.string(),
  version: z.number(),
  federationId: z.string(),
  shard: z.number(),
  at: z.number(),
  actor: z.object({ type: z.enum(['CALLER', 'SYSTEM']), id: z.string(), subject: z.string().optional() }),
  action: z.string(),
  resource: z.object({ type: z.string(), id: z.string() }),
  before: z.unknown(),
  after: z.unknown(),
  source: z.string().nullable(),
  correlationId: z.string(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

export const auditItem = itemKind<AuditEvent>({
  name: 'AUDIT_EVENT',
  schema: AuditEvent,
  key: (event) => ({ pk: auditPartition(event.federationId, event.shard), sk: event.id }),
});

export const auditWrite = (entry: AuditEntry, cause: Cause, ids: Ids): Write =>
  auditItem.create(
    {
      id: ids.next('evt'),
      version: 1,
      shard: Math.floor(jitter() * SHARDS),
      at: cause.now,
      actor: cause.actor,
      source: cause.source,
      correlationId: cause.correlationId,
      ...entry,
      before: entry.before ?? null,
      after: entry.after ?? null,
    },
    () => new Problem('unavailable', { what: 'The audit' }), // the identifier was drawn twice: cannot be, and is not hidden
  );

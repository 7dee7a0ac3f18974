/** Audit events: who did what, when, from where, before and after, written in the change's own transaction. */
import * as z from 'zod';
import type { Ids } from './ids.ts';
import { jitter } from './ids.ts';
import { itemKind } from './item.ts';
import type { AuditEntry, Cause } from './plan.ts';
import { Problem } from './problems.ts';
import type { Key, Write } from './table.ts';

/** 10,000 expiries in one second of one federation write 10,000 events: 16 partitions keep each near 1,250 units. */
export const AUDIT_SHARDS: readonly number[] = Array.from({ length: 16 }, (_, shard) => shard);
export const auditShards = (federationId: string): string[] =>
  AUDIT_SHARDS.map((shard) => auditPartition(federationId, shard));
/** First part of the partition key of every audit event, and of nothing else. */
export const AUDIT_PARTITIONS = 'AUDIT#';
const auditPartition = (federationId: string, shard: number): string => `${AUDIT_PARTITIONS}${federationId}#${shard}`;
/** Partition of `children` that holds a shard of all federations in order of time, for the sealer. */
export const auditLog = (shard: number): string => `AUDIT_LOG#${shard}`;
/** Partition of `live` that holds what happened to one thing, in order of time. */
export const auditTrail = (federationId: string, resourceId: string): string => `${federationId}#${resourceId}`;

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
  key: (event) => auditKey(event),
  parentKey: ({ shard }) => auditLog(shard),
  liveUnder: ({ federationId, resource }) => auditTrail(federationId, resource.id),
});

export const auditKey = ({ federationId, shard, id }: Pick<AuditEvent, 'federationId' | 'shard' | 'id'>): Key => ({
  pk: auditPartition(federationId, shard),
  sk: id,
});

export const auditWrite = (entry: AuditEntry, cause: Cause, ids: Ids): Write =>
  auditItem.create(
    {
      id: ids.next('evt'),
      version: 1,
      shard: Math.floor(jitter() * AUDIT_SHARDS.length),
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

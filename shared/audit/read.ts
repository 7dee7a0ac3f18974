/** Reads a federation's audit, newest first, by filter and within bounds. */
import { type AuditEvent, auditItem, auditShards, auditTrail } from '../platform/audit-item.ts';
import { keyText, type PartitionQuery, type Table } from '../platform/table.ts';
import type { AuditFilter } from './query.ts';
import { idRange, matches, mergeNewestFirst, type PartitionPage } from './rules.ts';

/** Looked at for one page: what matches rarely makes short pages, and no call that reads for ever. */
const EVENTS_READ_MAX = 1000;
/** Of each of 16 shards: twice its share of the page, since they are not equally full. */
const shareOf = (limit: number): number => Math.max(4, Math.ceil(limit / 8));

/** The partitions that can hold matching events, each read on from after an identifier. */
export type Source = (after: string | undefined) => Promise<readonly PartitionPage[]>;

export function sourceOf(table: Table, federationId: string, filter: AuditFilter, limit: number): Source {
  const isSelective = filter.actor !== undefined || filter.action !== undefined || filter.resourceType !== undefined;
  const wanted = isSelective ? Math.max(limit, EVENTS_READ_MAX / 2) : limit;
  const range = { ...idRange(filter), newestFirst: true };
  if (filter.resource !== undefined) {
    const partition = auditTrail(federationId, filter.resource);
    return async (after) => [await trailPage(table, { index: 'live', partition, limit: wanted, after, ...range })];
  }
  const partitions = auditShards(federationId);
  return (after) =>
    Promise.all(
      partitions.map((partition) => shardPage(table, { partition, limit: shareOf(wanted), after, ...range })),
    );
}

async function shardPage(table: Table, query: PartitionQuery): Promise<PartitionPage> {
  const { items, more } = await table.query(query);
  return { events: items.map((item) => auditItem.parse(item)), knownDownTo: more ? String(items.at(-1)?.sk) : '' };
}

/** The index says which, a consistent read says what. */
async function trailPage(table: Table, query: PartitionQuery): Promise<PartitionPage> {
  const { items, more } = await table.query(query);
  const keys = items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  const found = await table.batchGet(keys);
  const events = keys.flatMap((key) => {
    const item = found.get(keyText(key));
    return item ? [auditItem.parse(item)] : [];
  });
  return { events, knownDownTo: more ? String(items.at(-1)?.sk) : '' };
}

export interface AuditPage {
  readonly events: readonly AuditEvent[];
  /** Where the next page begins after; undefined: there is none. */
  readonly last: string | undefined;
}

/** Up to `limit` events that match; fewer, with a next page, when many had to be looked at. */
export async function readPage(
  source: Source,
  filter: AuditFilter,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<AuditPage> {
  const events: AuditEvent[] = [];
  let last = after;
  for (let read = 0; read < EVENTS_READ_MAX; ) {
    const page = mergeNewestFirst(await source(last));
    const matching = page.events.filter((event) => matches(event, filter));
    const room = limit - events.length;
    events.push(...matching.slice(0, room));
    if (matching.length > room) return { events, last: events.at(-1)?.id };
    if (page.knownDownTo === '') return { events, last: undefined };
    last = page.knownDownTo;
    if (events.length === limit) break;
    read += page.events.length;
  }
  return { events, last };
}

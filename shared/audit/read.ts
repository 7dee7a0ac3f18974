/** Reads a federation's audit, newest first, by filter and within bounds. */

import { answerBytes } from '../api/paging.ts';
import { type AuditEvent, auditItem, auditKey, auditShards, auditTrail } from '../platform/audit-item.ts';
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
    const query = { index: 'live' as const, partition, limit: wanted, ...range };
    return async (after) => [await trailPage(table, federationId, { ...query, after })];
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

/**
 * The index says which, a consistent read says what. Whatever has the attribute is in the index: only what is under the
 * key of an event of this federation is shown, which is what is sealed and verified.
 */
async function trailPage(table: Table, federationId: string, query: PartitionQuery): Promise<PartitionPage> {
  const shards = new Set(auditShards(federationId));
  const { items, more } = await table.query(query);
  const keys = items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })).filter(({ pk }) => shards.has(pk));
  const found = await table.batchGet(keys);
  const events = keys.flatMap((key) => {
    const item = found.get(keyText(key));
    const event = item && auditItem.parse(item);
    return event?.federationId === federationId && keyText(auditKey(event)) === keyText(key) ? [event] : [];
  });
  return { events, knownDownTo: more ? String(items.at(-1)?.sk) : '' };
}

export interface AuditPage {
  readonly events: readonly AuditEvent[];
  /** Of each event, as `textOf` gave it. */
  readonly texts: readonly string[];
  /** Where the next page begins after; undefined: there is none. */
  readonly last: string | undefined;
}

/** What one answer takes, from where on. */
export interface Room {
  readonly after: string | undefined;
  readonly limit: number;
  /** Of all texts, as `answerBytes` has them; one event is taken however large it is. */
  readonly bytes: number;
  readonly textOf: (event: AuditEvent) => string;
}

/**
 * Up to `limit` events that match; fewer, with a next page, when many had to be looked at or the texts take all the room:
 * then nothing more is read.
 */
export async function readPage(
  source: Source,
  filter: AuditFilter,
  { after, limit, bytes, textOf }: Room,
): Promise<AuditPage> {
  const events: AuditEvent[] = [];
  const texts: string[] = [];
  let left = bytes;
  let last = after;
  for (let read = 0; read < EVENTS_READ_MAX; ) {
    const page = mergeNewestFirst(await source(last));
    for (const event of page.events.filter((event) => matches(event, filter))) {
      const text = textOf(event);
      left -= answerBytes(text);
      const isFull = events.length === limit || (left < 0 && events.length > 0);
      if (isFull) return { events, texts, last: events.at(-1)?.id };
      events.push(event);
      texts.push(text);
    }
    if (page.knownDownTo === '') return { events, texts, last: undefined };
    last = page.knownDownTo;
    if (events.length === limit || left <= 0) break;
    read += page.events.length;
  }
  return { events, texts, last };
}

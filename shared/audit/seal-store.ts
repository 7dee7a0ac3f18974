/** The sealer's items: a chain for each shard, and where to look for the newest root. */
import { auditLog } from '../platform/audit-item.ts';
import { firstIdAt } from '../platform/ids.ts';
import { itemKind } from '../platform/item.ts';
import { type Item, type Key, keyText, type PartitionQuery, type Table } from '../platform/table.ts';
import { type ChainEnd, endAt, GENESIS, hashOfEvent, type Window } from './seal-rules.ts';
import { NewestRoot, Seal, SealedEvent } from './seal-schema.ts';

/** Only the sealer writes below it, and it writes nowhere else: infra/stack.ts. */
const PARTITIONS = 'AUDIT_SEAL#';
/** Sorts as text up to 10^12 seals of one shard. */
const SEQUENCE_DIGITS = 12;
export const sortable = (sequence: number): string => String(sequence).padStart(SEQUENCE_DIGITS, '0');
/** A seal's bound: 160 bytes for each event, so 32 KB, far below the 400 KB of an item; their events fit into memory. */
const EVENTS_PER_SEAL = 200;
const SEALS_AT_ONCE = 10;

export const sealItem = itemKind<Seal>({
  name: 'AUDIT_SEAL',
  schema: Seal,
  key: ({ shard, sequence }) => ({ pk: sealPartition(shard), sk: sortable(sequence) }),
});
const sealPartition = (shard: number): string => `${PARTITIONS}${shard}`;

const NEWEST_ROOT_KEY: Key = { pk: `${PARTITIONS}ROOT`, sk: 'NEWEST_ROOT' };
export const newestRootItem = itemKind<NewestRoot>({
  name: 'NEWEST_ROOT',
  schema: NewestRoot,
  key: () => NEWEST_ROOT_KEY,
});
export const newestRoot = (table: Table): Promise<NewestRoot | undefined> =>
  newestRootItem.read(table, NEWEST_ROOT_KEY);

/** The end of a chain, and what of a window it covers already. */
export interface Chain {
  readonly end: ChainEnd;
  readonly sealed: ReadonlySet<string>;
}

/** Reads the chain from its end (consistently) back to the first seal that can cover nothing of the window. */
export async function chainOf(table: Table, shard: number, { from }: Window): Promise<Chain> {
  const sealed = new Set<string>();
  let end: ChainEnd | undefined;
  for await (const page of pages(table, { partition: sealPartition(shard), limit: SEALS_AT_ONCE, newestFirst: true })) {
    for (const item of page) {
      const seal = sealItem.parse(item);
      end ??= endAt(seal);
      if (seal.upTo <= from) return { end, sealed };
      for (const { id } of seal.events) sealed.add(id);
    }
  }
  return { end: end ?? { head: GENESIS, upTo: 0 }, sealed };
}

/** The seals of a shard as the table has them, from the one after this sequence on. */
export async function* sealsOf(table: Table, shard: number, after: number): AsyncGenerator<Item> {
  const query = { partition: sealPartition(shard), limit: SEALS_AT_ONCE, after: sortable(after) };
  for await (const page of pages(table, query)) yield* page;
}

/** What a window of a shard holds, as the index knows it, in pages of what one seal takes. */
export async function* foundIn(table: Table, shard: number, { from, upTo }: Window): AsyncGenerator<Key[]> {
  const range = { from: firstIdAt('evt', from), to: firstIdAt('evt', upTo) };
  const partition = auditLog(shard);
  for await (const page of pages(table, { index: 'children', partition, limit: EVENTS_PER_SEAL, ...range }))
    yield page.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
}

/** The events as of now (consistent reads), in the order of the keys; one that is gone is missing. */
export async function eventsAt(table: Table, keys: readonly Key[]): Promise<SealedEvent[]> {
  const found = await table.batchGet(keys);
  return keys.flatMap((key) => {
    const item = found.get(keyText(key));
    return item ? [SealedEvent.parse({ federationId: item.federationId, id: item.id, hash: hashOfEvent(item) })] : [];
  });
}

async function* pages(table: Table, query: PartitionQuery): AsyncGenerator<Item[]> {
  let { after } = query;
  do {
    const { items, more } = await table.query({ ...query, after });
    yield items;
    after = more ? String(items.at(-1)?.[query.index ? 'id' : 'sk']) : undefined;
  } while (after !== undefined);
}

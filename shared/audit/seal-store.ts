/** The sealer's items: a chain for each shard, and where to look for the newest root. */
import { auditLog } from '../platform/audit-item.ts';
import { firstIdAt } from '../platform/ids.ts';
import { itemKind } from '../platform/item.ts';
import { type Item, type Key, keyText, type PartitionQuery, type Table } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import { type ChainEnd, endAt, faultOf, follows, GENESIS, hashOfEvent, lookedFrom, type Window } from './seal-rules.ts';
import { type Head, NewestRoot, Seal, type SealedEvent } from './seal-schema.ts';

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

/** The end of a chain, what of the window is left to look at, and what of that it covers already. */
export interface Chain {
  readonly end: ChainEnd;
  readonly left: Window;
  readonly sealed: ReadonlySet<string>;
}

/** What a chain is read for, and held against. */
export interface Wanted {
  readonly window: Window;
  /** Where the newest root says that the chain stood. */
  readonly vouched: Head;
  /** Up to when another run, which began later, may have sealed by now. */
  readonly settled: () => Instant;
}

/**
 * Reads the chain from its end (consistently) back to what was vouched for, and to the first seal that can cover nothing
 * of what is left of the window: what is before the chain's own end is looked at again for a while, not a long backlog.
 * @throws Error when it does not go on from there as a sealer would have made it
 */
export async function chainOf(table: Table, shard: number, { window, vouched, settled }: Wanted): Promise<Chain> {
  const refuse = (why: string): never => {
    throw new Error(`the chain of shard ${shard} was tampered with, and is not gone on with: ${why}`);
  };
  const sealed = new Set<string>();
  let end: ChainEnd = { head: GENESIS, upTo: 0 };
  let left = window;
  let later: Seal | undefined;
  for await (const page of pages(table, { partition: sealPartition(shard), limit: SEALS_AT_ONCE, newestFirst: true })) {
    for (const item of page) {
      const seal = sealItem.parse(item);
      const { head } = endAt(seal);
      if (later && !follows(later, head)) refuse(`seal ${later.sequence} does not follow from the one before it`);
      if (!later) {
        end = endAt(seal);
        left = { from: Math.max(window.from, lookedFrom(seal.upTo)), upTo: window.upTo };
      }
      if (head.sequence > vouched.sequence) {
        const fault = faultOf(seal, { from: window.from, upTo: settled() });
        if (fault !== undefined) refuse(`seal ${head.sequence}: ${fault}`);
      } else {
        if (!later || later.sequence > vouched.sequence) holdAgainst(head);
        if (seal.upTo <= left.from) return { end, left, sealed };
      }
      for (const { id } of seal.events) sealed.add(id);
      later = seal;
    }
  }
  if (!later || later.sequence > vouched.sequence) holdAgainst(GENESIS);
  if (later && !follows(later, GENESIS)) refuse(`seal ${later.sequence} is not the first`);
  return { end, left, sealed };

  function holdAgainst(head: Head): void {
    if (head.sequence !== vouched.sequence || head.hash !== vouched.hash || head.count !== vouched.count)
      refuse(`the newest root vouches for another seal ${vouched.sequence}`);
  }
}

/** The seals of a shard as the table has them, from the one after this sequence on. */
export async function* sealsOf(table: Table, shard: number, after: number): AsyncGenerator<Item> {
  const query = { partition: sealPartition(shard), limit: SEALS_AT_ONCE, after: sortable(after) };
  for await (const page of pages(table, query)) yield* page;
}

/** A page of events, oldest first. */
export interface Found {
  readonly keys: readonly Key[];
  /** Whether the window holds no more. */
  readonly isLast: boolean;
}

/** What a window of a shard holds, as the index knows it, in pages of what one seal takes. */
export async function* foundIn(table: Table, shard: number, { from, upTo }: Window): AsyncGenerator<Found> {
  const range = { from: firstIdAt('evt', from), to: firstIdAt('evt', upTo) };
  const partition = auditLog(shard);
  const query: PartitionQuery = { index: 'children', partition, limit: EVENTS_PER_SEAL, ...range };
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const { items, more } = await table.query({ ...query, after });
    isLast = !more;
    after = String(items.at(-1)?.id);
    const named = items.filter(({ id, sk }) => id === sk); // no event of ours tells the index another time than its own
    yield { keys: named.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })), isLast };
  }
}

/** The events as of now (consistent reads), in the order of the keys, and named by them; one that is gone is missing. */
export async function eventsAt(table: Table, keys: readonly Key[]): Promise<SealedEvent[]> {
  const found = await table.batchGet(keys);
  return keys.flatMap((key) => {
    const item = found.get(keyText(key));
    return item ? [{ federationId: String(item.federationId), id: key.sk, hash: hashOfEvent(item) }] : [];
  });
}

async function* pages(table: Table, query: PartitionQuery): AsyncGenerator<Item[]> {
  let { after } = query;
  do {
    const { items, more } = await table.query({ ...query, after });
    yield items;
    after = more ? String(items.at(-1)?.sk) : undefined;
  } while (after !== undefined);
}

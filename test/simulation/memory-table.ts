/** A table with its indexes in memory: items in the order of their keys, index entries that may come a moment late. */
import type { Key } from '../../shared/platform/table.ts';
import { type Entry, MemoryIndex, pageOf, type Range } from './memory-index.ts';
import { type Attributes, Shelf, type Slot } from './shelf.ts';
import { compareText, countWhile } from './sorted.ts';

interface Row extends Slot, Key {
  /** Where the indexes have it, which may be late; most items are in none. */
  entries: readonly (Entry | undefined)[];
}
const NO_ENTRIES: readonly undefined[] = [];

/** Brings index entries up to date, now or a moment later. */
export type Lag = (apply: () => void) => void;

export class MemoryTable {
  readonly #partitions = new Map<string, Row[]>();
  readonly #shelf = new Shelf();
  readonly #lag: Lag;
  readonly #indexes: ReadonlyMap<string, MemoryIndex> = new Map([
    ['due', new MemoryIndex('dueShard', 'dueAt', 'N')],
    ['children', new MemoryIndex('parentKey', 'id', 'S')],
    ['live', new MemoryIndex('liveUnder', 'id', 'S')],
  ]);
  readonly #allIndexes = [...this.#indexes.values()];

  constructor(lag: Lag) {
    this.#lag = lag;
  }

  get({ pk, sk }: Key): Attributes | undefined {
    const rows = this.#partitions.get(pk);
    const row = rows?.[countWhile(rows, (each) => compareText(each.sk, sk) < 0)];
    return row?.sk === sk ? this.#shelf.get(row) : undefined;
  }

  /** @throws for an item that an index refuses */
  check(key: Key, item: Attributes): void {
    for (const index of this.#allIndexes) index.entryOf(key, item);
  }

  set({ pk, sk }: Key, item: Attributes | undefined): void {
    const rows = this.#partitions.get(pk) ?? [];
    const at = countWhile(rows, (each) => compareText(each.sk, sk) < 0);
    const found = rows[at]?.sk === sk ? rows[at] : undefined;
    if (item === undefined) {
      if (!found) return;
      rows.splice(at, 1);
      if (rows.length === 0) this.#partitions.delete(pk);
      this.#shelf.throwAway(found);
      this.#index(found);
      return;
    }
    if (rows.length === 0) this.#partitions.set(pk, rows);
    const row = found ?? { pk, sk, item: undefined, packed: undefined, isUsed: true, entries: NO_ENTRIES };
    if (!found) rows.splice(at, 0, row);
    this.#shelf.put(row, item);
    this.#index(row);
  }

  query(range: Range): Attributes[] {
    const rows = this.#partitions.get(range.partition) ?? [];
    const page = pageOf(rows, range, ({ pk, sk }) => ({ pk, sk, partition: pk, sort: sk }));
    return page.map((row) => this.#shelf.get(row));
  }

  index(name: string): MemoryIndex {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`there is no index ${name}`);
    return index;
  }

  /** All sort keys of a partition, in order. */
  sortKeys(pk: string): string[] {
    return (this.#partitions.get(pk) ?? []).map(({ sk }) => sk);
  }

  #index(row: Row): void {
    const { item } = row;
    if (row.entries !== NO_ENTRIES || (item && this.#entriesOf(row, item) !== NO_ENTRIES))
      this.#lag(() => this.#reindex(row));
  }

  /** From the item as it is by then: the order in which these come does not matter. */
  #reindex(row: Row): void {
    const isThere = row.item !== undefined || row.packed !== undefined;
    const after = isThere ? this.#entriesOf(row, this.#shelf.get(row)) : NO_ENTRIES;
    for (const [at, index] of this.#allIndexes.entries()) {
      const was = row.entries[at];
      const is = after[at];
      if (was?.partition === is?.partition && was?.sort === is?.sort) continue;
      if (was) index.remove(was);
      if (is) index.add(is);
    }
    row.entries = after;
  }

  #entriesOf(key: Key, item: Attributes): readonly (Entry | undefined)[] {
    const isInNone = this.#allIndexes.every(({ partitionName }) => item[partitionName] === undefined);
    return isInNone ? NO_ENTRIES : this.#allIndexes.map((index) => index.entryOf(key, item));
  }

  *everything(): Generator<Attributes> {
    for (const rows of this.#partitions.values()) for (const row of rows) yield this.#shelf.get(row);
  }
}

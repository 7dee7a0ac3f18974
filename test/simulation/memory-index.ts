/** One index of a table in memory: entries by partition, in order. It holds keys only, as all of Sallyport's do. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Key } from '../../shared/platform/table.ts';
import type { Attributes } from './shelf.ts';
import { compareText, countWhile } from './sorted.ts';

export type SortValue = string | number;
export interface Entry extends Key {
  readonly partition: string;
  readonly sort: SortValue;
}

/** What a query asks of one partition. */
export interface Range {
  readonly partition: string;
  readonly low?: SortValue | undefined;
  readonly high?: SortValue | undefined;
  readonly isForward: boolean;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Entry | undefined;
}

export function textOf(value: AttributeValue | undefined, name: string): string {
  if (value?.S === undefined) throw new Error(`${name} is no text`);
  return value.S;
}
function sortOf(value: AttributeValue, name: string): SortValue {
  if (value.N !== undefined) return Number(value.N);
  return textOf(value, name);
}

const compareSort = (one: SortValue, other: SortValue): number =>
  typeof one === 'number' && typeof other === 'number' ? one - other : compareText(String(one), String(other));
const compareEntries = (one: Entry, other: Entry): number =>
  compareSort(one.sort, other.sort) || compareText(one.pk, other.pk) || compareText(one.sk, other.sk);

/** The page of a list in order that the range asks for. */
export function pageOf<T>(list: readonly T[], range: Range, entryOf: (listed: T) => Entry): T[] {
  const { low, high, after, isForward, limit } = range;
  let from = low === undefined ? 0 : countWhile(list, (each) => compareSort(entryOf(each).sort, low) < 0);
  let to = high === undefined ? list.length : countWhile(list, (each) => compareSort(entryOf(each).sort, high) <= 0);
  if (after && isForward)
    from = Math.max(
      from,
      countWhile(list, (each) => compareEntries(entryOf(each), after) <= 0),
    );
  if (after && !isForward)
    to = Math.min(
      to,
      countWhile(list, (each) => compareEntries(entryOf(each), after) < 0),
    );
  if (isForward) return list.slice(from, Math.min(to, from + limit));
  return list.slice(Math.max(from, to - limit), Math.max(from, to)).reverse();
}

export class MemoryIndex {
  readonly partitionName: string;
  readonly sortName: string;
  readonly #sortType: 'S' | 'N';
  readonly #partitions = new Map<string, Entry[]>();

  constructor(partitionName: string, sortName: string, sortType: 'S' | 'N') {
    this.partitionName = partitionName;
    this.sortName = sortName;
    this.#sortType = sortType;
  }

  /** Sparse: undefined for what lacks one of the two. @throws when one has another type, as DynamoDB does */
  entryOf({ pk, sk }: Key, item: Attributes): Entry | undefined {
    const partition = item[this.partitionName];
    const sort = item[this.sortName];
    if (sort !== undefined && sort[this.#sortType] === undefined) throw new Error(`${this.sortName} has another type`);
    if (partition === undefined) return undefined;
    const text = textOf(partition, this.partitionName);
    return sort && { pk, sk, partition: text, sort: sortOf(sort, this.sortName) };
  }

  add(entry: Entry): void {
    const list = this.#partitions.get(entry.partition) ?? [];
    if (list.length === 0) this.#partitions.set(entry.partition, list);
    list.splice(
      countWhile(list, (each) => compareEntries(each, entry) < 0),
      0,
      entry,
    );
  }

  remove(entry: Entry): void {
    const list = this.#partitions.get(entry.partition) ?? [];
    list.splice(
      countWhile(list, (each) => compareEntries(each, entry) < 0),
      1,
    );
    if (list.length === 0) this.#partitions.delete(entry.partition);
  }

  /** Whether no partition has anything up to there. */
  isEmptyUpTo(sort: SortValue): boolean {
    return this.#partitions.values().every(([first]) => first === undefined || compareSort(first.sort, sort) > 0);
  }

  query(range: Range): Attributes[] {
    const page = pageOf(this.#partitions.get(range.partition) ?? [], range, (entry) => entry);
    return page.map(({ pk, sk, partition, sort }) => ({
      pk: { S: pk },
      sk: { S: sk },
      [this.partitionName]: { S: partition },
      [this.sortName]: typeof sort === 'number' ? { N: String(sort) } : { S: sort },
    }));
  }
}

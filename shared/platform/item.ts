/** One kind of item: its keys, its schema, and writes that keep version, indexes and `dueAt` right by themselves. */
import type * as z from 'zod';
import type { Problem } from './problems.ts';
import { type Item, type Key, type Table, toAttributes, type Write } from './table.ts';
import type { Instant } from './time.ts';

/** What every stored thing carries. */
export interface Stored {
  /** Raised by every write: two who read the same version cannot both write. */
  readonly version: number;
}

interface ItemKindOptions<T extends Stored> {
  /** Last part of the key, and the kind of work a due item needs. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly key: (thing: T) => Key;
  /** Under which parent's list it is found, as `children` knows it. */
  readonly parentKey?: (thing: T) => string | null;
  /** Under which key the `live` index finds it, while it does. */
  readonly liveUnder?: (thing: T) => string | null;
  /** When it next needs a hand: computed on every write, never set by hand, so that nothing is forgotten. */
  readonly dueAt?: (thing: T) => Instant | null;
  /** When the table may forget it. TTL deletes late: whoever reads compares the time itself. */
  readonly forgetAt?: (thing: T) => Instant;
}

export interface ItemKind<T extends Stored> {
  readonly name: string;
  readonly key: (thing: T) => Key;
  parse(item: Item): T;
  /** As of now (consistent read), or undefined. */
  read(table: Table, key: Key): Promise<T | undefined>;
  /** Writes it if nothing has its key; `refused` says what a thing in its place means. */
  create(thing: T, refused: (existing: Item | undefined) => Problem | 'stale'): Write;
  /** Writes over the version that was read; a newer one makes the plan stale. */
  replace(thing: T): Write;
  /** Writes it whatever is there: only beside another item's write whose version guards this one too. */
  put(thing: T): Write;
  /** Deletes the version that was read; a newer one makes the plan stale. */
  remove(thing: T): Write;
  /** Refuses the whole plan unless the item still has the version that was read. */
  unchanged(thing: T): Write;
  /** Refuses the whole plan unless the item exists. */
  exists(key: Key, refused: () => Problem): Write;
}

/** A parent's key in `children`: one list for each kind of child. */
export const childrenOf = (parentId: string, childName: string): string => `${parentId}#${childName}`;

/**
 * Spreads due items over 32 partitions, one for each last character an identifier can have: 10,000 that fall due in
 * one second stay below what one partition takes (1,000 writes a second).
 */
export const DUE_SHARDS = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'].map((character) => `DUE#${character}`);
const dueShard = (key: Key): string => `DUE#${key.pk.at(-1)}`;

const stale = (): 'stale' => 'stale';

export function itemKind<T extends Stored>(options: ItemKindOptions<T>): ItemKind<T> {
  const { name, schema, key } = options;
  const stored = (thing: T) => {
    const dueAt = options.dueAt?.(thing) ?? null;
    const at = key(thing);
    const forgetAt = options.forgetAt?.(thing);
    return {
      dueAt,
      attributes: toAttributes({
        ...thing,
        ...at,
        parentKey: options.parentKey?.(thing) ?? undefined,
        liveUnder: options.liveUnder?.(thing) ?? undefined,
        ...(dueAt !== null && { dueShard: dueShard(at), dueAt }),
        ...(forgetAt !== undefined && { ttl: Math.ceil(forgetAt / 1000) }),
      }),
    };
  };
  const parse = (item: Item): T => schema.parse(item);
  const asRead = (thing: T) => ({
    ConditionExpression: 'version = :read',
    ExpressionAttributeValues: toAttributes({ ':read': thing.version }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  });
  return {
    name,
    key,
    parse,
    async read(table, at) {
      const item = await table.get(at);
      return item && parse(item);
    },
    create(thing, refused) {
      const { attributes, dueAt } = stored(thing);
      const Put = {
        Item: attributes,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      };
      return { key: key(thing), change: (TableName) => ({ Put: { TableName, ...Put } }), refused, dueAt };
    },
    replace(thing) {
      const { attributes, dueAt } = stored({ ...thing, version: thing.version + 1 });
      const Put = { Item: attributes, ...asRead(thing) };
      return { key: key(thing), change: (TableName) => ({ Put: { TableName, ...Put } }), refused: stale, dueAt };
    },
    put(thing) {
      const { attributes, dueAt } = stored(thing);
      return {
        key: key(thing),
        change: (TableName) => ({ Put: { TableName, Item: attributes } }),
        refused: stale,
        dueAt,
      };
    },
    remove(thing) {
      const Delete = { Key: toAttributes(key(thing)), ...asRead(thing) };
      return { key: key(thing), change: (TableName) => ({ Delete: { TableName, ...Delete } }), refused: stale };
    },
    unchanged(thing) {
      const Check = { Key: toAttributes(key(thing)), ...asRead(thing) };
      return { key: key(thing), change: (TableName) => ({ ConditionCheck: { TableName, ...Check } }), refused: stale };
    },
    exists(at, refused) {
      const Check = { Key: toAttributes(at), ConditionExpression: 'attribute_exists(pk)' };
      return { key: at, change: (TableName) => ({ ConditionCheck: { TableName, ...Check } }), refused };
    },
  };
}

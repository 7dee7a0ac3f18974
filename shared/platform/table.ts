/** The one table: reads that are values, writes that are values. Nothing here knows what an item means. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { jitter } from './ids.ts';
import { type Bounds, boundsOf, isEmpty, type KeyRange } from './key-range.ts';
import { Problem } from './problems.ts';
import type { Instant } from './time.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}
export type Item = Record<string, unknown>;
/** Named by what they find: `children` what hangs under a parent, `live` live grants and what happened to one thing. */
export type IndexName = 'children' | 'live';

/** An item that changes by itself, and when it next needs a hand. */
export interface DueItem {
  readonly key: Key;
  readonly dueAt: Instant;
}

export interface DueQuery {
  /** One shard of the `due` index. */
  readonly partition: string;
  /** Inclusive. */
  readonly upTo: Instant;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: DueItem | undefined;
}

export interface PartitionQuery extends KeyRange {
  readonly index?: IndexName;
  /** The partition key's value; of the index when one is given. */
  readonly partition: string;
  readonly limit: number;
}

/** BatchGetItem takes at most 100 keys (DynamoDB API reference). */
const BATCH_KEYS_MAX = 100;
/** Rounds of asking again for what the table left unprocessed, before the caller is told to come back. */
const UNPROCESSED_ROUNDS_MAX = 5;

const INDEX_KEYS: Record<IndexName, { partition: string; sort: string }> = {
  children: { partition: 'parentKey', sort: 'id' },
  live: { partition: 'liveUnder', sort: 'id' },
};
const TABLE_KEYS = { partition: 'pk', sort: 'sk' };

/** Longest keys in UTF-8 bytes (DynamoDB, naming rules). Nothing has a longer one, so nobody has to ask for it. */
const PARTITION_KEY_BYTES_MAX = 2048;
const SORT_KEY_BYTES_MAX = 1024;
const canExist = ({ pk, sk }: Key): boolean =>
  pk !== '' && Buffer.byteLength(pk) <= PARTITION_KEY_BYTES_MAX && Buffer.byteLength(sk) <= SORT_KEY_BYTES_MAX;

export const keyText = (key: Key): string => `${key.pk}|${key.sk}`;
/** A number of more digits than one of ours, or larger, which somebody else put there, is read as the nearest one: no read fails. */
export const itemOf = (attributes: Record<string, AttributeValue>): Item =>
  unmarshall(attributes, { wrapNumbers: (digits) => Number(digits) });
export const toAttributes = (item: object) => marshall({ ...item }, { removeUndefinedValues: true });

export interface Table {
  readonly name: string;
  readonly client: DynamoDBClient;
  /** The item as of now (consistent read), or undefined. */
  get(key: Key): Promise<Item | undefined>;
  /** The items as of now (consistent reads), by `keyText`; what does not exist is missing from the map. */
  batchGet(keys: readonly Key[]): Promise<Map<string, Item>>;
  /** One page. The table's own partitions are read consistently; an index may be late by a moment. */
  query(query: PartitionQuery): Promise<Page>;
  /** A page of what falls due, soonest first, from an index that may be late by a moment. */
  due(query: DueQuery): Promise<DueItem[]>;
}

export interface Page {
  readonly items: Item[];
  /** Whether the partition holds more after the last one. */
  readonly more: boolean;
}

export function tableOn(client: DynamoDBClient, name: string): Table {
  return {
    name,
    client,
    async get(key) {
      if (!canExist(key)) return undefined;
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: { pk: { S: key.pk }, sk: { S: key.sk } }, ConsistentRead: true }),
      );
      return Item && itemOf(Item);
    },
    async batchGet(keys) {
      const distinct = [...new Map(keys.filter(canExist).map((key) => [keyText(key), key])).values()];
      const batches = [];
      for (let from = 0; from < distinct.length; from += BATCH_KEYS_MAX)
        batches.push(distinct.slice(from, from + BATCH_KEYS_MAX));
      const found = new Map<string, Item>();
      await Promise.all(batches.map((batch) => readBatch(client, name, batch, found)));
      return found;
    },
    async query(query) {
      const bounds = boundsOf(query);
      if (isEmpty(bounds)) return { items: [], more: false };
      const answer = await client.send(new QueryCommand({ TableName: name, ...queryInput(query, bounds) }));
      return {
        items: (answer.Items ?? []).map(itemOf),
        more: answer.LastEvaluatedKey !== undefined,
      };
    },
    async due({ partition, upTo, limit, after }) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: 'due',
          KeyConditionExpression: 'dueShard = :shard AND dueAt <= :upTo',
          ExpressionAttributeValues: toAttributes({ ':shard': partition, ':upTo': upTo }),
          Limit: limit,
          ...(after && {
            ExclusiveStartKey: toAttributes({ ...after.key, dueShard: partition, dueAt: after.dueAt }),
          }),
        }),
      );
      return (Items ?? []).map((attributes) => {
        const { pk, sk, dueAt } = itemOf(attributes);
        return { key: { pk: String(pk), sk: String(sk) }, dueAt: Number(dueAt) };
      });
    },
  };
}

async function readBatch(client: DynamoDBClient, name: string, batch: readonly Key[], found: Map<string, Item>) {
  let wanted = batch.map((key) => ({ pk: { S: key.pk }, sk: { S: key.sk } }));
  for (let round = 0; wanted.length > 0; round++) {
    if (round === UNPROCESSED_ROUNDS_MAX) throw new Problem('unavailable', { what: 'The table' });
    if (round > 0) await pause(round);
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [name]: { Keys: wanted, ConsistentRead: true } } }),
    );
    for (const attributes of answer.Responses?.[name] ?? []) {
      const item = itemOf(attributes);
      found.set(keyText({ pk: String(item.pk), sk: String(item.sk) }), item);
    }
    wanted = (answer.UnprocessedKeys?.[name]?.Keys ?? []).map((key) => ({
      pk: { S: key.pk?.S ?? '' },
      sk: { S: key.sk?.S ?? '' },
    }));
  }
}

function queryInput(query: PartitionQuery, { low, high }: Bounds) {
  const keys = query.index ? INDEX_KEYS[query.index] : TABLE_KEYS;
  const conditions = ['#partition = :partition'];
  if (low !== undefined && high !== undefined) conditions.push('#sort BETWEEN :low AND :high');
  else if (low !== undefined) conditions.push('#sort >= :low');
  else if (high !== undefined) conditions.push('#sort <= :high');
  const named = conditions.length > 1 ? { '#sort': keys.sort } : {};
  return {
    IndexName: query.index,
    ConsistentRead: query.index === undefined,
    KeyConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: { '#partition': keys.partition, ...named },
    ExpressionAttributeValues: toAttributes({ ':partition': query.partition, ':low': low, ':high': high }),
    Limit: query.limit,
    ScanIndexForward: !query.newestFirst,
  };
}

/** Full jitter, doubling from 25 ms (AWS Architecture Blog, Exponential Backoff And Jitter). */
export const pause = (round: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, jitter() * 25 * 2 ** Math.min(round, 5)));

/** Deletes whatever is there, and nothing if nothing is. */
export const deletion = (key: Key): Write => ({
  key,
  change: (TableName) => ({ Delete: { TableName, Key: toAttributes(key) } }),
  refused: () => 'stale', // has no condition, and is never refused
});

/** Refuses the whole plan when something is there by now. */
export const absence = (key: Key): Write => ({
  key,
  change: (TableName) => ({
    ConditionCheck: { TableName, Key: toAttributes(key), ConditionExpression: 'attribute_not_exists(pk)' },
  }),
  refused: () => 'stale',
});

/** What one write does, and what it means when its condition does not hold. */
export interface Write {
  readonly key: Key;
  readonly change: (tableName: string) => TransactWriteItem;
  /**
   * Judges the refusal by the item that stood in the way. `stale`: the plan was made from what is no longer so, and
   * is made again.
   */
  readonly refused: (existing: Item | undefined) => Problem | 'stale';
  /** When the written item next needs a hand, if it changes by itself. */
  readonly dueAt?: number | null;
}

/**
 * DynamoDB in memory: what Sallyport asks of it, answered as the engine does (held against it by a test), and counted.
 * A request or an expression that Sallyport does not send throws. Not modelled: item sizes, pages cut at 1 MB,
 * unprocessed keys, transactions that conflict (each is carried out in one step), TTL.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type BatchGetItemCommandInput,
  type CancellationReason,
  ConditionalCheckFailedException,
  DynamoDBClient,
  type GetItemCommandInput,
  type QueryCommandInput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  TransactionCanceledException,
  type TransactWriteItem,
  type TransactWriteItemsCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Key } from '../../shared/platform/table.ts';
import { type Clock, type Instant, MINUTE_MS } from '../../shared/platform/time.ts';
import { Counts } from './counts.ts';
import { conditionOf, givenValue, keyConditionOf, type Named, nameOf, updateOf } from './expressions.ts';
import { type Entry, type SortValue, textOf } from './memory-index.ts';
import { type Lag, MemoryTable } from './memory-table.ts';
import type { Attributes } from './shelf.ts';

interface Inputs {
  readonly GetItemCommand: GetItemCommandInput;
  readonly BatchGetItemCommand: BatchGetItemCommandInput;
  readonly QueryCommand: QueryCommandInput;
  readonly TransactWriteItemsCommand: TransactWriteItemsCommandInput;
  readonly UpdateItemCommand: UpdateItemCommandInput;
}
/** The SDK says the kind of an input by its command's name only. */
const is = <Name extends keyof Inputs>(
  name: Name,
  command: string,
  _input: ServiceInputTypes,
): _input is Extract<ServiceInputTypes, Inputs[Name]> => command === name;

/** What stands between a function and the engine: it may be slow, or die before or after the call was carried out. */
export type Gate = <Answer>(command: string, carryOut: () => Answer) => Promise<Answer>;
export const openGate: Gate = async (_command, carryOut) => carryOut();

/** One item as a transaction left it; undefined: deleted. */
export interface Written {
  readonly key: Key;
  readonly item: Attributes | undefined;
}

interface MemoryDynamoDbOptions {
  readonly clock: Clock;
  /** At once, unless said otherwise. */
  readonly lag?: Lag;
  /** Told of every write that is carried out, whether or not the caller learns of it. */
  readonly onWritten?: (written: readonly Written[], at: Instant) => void;
}

/** How long a request token is known (DynamoDB API reference, TransactWriteItems). */
const TOKEN_KEPT_MS = 10 * MINUTE_MS;
const ITEMS_MAX = 100;

export class MemoryDynamoDb {
  /** How often each command was carried out, and what it read or wrote. */
  readonly counts = new Counts();
  readonly table: MemoryTable;
  readonly #options: MemoryDynamoDbOptions;
  readonly #requests = new Map<string, { readonly at: Instant; readonly items: readonly TransactWriteItem[] }>();

  constructor(options: MemoryDynamoDbOptions) {
    this.#options = options;
    this.table = new MemoryTable(options.lag ?? ((apply) => apply()));
  }

  /** A client whose calls end here. Costly to make: one for each function that runs. */
  client(gate: Gate = openGate): DynamoDBClient {
    const client = new DynamoDBClient({
      region: 'simulated',
      credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
      cacheMiddleware: true,
    });
    client.middlewareStack.add(
      (_next, { commandName = '' }) =>
        async ({ input }) => ({
          response: undefined,
          output: await gate(commandName, () => this.#carryOut(commandName, input)),
        }),
      { step: 'initialize', priority: 'high', name: 'memory' },
    );
    return client;
  }

  #carryOut(command: string, input: ServiceInputTypes): ServiceOutputTypes {
    this.counts.add(command);
    if (is('GetItemCommand', command, input)) return this.#get(input);
    if (is('BatchGetItemCommand', command, input)) return this.#batchGet(input);
    if (is('QueryCommand', command, input)) return this.#query(input);
    if (is('TransactWriteItemsCommand', command, input)) return this.#transact(input);
    if (is('UpdateItemCommand', command, input)) return this.#update(input);
    throw new Error(`${command} is not known here`);
  }

  #read(key: Attributes | undefined): Attributes | undefined {
    const item = this.table.get(keyOf(key));
    if (item) this.counts.add('items read');
    return item;
  }

  #get({ Key, ConsistentRead, ...rest }: GetItemCommandInput) {
    refuseOthers(rest, ['TableName']);
    mustBeConsistent(ConsistentRead);
    const Item = this.#read(Key);
    return { $metadata: {}, ...(Item && { Item }) };
  }

  #batchGet({ RequestItems = {}, ...rest }: BatchGetItemCommandInput) {
    refuseOthers(rest, []);
    const Responses = Object.fromEntries(
      Object.entries(RequestItems).map(([name, { Keys = [], ConsistentRead, ...others }]) => {
        refuseOthers(others, []);
        mustBeConsistent(ConsistentRead);
        bounded(Keys.map(keyOf));
        return [name, Keys.map((key) => this.#read(key)).filter((item) => item !== undefined)];
      }),
    );
    return { $metadata: {}, Responses, UnprocessedKeys: {} };
  }

  #query(input: QueryCommandInput) {
    const { IndexName, KeyConditionExpression = '', Limit, ScanIndexForward = true, ExclusiveStartKey } = input;
    refuseOthers(input, QUERY_FIELDS);
    if (Limit === undefined) throw new Error('a query has no limit');
    if ((IndexName === undefined) !== (input.ConsistentRead ?? false))
      throw new Error('the table is read consistently, and an index cannot be');
    const index = IndexName === undefined ? undefined : this.table.index(IndexName);
    const names = { partition: index?.partitionName ?? 'pk', sort: index?.sortName ?? 'sk' };
    const { partition, sort } = keyConditionOf(KeyConditionExpression);
    if (nameOf(partition.path, input) !== names.partition) throw new Error(`not the partition key: ${partition.path}`);
    if (sort && nameOf(sort.path, input) !== names.sort) throw new Error(`not the sort key: ${sort.path}`);
    const range = {
      partition: textOf(givenValue(partition.value, input), partition.value),
      low: sort?.low === undefined ? undefined : sortValue(sort.low, input),
      high: sort?.high === undefined ? undefined : sortValue(sort.high, input),
      isForward: ScanIndexForward,
      limit: Limit,
      after: ExclusiveStartKey && startOf(ExclusiveStartKey, names),
    };
    const Items = index ? index.query(range) : this.table.query(range);
    this.counts.add(`${IndexName ?? 'table'} queries`);
    this.counts.add('items read', Items.length);
    const last = Items.length === Limit ? Items.at(-1) : undefined;
    return { $metadata: {}, Items, Count: Items.length, ...(last && { LastEvaluatedKey: lastKey(last, names) }) };
  }

  #transact({ TransactItems: items = [], ClientRequestToken: token, ...rest }: TransactWriteItemsCommandInput) {
    refuseOthers(rest, []);
    if (token !== undefined && this.#isRepeated(token, items)) return { $metadata: {} };
    const steps = items.map(stepOf);
    bounded(steps.map(({ key }) => key));
    const reasons = steps.map(({ key, holds, isOldShown }): CancellationReason => {
      const old = this.table.get(key);
      if (holds(old)) return { Code: 'None' };
      const Message = 'The conditional request failed';
      return { Code: 'ConditionalCheckFailed', Message, ...(isOldShown && old && { Item: old }) };
    });
    if (reasons.some(({ Code }) => Code !== 'None')) {
      this.counts.add('transactions refused');
      throw new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons: reasons });
    }
    const written = steps.flatMap(({ key, after }) => (after ? [{ key, item: after(this.table.get(key)) }] : []));
    this.#write(written);
    this.counts.add('items checked', steps.length - written.length);
    if (token !== undefined) this.#requests.set(token, { at: this.#options.clock(), items });
    return { $metadata: {} };
  }

  /** Whether a request with this token was carried out already, so that nothing is to be done. */
  #isRepeated(token: string, items: readonly TransactWriteItem[]): boolean {
    const oldest = this.#options.clock() - TOKEN_KEPT_MS;
    for (const [known, { at }] of this.#requests) {
      if (at >= oldest) break;
      this.#requests.delete(known);
    }
    const before = this.#requests.get(token);
    if (before && before.items !== items && !isDeepStrictEqual(before.items, items))
      throw new Error('the same token for another transaction');
    return before !== undefined;
  }

  #update({ ReturnValues, TableName, ...update }: UpdateItemCommandInput) {
    if (ReturnValues !== undefined && ReturnValues !== 'UPDATED_NEW') throw new Error(`unknown: ${ReturnValues}`);
    const { key, holds, after } = updateStep({ TableName, ...update });
    const old = this.table.get(key);
    if (!holds(old)) {
      this.counts.add('updates refused');
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    }
    const item = after(old);
    this.#write([{ key, item }]);
    if (ReturnValues === undefined) return { $metadata: {} };
    const { paths } = updateOf(update.UpdateExpression ?? '');
    const Attributes = Object.fromEntries(
      paths.flatMap((path) => {
        const name = nameOf(path, update);
        const value = item[name];
        return value ? [[name, value]] : [];
      }),
    );
    return { $metadata: {}, Attributes };
  }

  #write(written: readonly Written[]): void {
    for (const { key, item } of written) if (item) this.table.check(key, item);
    for (const { key, item } of written) this.table.set(key, item);
    this.counts.add('items written', written.length);
    this.#options.onWritten?.(written, this.#options.clock());
  }
}

const keyOf = (key: Attributes | undefined): Key => {
  const { pk, sk, ...others } = key ?? {};
  if (Object.keys(others).length > 0) throw new Error('a key has two attributes');
  return { pk: textOf(pk, 'pk'), sk: textOf(sk, 'sk') };
};
const sortValue = (value: string, named: Named): SortValue => {
  const { N, S } = givenValue(value, named);
  return N === undefined ? textOf(S === undefined ? undefined : { S }, value) : Number(N);
};

function startOf(start: Attributes, { partition, sort }: { partition: string; sort: string }): Entry {
  const value = start[sort];
  return {
    pk: textOf(start.pk, 'pk'),
    sk: textOf(start.sk, 'sk'),
    partition: textOf(start[partition], partition),
    sort: value?.N === undefined ? textOf(value, sort) : Number(value.N),
  };
}
const lastKey = (item: Attributes, { partition, sort }: { partition: string; sort: string }): Attributes =>
  Object.fromEntries(['pk', 'sk', partition, sort].flatMap((name) => (item[name] ? [[name, item[name]]] : [])));

const mustBeConsistent = (isConsistent: boolean | undefined): void => {
  if (isConsistent !== true) throw new Error('an item is not read consistently');
};
function bounded(keys: readonly Key[]): void {
  if (keys.length === 0 || keys.length > ITEMS_MAX) throw new Error(`1 to ${ITEMS_MAX} items, not ${keys.length}`);
  if (new Set(keys.map(({ pk, sk }) => `${pk}\n${sk}`)).size < keys.length) throw new Error('an item comes twice');
}
const QUERY_FIELDS = [
  ...['TableName', 'IndexName', 'KeyConditionExpression', 'Limit', 'ScanIndexForward', 'ExclusiveStartKey'],
  ...['ConsistentRead', 'ExpressionAttributeNames', 'ExpressionAttributeValues'],
];
function refuseOthers(input: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !known.includes(name)) throw new Error(`${name} is not known here`);
}

/** One part of a transaction, read: what must hold, and what is there afterwards. */
interface Step {
  readonly key: Key;
  readonly holds: (old: Attributes | undefined) => boolean;
  readonly isOldShown: boolean;
  /** Undefined for a check, which writes nothing. */
  readonly after: ((old: Attributes | undefined) => Attributes | undefined) | undefined;
}
type Conditional = Named & {
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
};
const STEP_FIELDS = [
  ...['TableName', 'ConditionExpression', 'ReturnValuesOnConditionCheckFailure'],
  ...['ExpressionAttributeNames', 'ExpressionAttributeValues'],
];

const conditional = (part: Conditional) => {
  const { ConditionExpression: text } = part;
  const holds = text === undefined ? undefined : conditionOf(text);
  return {
    holds: (old: Attributes | undefined) => holds?.(old, part) ?? true,
    isOldShown: part.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
};

function stepOf({ Put, Delete, ConditionCheck, Update, ...rest }: TransactWriteItem): Step {
  refuseOthers(rest, []);
  if (Put) {
    const { Item = {}, ...others } = Put;
    refuseOthers(others, STEP_FIELDS);
    return { key: keyOf(pick(Item)), ...conditional(Put), after: () => Item };
  }
  if (Update) return updateStep(Update);
  const part = Delete ?? ConditionCheck;
  if (!part) throw new Error('a part of a transaction is empty');
  const { Key, ...others } = part;
  refuseOthers(others, STEP_FIELDS);
  return { key: keyOf(Key), ...conditional(part), after: Delete && (() => undefined) };
}
const pick = ({ pk, sk }: Attributes): Attributes => ({ ...(pk && { pk }), ...(sk && { sk }) });

function updateStep({ Key, UpdateExpression = '', ...others }: Omit<UpdateItemCommandInput, 'ReturnValues'>) {
  refuseOthers(others, STEP_FIELDS);
  const { change } = updateOf(UpdateExpression);
  const after = (old: Attributes | undefined): Attributes => {
    const item = { ...old, ...Key };
    change(item, others);
    return item;
  };
  return { key: keyOf(Key), ...conditional(others), after };
}

/** What a function is made of, on the real engine, with a clock that a test sets. */
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { type Commit, commitWith } from '../../shared/platform/commit.ts';
import { idsOn } from '../../shared/platform/ids.ts';
import { logTo } from '../../shared/platform/log.ts';
import type { Nudger } from '../../shared/platform/nudge.ts';
import { type DueItem, tableOn } from '../../shared/platform/table.ts';

export class TestClock {
  #now: number;
  constructor(now: number) {
    this.#now = now;
  }
  set(now: number): void {
    this.#now = now;
  }
  pass(ms: number): void {
    this.#now += ms;
  }
  readonly read = (): number => this.#now;
}

const connect = () =>
  new DynamoDBClient({
    endpoint: inject('engine').endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

/** The name of a new table like the one that all tests share, for what looks at everything in it. */
export async function aTableOfItsOwn(): Promise<string> {
  const client = connect();
  const { Table } = await client.send(new DescribeTableCommand({ TableName: inject('engine').tableName }));
  const TableName = `Own-${randomUUID()}`;
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [] } = Table ?? {};
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions,
      KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => ({
        IndexName: index.IndexName,
        KeySchema: index.KeySchema,
        Projection: index.Projection,
      })),
    }),
  );
  return TableName;
}

/** The writer's parts of one function. What would be sent to a queue is in `nudged`; what it logs is in `lines`. */
export function anEngine(now: number, tableName = inject('engine').tableName) {
  const client = connect();
  const clock = new TestClock(now);
  const nudged: DueItem[] = [];
  const lines: string[] = [];
  const nudger: Nudger = { nudge: async (items) => void nudged.push(...items) };
  const table = tableOn(client, tableName);
  const ids = idsOn(clock.read);
  const log = logTo((line) => lines.push(line), 'test');
  const commit = commitWith({ table, nudger, ids, log });
  return { table, commit, ids, log, nudger, clock: clock.read, time: clock, nudged, lines };
}
export type Engine = ReturnType<typeof anEngine>;

/** Dies after the commit, as a function does whose machine is gone: the caller never learns that it was stored. */
export class Died extends Error {}
export const dyingAfter =
  (commit: Commit): Commit =>
  async (...call) => {
    await commit(...call);
    throw new Died('after the commit');
  };
export const dyingBefore: Commit = async () => {
  throw new Died('before the commit');
};

/** How many ends the engine takes in a second: the very transactions, sent bare, into a table of their own. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import { planCreation, planEnd } from '../../shared/grants/plans.ts';
import { ended } from '../../shared/grants/rules.ts';
import { auditWrite } from '../../shared/platform/audit-item.ts';
import { eventWrite } from '../../shared/platform/event-item.ts';
import type { GrantMaker } from './engine.ts';

export interface Ceiling {
  readonly perSecond: number;
  /** Transactions under way at a time, of those tried the best. */
  readonly concurrency: number;
}

const TABLE = 'Bare';
const CONCURRENCIES = [4, 8, 16, 32];
/** The first round warms the engine up: a cold JVM is half as fast. */
const WARM_UP = 8;
const TRANSACTIONS = 500;
/** Grants made in one transaction. */
const TOGETHER = 30;
const cause = { actor: { type: 'SYSTEM', id: 'bench' }, correlationId: 'bench', source: null } as const;

export async function engineCeiling(maker: GrantMaker): Promise<Ceiling> {
  const { client } = maker.table;
  await aTableLike(client, maker.table.name);
  let best: Ceiling = { perSecond: 0, concurrency: 0 };
  for (const concurrency of [WARM_UP, ...CONCURRENCIES]) {
    const all = Array.from({ length: TRANSACTIONS }, (_, index) => transactionsOf(maker, index));
    const send = (TransactItems: TransactWriteItem[]) => client.send(new TransactWriteItemsCommand({ TransactItems }));
    await pMap(chunks(all, TOGETHER), (some) => send(some.flatMap(({ creation }) => creation)), { concurrency: 4 });
    const begun = performance.now();
    await pMap(all, ({ ending }) => send(ending), { concurrency });
    const rate = Math.round((all.length * 1000) / (performance.now() - begun));
    if (rate > best.perSecond) best = { perSecond: rate, concurrency };
  }
  return best;
}
const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

async function aTableLike(client: DynamoDBClient, name: string): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [] } = Table ?? {};
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      AttributeDefinitions,
      KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
        ...{ IndexName, KeySchema, Projection },
      })),
    }),
  );
}

/** What makes a grant, and what ends it: as the commit sends them. */
function transactionsOf({ grantOf, surroundings, ids }: GrantMaker, index: number) {
  const now = Date.now();
  const grant = grantOf(index, now, now + 1);
  const planning = { surroundings, now, intervalId: ids.next('evt') };
  const { writes, audit, events } = planEnd(grant, ended(grant, 'EXPIRED', now + 1), planning);
  const changes = (all: typeof writes): TransactWriteItem[] => all.map(({ change }) => change(TABLE));
  return {
    creation: changes(planCreation(grant, planning).writes),
    ending: changes([
      ...writes,
      ...audit.map((entry) => auditWrite(entry, { ...cause, now }, ids)),
      ...events.map((event) => eventWrite(event, { ...cause, now }, ids)),
    ]),
  };
}

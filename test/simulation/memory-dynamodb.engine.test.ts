import { ScanCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { useKey, useOn } from '../../shared/callers/use.ts';
import { addLive, changeLive, liveKey, removeLive } from '../../shared/grants/live.ts';
import { childrenPage } from '../../shared/platform/children.ts';
import { claim, holderOf, release, stillHeld, takeOver } from '../../shared/platform/claim.ts';
import { commitWith, Stale } from '../../shared/platform/commit.ts';
import { idsOn } from '../../shared/platform/ids.ts';
import { childrenOf, DUE_SHARDS, itemKind } from '../../shared/platform/item.ts';
import { Problem } from '../../shared/platform/problems.ts';
import { type DueItem, deletion, type Table, tableOn, type Write } from '../../shared/platform/table.ts';
import { MINUTE_MS } from '../../shared/platform/time.ts';
import { aGrant, T0 } from '../grants/a-grant.ts';
import { anEngine, aTableOfItsOwn } from '../rig/engine.ts';
import { MemoryDynamoDb } from './memory-dynamodb.ts';

const Thing = z.object({
  id: z.string(),
  version: z.number(),
  parent: z.string().nullable(),
  live: z.string().nullable(),
  at: z.number().nullable(),
  text: z.string(),
});
type Thing = z.infer<typeof Thing>;
const thing = itemKind<Thing>({
  name: 'THING',
  schema: Thing,
  key: ({ id }) => ({ pk: `thing_${id.at(-1)}`, sk: `THING#${id}` }),
  parentKey: ({ parent }) => parent && childrenOf(parent, 'THING'),
  liveUnder: ({ live }) => live,
  dueAt: ({ at }) => at,
});

const IDS = ['A', 'B', 'AA', 'AB', 'BA', 'BB', 'éA', '\u{1f511}A', '\uff21B'];
const anId = fc.constantFrom(...IDS);
const aName = fc.constantFrom('n1', 'n2');
const aHolder = fc.constantFrom('h1', 'h2', 'h3');
const aThing = fc.record({
  id: anId,
  version: fc.constantFrom(1, 1, 1, 2, 3),
  parent: fc.constantFrom(null, 'p1', 'p2'),
  live: fc.constantFrom(null, 'l1'),
  at: fc.constantFrom(null, T0, T0 + 1, T0 + 5 * MINUTE_MS),
  text: fc.constantFrom('', 'x', '“no”'),
});
const aLiveGrant = fc
  .record({ id: fc.constantFrom('grt_1', 'grt_2'), epoch: fc.constantFrom(1, 2) })
  .map((part) => aGrant(part));

/** Problems and staleness with what stood in the way, so that old items are compared too. */
const inTheWay = (existing: object | string | undefined): Problem =>
  new Problem('name-taken', { name: JSON.stringify(Object.entries(existing ?? {}).sort()), heldBy: 'another' });
const aWrite: fc.Arbitrary<Write> = fc.oneof(
  aThing.map((each) => thing.create(each, inTheWay)),
  aThing.map((each) => thing.create({ ...each, version: 1 }, inTheWay)),
  aThing.map((each) => thing.replace(each)),
  aThing.map((each) => thing.remove(each)),
  aThing.map((each) => thing.unchanged(each)),
  aThing.map((each) => thing.exists(thing.key(each), () => inTheWay('nothing'))),
  aThing.map((each) => deletion(thing.key(each))),
  fc.tuple(aName, aHolder).map(([name, holder]) => claim('s', name, holder, inTheWay)),
  fc.tuple(aName, aHolder).map(([name, holder]) => release('s', name, holder)),
  fc.tuple(aName, aHolder).map(([name, holder]) => stillHeld('s', name, holder)),
  fc.tuple(aName, aHolder, aHolder).map(([name, from, to]) => takeOver('s', name, from, to)),
  aLiveGrant.map(addLive),
  aLiveGrant.map(changeLive),
  aLiveGrant.map(removeLive),
);
const distinct = (writes: readonly Write[]): Write[] => [
  ...new Map(writes.map((write) => [`${write.key.pk}|${write.key.sk}`, write])).values(),
];

interface Both {
  readonly table: Table;
  readonly commit: ReturnType<typeof commitWith>;
}
type Step = (on: Both) => Promise<unknown>;

const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'c', source: null } as const;
/** What a caller learns of it. */
const told = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    return (await work) ?? 'done';
  } catch (error) {
    if (error instanceof Stale) return { stale: error.keys };
    if (error instanceof Problem) return { problem: error.type, detail: error.message };
    throw error;
  }
};

const aRange = fc.record(
  {
    after: fc.constantFrom('THING#A', 'THING#AA', 'A', 'BA'),
    prefix: fc.constantFrom('THING#', 'THING#A', 'THING#é', 'A', '\u{1f511}'),
    from: fc.constantFrom('THING#AB', 'AB', 'THING#\uff21'),
    to: fc.constantFrom('THING#BA', 'BA', 'THING#\u{1f511}A'),
    newestFirst: fc.boolean(),
  },
  { requiredKeys: [] },
);
const PARTITIONS = [
  { partition: 'thing_A' },
  { partition: 'thing_B' },
  { partition: 'thing_C' },
  { index: 'children', partition: 'p1#THING' },
  { index: 'children', partition: 'p2#THING' },
  { index: 'live', partition: 'l1' },
] as const;
const aPartition = fc.constantFrom(...PARTITIONS);
const aLimit = fc.integer({ min: 1, max: 5 });

async function everyDue(table: Table, partition: string, upTo: number, limit: number): Promise<DueItem[]> {
  const all: DueItem[] = [];
  for (;;) {
    const page = await table.due({ partition, upTo, limit, after: all.at(-1) });
    all.push(...page);
    if (page.length < limit) return sorted(all);
  }
}
/** What falls due at the same instant comes in an order of the engine's own. */
const sorted = (due: DueItem[]): DueItem[] =>
  due.sort((one, other) => one.dueAt - other.dueAt || (JSON.stringify(one.key) < JSON.stringify(other.key) ? -1 : 1));

const aStep: fc.Arbitrary<{ readonly name: string; readonly step: Step }> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(aWrite, { minLength: 1, maxLength: 4 }).map((some) => {
      const writes = distinct(some);
      const name = JSON.stringify(writes.map(({ change }) => change('T')));
      return { name, step: ({ commit }: Both) => told(commit({ writes, audit: [], events: [] }, CAUSE)) };
    }),
  },
  aThing.map((each) => ({
    name: `get ${each.id}`,
    step: ({ table }: Both) => table.get(thing.key(each)),
  })),
  aName.map((name) => ({ name: `holder ${name}`, step: ({ table }: Both) => holderOf(table, 's', name) })),
  fc.array(anId).map((ids) => ({
    name: `batchGet ${ids}`,
    step: async ({ table }: Both) =>
      [...(await table.batchGet(ids.map((id) => ({ pk: `thing_${id.at(-1)}`, sk: `THING#${id}` }))))].sort(),
  })),
  fc.tuple(aPartition, aRange, aLimit).map(([partition, range, limit]) => ({
    name: `query ${JSON.stringify({ ...partition, ...range, limit })}`,
    step: ({ table }: Both) => table.query({ ...partition, ...range, limit }),
  })),
  fc.tuple(fc.constantFrom('p1', 'p2'), aLimit).map(([parent, limit]) => ({
    name: `children ${parent}`,
    step: ({ table }: Both) => childrenPage(table, thing, parent, { limit }),
  })),
  fc.tuple(fc.constantFrom(T0 - 1, T0, T0 + MINUTE_MS, T0 * 2), aLimit).map(([upTo, limit]) => ({
    name: `due ${upTo} by ${limit}`,
    step: ({ table }: Both) => Promise.all(DUE_SHARDS.map((shard) => everyDue(table, shard, upTo, limit))),
  })),
  fc.tuple(aHolder, fc.constantFrom(T0, T0 + MINUTE_MS)).map(([caller, now]) => ({
    name: `use ${caller} ${now}`,
    step: async ({ table }: Both) => [await told(useOn(table).count(caller, 2, now)), await table.get(useKey(caller))],
  })),
  aHolder.map((caller) => ({ name: `touch ${caller}`, step: ({ table }: Both) => useOn(table).touch(caller, T0) })),
);

/** Every partition from both ends, page by page. */
const survey = ({ table }: Both): Promise<unknown[]> =>
  Promise.all(
    PARTITIONS.flatMap((partition) =>
      [1, 2, 3, 10].flatMap((limit) =>
        [true, false].map(async (newestFirst) => {
          const pages = [];
          for (let after: string | undefined; ; ) {
            const page = await table.query({ ...partition, limit, newestFirst, ...(after !== undefined && { after }) });
            pages.push(page);
            after = String(page.items.at(-1)?.['index' in partition ? 'id' : 'sk']);
            if (!page.more) return pages;
          }
        }),
      ),
    ),
  );

const everything = async (on: Both): Promise<unknown[]> => {
  const keys = [
    ...IDS.map((id) => ({ pk: `thing_${id.at(-1)}`, sk: `THING#${id}` })),
    ...['n1', 'n2'].map((name) => ({ pk: `CLAIM#s#${name}`, sk: 'CLAIM' })),
    ...['h1', 'h2', 'h3'].map(useKey),
    liveKey(aGrant().projectId, aGrant().identityProviderId, aGrant().principal),
  ];
  const due = DUE_SHARDS.map((shard) => everyDue(on.table, shard, T0 * 2, 2));
  return [await Promise.all(keys.map((key) => on.table.get(key))), await Promise.all(due), await survey(on)];
};

/** Most things at the beginning, so that there is something to find. */
const aBeginning = fc.uniqueArray(aThing, { selector: ({ id }) => id, minLength: 5 }).map((things) => {
  const writes = things.map((each) => thing.create(each, inTheWay));
  return ({ commit }: Both) => told(commit({ writes, audit: [], events: [] }, CAUSE));
});

function onMemory(): Both {
  const engine = anEngine(T0);
  const table = tableOn(new MemoryDynamoDb({ clock: engine.clock }).client(), 'Memory');
  return { table, commit: commitWith({ ...engine, table, ids: idsOn(engine.clock) }) };
}

describe('DynamoDB in memory', () => {
  it(
    'answers whatever Sallyport asks of it as the engine does, and holds the same afterwards',
    { timeout: 120_000 },
    () =>
      fc.assert(
        fc.asyncProperty(aBeginning, fc.array(aStep, { maxLength: 30, size: 'max' }), async (beginning, steps) => {
          const real = anEngine(T0, await aTableOfItsOwn());
          const memory = onMemory();
          expect(await beginning(memory)).toEqual(await beginning(real));
          for (const { name, step } of steps) expect(await step(memory), name).toEqual(await step(real));
          expect(await everything(memory)).toEqual(await everything(real));
        }),
        { numRuns: 30 },
      ),
  );

  it('carries the same request out once, as the engine does', async () => {
    for (const { table } of [anEngine(T0, await aTableOfItsOwn()), onMemory()]) {
      const write = thing.create({ ...A_THING, id: 'A' }, inTheWay);
      const other = thing.create({ ...A_THING, id: 'B' }, inTheWay);
      const request = (one: Write) => ({ TransactItems: [one.change(table.name)], ClientRequestToken: 'token' });
      await table.client.send(new TransactWriteItemsCommand(request(write)));
      await table.client.send(new TransactWriteItemsCommand(structuredClone(request(write))));
      await expect(table.client.send(new TransactWriteItemsCommand(request(other)))).rejects.toThrow();
      expect(await table.get(write.key)).toMatchObject({ id: 'A' });
      expect(await table.get(other.key)).toBeUndefined();
    }
  });

  it('throws for what Sallyport does not send', async () => {
    const { table } = onMemory();
    const update = { TableName: table.name, Key: { pk: { S: 'p' }, sk: { S: 's' } } };
    const expression = 'SET a = if_not_exists(a, :one)';
    const unknown = new UpdateItemCommand({ ...update, UpdateExpression: expression });
    await expect(table.client.send(unknown)).rejects.toThrow(/not known here/);
    await expect(table.client.send(new ScanCommand({ TableName: table.name }))).rejects.toThrow(/not known here/);
  });
});

const A_THING: Thing = { id: 'A', version: 1, parent: null, live: null, at: null, text: '' };

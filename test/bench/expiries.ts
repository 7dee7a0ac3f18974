/**
 * 10,000 grants that end in one second, in real time: how late a worker takes each up, how late its end is recorded,
 * and beside it what the same engine gives for the same transactions with nothing around them. What each end costs in
 * calls is counted, not reckoned: see `expiry-calls.ts`.
 */
import { loadavg } from 'node:os';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Grant } from '../../shared/grants/schema.ts';
import { auditShards } from '../../shared/platform/audit-item.ts';
import { DUE_SHARDS } from '../../shared/platform/item.ts';
import { type Table, toAttributes } from '../../shared/platform/table.ts';
import { SECOND_MS } from '../../shared/platform/time.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import type { Rig } from '../rig/rig.ts';
import { type Engine, grantMaker } from './engine.ts';
import { type Calls, callsForEach } from './expiry-calls.ts';
import { type Ceiling, engineCeiling } from './expiry-ceiling.ts';
import { percentile } from './measure.ts';

export interface ExpiryFigures {
  readonly count: number;
  /** From `expiresAt` until a worker takes it up. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** From `expiresAt` until it is recorded. */
  readonly recorded: {
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly maxMs: number;
    readonly perSecond: number;
  };
  readonly engine: Ceiling;
  readonly callsForEach: Calls;
  /** Of the machine, a minute's average before the end: it has its other work. */
  readonly loadBefore: number;
}

const COUNT = 10_000;
/** From the last grant made to the end of all: a run of the dispatcher lies between. */
const AHEAD_MS = 75 * SECOND_MS;
/** How often it is looked how many are left. */
const LOOK_MS = 250;
/** Of 32 shards of what is due: enough to know how many are left, and little to ask. */
const SHARDS_LOOKED_AT = 4;
const GIVEN_UP_MS = 15 * 60 * SECOND_MS;
const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function benchExpiries(rig: Rig, issuer: Issuer, engine: Engine, count = COUNT): Promise<ExpiryFigures> {
  const maker = await grantMaker(rig, issuer, engine);
  const ceiling = await engineCeiling(maker);
  const calls = await callsForEach(rig, maker);

  const end = Math.ceil((Date.now() + AHEAD_MS + count * 5) / SECOND_MS) * SECOND_MS;
  const grants = await maker.create(count, (index) => end + (index % 1000));
  const spareMs = end - Date.now();
  // A run of the dispatcher has to come in between.
  if (spareMs < 61 * SECOND_MS) throw new Error(`they were made only ${spareMs} ms before their end`);
  await delay(spareMs - SECOND_MS);
  const [loadBefore = Number.NaN] = loadavg();

  const looked = DUE_SHARDS.slice(0, SHARDS_LOOKED_AT);
  const all = grants.filter(({ id }) => looked.includes(`DUE#${id.at(-1)}`)).length;
  const recorded: number[] = [];
  await delay(end - Date.now());
  while (recorded.length < all) {
    await delay(LOOK_MS);
    const gone = all - (await stillDue(maker.table, looked, end));
    const late = Math.max(0, Date.now() - (end + 500)); // their ends are spread over the second
    while (recorded.length < gone) recorded.push(late);
    if (late > GIVEN_UP_MS) throw new Error(`only ${gone} of ${all} ends were recorded`);
  }
  const maxMs = percentile(recorded, 1);

  const taken = await allTakenUp(maker.table, grants);
  const lateness = grants.map(({ id, expiresAt }) => (taken.get(id) ?? Number.NaN) - (expiresAt ?? 0));
  if (lateness.some(Number.isNaN)) throw new Error('an end was not audited');
  if (Math.min(...lateness) < 0) throw new Error('an end was recorded before it');
  return {
    count,
    p50Ms: percentile(lateness, 0.5),
    p99Ms: percentile(lateness, 0.99),
    maxMs: percentile(lateness, 1),
    recorded: {
      p50Ms: percentile(recorded, 0.5),
      p99Ms: percentile(recorded, 0.99),
      maxMs,
      perSecond: Math.round(count / (maxMs / SECOND_MS)),
    },
    engine: ceiling,
    callsForEach: calls,
    loadBefore: Math.round(loadBefore * 10) / 10,
  };
}

async function stillDue({ client, name }: Table, shards: readonly string[], end: number): Promise<number> {
  const counts = shards.map(async (shard) => {
    const { Count = 0 } = await client.send(
      new QueryCommand({
        TableName: name,
        IndexName: 'due',
        Select: 'COUNT',
        KeyConditionExpression: 'dueShard = :shard AND dueAt BETWEEN :from AND :to',
        ExpressionAttributeValues: toAttributes({ ':shard': shard, ':from': end, ':to': end + 999 }),
      }),
    );
    return Count;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Those of the shards that were not looked at may be a moment later. */
async function allTakenUp(table: Table, grants: readonly Grant[]): Promise<ReadonlyMap<string, number>> {
  for (const since = Date.now(); ; await delay(SECOND_MS)) {
    const taken = await takenUp(table, grants[0]?.federationId ?? '');
    const isWhole = grants.every(({ id }) => taken.has(id));
    if (isWhole || Date.now() - since > GIVEN_UP_MS) return taken;
  }
}

/** By grant, the instant at which the worker had it in hand: the audit's, which is that of the decision. */
async function takenUp(table: Table, federationId: string): Promise<Map<string, number>> {
  const at = new Map<string, number>();
  for (const partition of auditShards(federationId)) {
    let after: string | undefined;
    do {
      const { items, more } = await table.query({ partition, limit: 1000, ...(after !== undefined && { after }) });
      for (const { action, resource, at: instant } of items)
        if (action === 'grant.expire') at.set(String(Object(resource).id), Number(instant));
      after = more ? String(items.at(-1)?.sk) : undefined;
    } while (after !== undefined);
  }
  return at;
}

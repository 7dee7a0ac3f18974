import { describe, expect, it } from 'vitest';
import { disconnected, newConnection, reconnected } from '../../shared/connections/rules.ts';
import { connectionItem, connectionKey } from '../../shared/connections/store.ts';
import { dispatchDue } from '../../shared/dispatcher/dispatch-due.ts';
import { liveKey, parseLiveGrants } from '../../shared/grants/live.ts';
import { planCreation } from '../../shared/grants/plans.ts';
import type { Grant } from '../../shared/grants/schema.ts';
import { grantItem, grantKey, liveUnderEpoch } from '../../shared/grants/store.ts';
import { grantWork } from '../../shared/grants/work.ts';
import { LOOK_AHEAD_MS } from '../../shared/platform/commit.ts';
import { eventItem } from '../../shared/platform/event-item.ts';
import { anEngine, Died, dyingAfter, dyingBefore, type Engine } from '../rig/engine.ts';
import { aGrant, T0 } from './a-grant.ts';

const HOUR = 3600_000;
const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'test', source: null } as const;

/** A grant that is stored under a connection, in a project that no other test has. */
async function stored(engine: Engine, part: Partial<Grant> = {}): Promise<Grant> {
  const { ids, commit } = engine;
  const place = { federationId: ids.next('fed'), organizationId: ids.next('org'), projectId: ids.next('prj') };
  const grant = aGrant({ id: ids.next('grt'), identityProviderId: ids.next('idp'), ...place, ...part });
  const connection = newConnection(place, grant.identityProviderId, T0);
  await commit({ writes: [connectionItem.create(connection, () => 'stale')], audit: [], events: [] }, CAUSE);
  const surroundings = { connection, clusterIds: [], frozen: [], standings: new Map() };
  await commit(planCreation(grant, { surroundings, now: T0, intervalId: ids.next('evt') }), CAUSE);
  return grant;
}

const read = async ({ table }: Engine, { id }: Grant) => grantItem.read(table, grantKey(id));
const liveOf = async ({ table }: Engine, grant: Grant) =>
  parseLiveGrants(await table.get(liveKey(grant.projectId, grant.identityProviderId, grant.principal)));
const auditOf = async ({ table }: Engine, { federationId }: Grant) => {
  const shards = Array.from({ length: 16 }, (_, shard) =>
    table.query({ partition: `AUDIT#${federationId}#${shard}`, limit: 10 }),
  );
  return (await Promise.all(shards)).flatMap(({ items }) => items.map(({ action }) => action));
};

describe('the end of a grant, carried out', () => {
  it('is recorded at expiresAt, taken from the live grants, and told once', async () => {
    const engine = anEngine(T0);
    const grant = await stored(engine);
    engine.time.set(T0 + 6 * HOUR + 17);
    await grantWork(engine)(grantKey(grant.id), 'test');
    expect(await read(engine, grant)).toMatchObject({ endedAt: T0 + 6 * HOUR, endReason: 'EXPIRED' });
    expect(await liveOf(engine, grant)).toEqual([]);
    expect(await liveUnderEpoch(engine.table, grant, 10)).toEqual([]);
    expect((await auditOf(engine, grant)).sort()).toEqual(['grant.create', 'grant.expire']);
  });

  it('does nothing a millisecond too early', async () => {
    const engine = anEngine(T0);
    const grant = await stored(engine, { expiresAt: T0 + 10_000 });
    engine.time.set(T0 + 5_000);
    await grantWork(engine)(grantKey(grant.id), 'test');
    expect(await read(engine, grant)).toEqual({ ...grant });
  });

  it('is the same when the message comes twice, and when two work at once', async () => {
    const engine = anEngine(T0);
    const grant = await stored(engine);
    engine.time.set(T0 + 7 * HOUR);
    const work = grantWork(engine);
    await Promise.all([1, 2, 3, 4].map(() => work(grantKey(grant.id), 'test')));
    await work(grantKey(grant.id), 'test');
    expect(await read(engine, grant)).toMatchObject({ endedAt: T0 + 6 * HOUR, version: 2 });
    expect((await auditOf(engine, grant)).sort()).toEqual(['grant.create', 'grant.expire']);
  });

  it.each([
    ['before its commit', () => dyingBefore],
    ['after its commit', ({ commit }: Engine) => dyingAfter(commit)],
  ])('is the same when the worker dies %s', async (_when, dying) => {
    const engine = anEngine(T0);
    const grant = await stored(engine);
    engine.time.set(T0 + 7 * HOUR);
    await expect(grantWork({ ...engine, commit: dying(engine) })(grantKey(grant.id), 'test')).rejects.toThrow(Died);
    await grantWork(engine)(grantKey(grant.id), 'test'); // the message comes again
    expect(await read(engine, grant)).toMatchObject({ endedAt: T0 + 6 * HOUR, version: 2 });
    expect((await auditOf(engine, grant)).sort()).toEqual(['grant.create', 'grant.expire']);
  });

  it.each([
    ['its start has come', { startsAt: T0 + HOUR, startedAt: null }, T0 + HOUR],
    ['its end comes near', {}, T0 + 5.9 * HOUR],
    ['its end has come', {}, T0 + 6 * HOUR],
  ])('by a disconnect is what is recorded and told, though %s before the sweep', async (_what, times, now) => {
    const engine = anEngine(T0);
    const grant = await stored(engine, times);
    const key = connectionKey(grant.organizationId, grant.identityProviderId);
    const connection = await connectionItem.read(engine.table, key);
    if (!connection) throw new Error('there is no connection');
    const cut = connectionItem.replace(disconnected(connection, T0 + 1000));
    await engine.commit({ writes: [cut], audit: [], events: [] }, CAUSE);
    engine.nudged.length = 0;
    engine.time.set(now);
    await grantWork(engine)(grantKey(grant.id), 'test');
    expect(await read(engine, grant)).toMatchObject({ endedAt: T0 + 1000, endReason: 'DISCONNECTED' });
    const events = engine.nudged.filter(({ key: { sk } }) => sk === 'EVENT');
    const told = await Promise.all(events.map((event) => eventItem.read(engine.table, event.key)));
    expect(told.map((event) => event?.type)).toEqual(['grant.ended']);
  });

  it.each([
    ['its start', { startsAt: T0 + 2 * HOUR }],
    ['its end', {}],
  ])('is the disconnect, when that came before %s', async (_what, part) => {
    const engine = anEngine(T0);
    const grant = await stored(engine, part);
    const { organizationId, identityProviderId } = grant;
    const connection = await connectionItem.read(engine.table, connectionKey(organizationId, identityProviderId));
    if (!connection) throw new Error('it was not stored');
    // Connected anew and disconnected again, before anything was swept.
    const again = disconnected(reconnected(disconnected(connection, T0 + HOUR), T0 + HOUR + 1), T0 + HOUR + 2);
    await engine.commit({ writes: [connectionItem.replace(again)], audit: [], events: [] }, CAUSE);
    engine.time.set(T0 + 9 * HOUR);
    await grantWork(engine)(grantKey(grant.id), 'test');
    expect(await read(engine, grant)).toMatchObject({ endedAt: T0 + HOUR, endReason: 'DISCONNECTED', version: 2 });
    expect((await auditOf(engine, grant)).sort()).toEqual(['grant.create', 'grant.end']);
  });

  it('leaves another grant of the same principal as it is', async () => {
    const engine = anEngine(T0);
    const ending = await stored(engine);
    const { federationId, organizationId, projectId, identityProviderId } = ending;
    const staying = aGrant({
      ...{ federationId, organizationId, projectId, identityProviderId },
      id: engine.ids.next('grt'),
      expiresAt: T0 + 9 * HOUR,
    });
    const surroundings = {
      connection: newConnection(ending, identityProviderId, T0),
      clusterIds: [],
      frozen: [],
      standings: new Map(),
    };
    await engine.commit(planCreation(staying, { surroundings, now: T0, intervalId: engine.ids.next('evt') }), CAUSE);
    engine.time.set(T0 + 7 * HOUR);
    await grantWork(engine)(grantKey(ending.id), 'test');
    expect((await liveOf(engine, ending)).map(({ id }) => id)).toEqual([staying.id]);
  });
});

describe('A11 a review, carried out', () => {
  it.each<[string, (engine: Engine) => Engine['commit'] | undefined]>([
    ['by one message', () => undefined],
    ['by a worker that dies before its commit', () => dyingBefore],
    ['by a worker that dies after its commit', ({ commit }) => dyingAfter(commit)],
  ])('is told once, %s', async (_how, dying) => {
    const engine = anEngine(T0);
    const grant = await stored(engine, { expiresAt: null, reviewBy: T0 + HOUR });
    engine.time.set(T0 + 2 * HOUR);
    const commit = dying(engine);
    if (commit) await expect(grantWork({ ...engine, commit })(grantKey(grant.id), 'test')).rejects.toThrow(Died);
    const work = grantWork(engine);
    await Promise.all([1, 2, 3].map(() => work(grantKey(grant.id), 'test')));
    expect(await read(engine, grant)).toMatchObject({ reviewToldAt: T0 + 2 * HOUR, endedAt: null, version: 2 });
    expect((await auditOf(engine, grant)).sort()).toEqual(['grant.create', 'grant.review-due']);
    expect(await liveOf(engine, grant)).toHaveLength(1);
  });
});

describe('the dispatcher', () => {
  it('finds what a lost nudge left behind, before it falls due and ever after', async () => {
    const engine = anEngine(T0);
    const grant = await stored(engine, { warnedAt: T0 });
    const sees = async (now: number) => {
      engine.time.set(now);
      engine.nudged.length = 0;
      await dispatchDue(engine)('test');
      return engine.nudged.filter(({ key }) => key.pk === grant.id).map(({ dueAt }) => dueAt);
    };
    const end = T0 + 6 * HOUR;
    expect(await sees(end - LOOK_AHEAD_MS - 1)).toEqual([]);
    expect(await sees(end - LOOK_AHEAD_MS)).toEqual([end]);
    expect(await sees(end + 24 * HOUR)).toEqual([end]);
    await grantWork(engine)(grantKey(grant.id), 'test');
    expect(await sees(end + 25 * HOUR)).toEqual([]);
  });
});

describe('live grants that would outgrow their item', () => {
  it('are refused with the reason, and nothing of the grant is stored', async () => {
    const engine = anEngine(T0);
    const privileges = Array.from({ length: 100 }, (_, index) => ({
      role: 'read' as const,
      database: 'd'.repeat(60) + index,
      collection: 'c'.repeat(250),
    }));
    const first = await stored(engine, { roles: { custom: [], privileges } });
    const { federationId, organizationId, projectId, identityProviderId } = first;
    const surroundings = {
      connection: newConnection(first, identityProviderId, T0),
      clusterIds: [],
      frozen: [],
      standings: new Map(),
    };
    let refusal: unknown;
    let refused: Grant = first;
    for (let count = 0; count < 20 && refusal === undefined; count++) {
      refused = { ...first, federationId, organizationId, projectId, id: engine.ids.next('grt') };
      const plan = planCreation(refused, { surroundings, now: T0, intervalId: engine.ids.next('evt') });
      refusal = await engine.commit(plan, CAUSE).then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    expect(refusal).toMatchObject({ type: 'too-many-live-grants' });
    expect(await read(engine, refused)).toBeUndefined();
  });
});

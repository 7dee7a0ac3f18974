import { describe, expect, it } from 'vitest';
import { firstVersion } from '../../shared/api/view.ts';
import { disconnected, newConnection } from '../../shared/connections/rules.ts';
import { connectionItem, connectionKey } from '../../shared/connections/store.ts';
import { connectionWork } from '../../shared/connections/work.ts';
import { addLive } from '../../shared/grants/live.ts';
import { grantItem, grantKey } from '../../shared/grants/store.ts';
import { type Commit, Stale } from '../../shared/platform/commit.ts';
import type { Page, PartitionQuery, Table } from '../../shared/platform/table.ts';
import { MINUTE_MS } from '../../shared/platform/time.ts';
import { projectItem } from '../../shared/tenants/store.ts';
import { aGrant, T0 } from '../grants/a-grant.ts';
import { anEngine } from '../rig/engine.ts';

const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, correlationId: 'test', source: null, now: T0 } as const;

/** A disconnected identity provider, under whose connection grants still live. */
async function aWorld(count: number) {
  const engine = anEngine(T0);
  const { ids, commit, table } = engine;
  const write = (writes: Parameters<Commit>[0]['writes']) => commit({ writes, audit: [], events: [] }, CAUSE);
  const place = { federationId: ids.next('fed'), organizationId: ids.next('org') };
  const project = { id: ids.next('prj'), ...place, name: 'Payments', ...firstVersion(T0) };
  const identityProviderId = ids.next('idp');
  const connection = newConnection(place, identityProviderId, T0);
  const { epoch } = connection;
  await write([
    projectItem.create(project, () => 'stale'),
    connectionItem.create(disconnected(connection, T0), () => 'stale'),
  ]);
  const grants = Array.from({ length: count }, (_, at) => {
    const id = ids.next('grt');
    const principal = { type: 'GROUP' as const, name: `group-${at}` };
    return aGrant({ ...place, id, projectId: project.id, identityProviderId, principal, epoch, expiresAt: null });
  });
  for (let from = 0; from < count; from += 50) {
    const some = grants.slice(from, from + 50);
    await write(some.flatMap((grant) => [grantItem.create(grant, () => 'stale'), addLive(grant)]));
  }
  const live = async () => {
    const found = await table.batchGet(grants.map(({ id }) => grantKey(id)));
    return [...found.values()].map((item) => grantItem.parse(item)).filter(({ endedAt }) => endedAt === null).length;
  };
  const key = connectionKey(place.organizationId, identityProviderId);
  const isSwept = async () => (await connectionItem.read(table, key))?.sweep === null;
  return { ...engine, key, live, isSwept };
}

/** An index that answers as it was when it was first asked: it may be late by any moment. */
function late(table: Table): Table {
  const first = new Map<string, Promise<Page>>();
  return {
    ...table,
    query(query: PartitionQuery) {
      if (query.index !== 'live') return table.query(query);
      const name = JSON.stringify(query);
      const page = first.get(name) ?? table.query(query);
      first.set(name, page);
      return page;
    },
  };
}

describe('S9 the grants of a connection that was disconnected', () => {
  it('are all ended, also while the index still shows those that have been', async () => {
    const world = await aWorld(104);
    const work = connectionWork({ ...world, table: late(world.table) });
    await work(world.key, 'test');
    world.time.pass(2 * MINUTE_MS); // it looks again once every index is up to date
    await work(world.key, 'test');
    expect([await world.live(), await world.isSwept()]).toEqual([0, true]);
  }, 60_000);

  it('are all ended, also those that somebody changes at that very moment', async () => {
    const world = await aWorld(4);
    let calls = 0;
    const commit: Commit = (...call) => (++calls === 3 ? Promise.reject(new Stale(['grt'])) : world.commit(...call));
    const work = connectionWork({ ...world, commit });
    await work(world.key, 'test');
    world.time.pass(2 * MINUTE_MS);
    await work(world.key, 'test');
    expect([await world.live(), await world.isSwept()]).toEqual([0, true]);
  });
});

/** What the queue asks of one principal on one cluster, on the real engine, with deaths between the steps. */
import { describe, expect, it } from 'vitest';
import { clusterItem, clusterKey } from '../../shared/clusters/store.ts';
import { disconnected } from '../../shared/connections/rules.ts';
import { connectionItem } from '../../shared/connections/store.ts';
import { removeLive } from '../../shared/grants/live.ts';
import { identityProviderItem } from '../../shared/identity-providers/store.ts';
import { dueAt } from '../../shared/sync/rules.ts';
import { seenOf } from '../../shared/sync/store.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, Died } from '../rig/engine.ts';
import { aHeldCluster } from './a-held-cluster.ts';

const HOUR = 3600_000;

/** Commits so many times, and is gone after the last of them. */
function dyingAfterCommits(count: number, { commit }: ReturnType<typeof anEngine>): typeof commit {
  let left = count;
  return async (...call) => {
    await commit(...call);
    left -= 1;
    if (left === 0) throw new Died('after a commit');
  };
}

describe('what lies on a cluster', () => {
  it('is removed under the name that servers know, though the identity provider has been deleted since', async () => {
    const engine = anEngine(T0);
    const { grant, ask, work, wishes, write, connection, identityProvider, presence } = await aHeldCluster(engine);
    await grant();
    await ask();
    await work();
    expect(wishes).toMatchObject([{ holder: { identityProvider: { shortName: 'acme-sign-in' } } }]);
    await write(connectionItem.replace(disconnected(connection, T0)), identityProviderItem.remove(identityProvider));
    await ask();
    await work();
    expect(wishes.at(-1)).toMatchObject({ access: null, holder: { identityProvider: { shortName: 'acme-sign-in' } } });
    expect(await presence()).toBeUndefined();
  });

  it('is put on other servers once the cluster has others', async () => {
    const engine = anEngine(T0);
    const { grant, ask, work, wishes, write, cluster } = await aHeldCluster(engine);
    await grant();
    await ask();
    await work();
    await ask();
    await work();
    expect(wishes).toHaveLength(1);
    const moved = await clusterItem.read(engine.table, clusterKey(cluster.id));
    if (moved?.connector.type !== 'mongodb') throw new Error('no cluster');
    const connector = { ...moved.connector, uris: ['mongodb://db9:27017'] };
    await write(clusterItem.replace({ ...moved, connector }));
    await ask();
    await work();
    expect(wishes).toHaveLength(2);
  });

  it('is recorded for each of many grants, whoever dies between the steps', async () => {
    const engine = anEngine(T0);
    const { grant, ask, work, presence } = await aHeldCluster(engine);
    const all = await Promise.all(Array.from({ length: 70 }, () => grant({ expiresAt: null })));
    await ask();
    await expect(work({ commit: dyingAfterCommits(2, engine) })).rejects.toThrow(Died); // the lease, and thirty
    const left = await presence();
    expect(left?.grantIds).toHaveLength(30);
    expect(left && dueAt(left)).toBe(T0); // the dispatcher brings it back
    await work();
    expect((await presence())?.grantIds).toHaveLength(70);
    for (const { id } of all) expect(await seenOf(engine.table, id)).toMatchObject([{ isThere: true }]);
  });

  it('is not decided by who has read an earlier life of it', async () => {
    const engine = anEngine(T0);
    const { grant, ask, work, write, presence } = await aHeldCluster(engine);
    const known = await grant();
    await ask();
    const first = await presence();
    await work();
    engine.time.set(T0 + 7 * HOUR);
    await work();
    await write(removeLive(known));
    await ask();
    await work();
    expect(await presence()).toBeUndefined();
    await ask();
    expect((await presence())?.version).toBeGreaterThan(first?.version ?? Number.POSITIVE_INFINITY);
  });
});

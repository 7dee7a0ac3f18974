import { describe, expect, it } from 'vitest';
import { holdingWrites } from '../../shared/clusters/holding.ts';
import { Cluster } from '../../shared/clusters/schema.ts';
import { clusterItem, clusterKey } from '../../shared/clusters/store.ts';
import { newConnection } from '../../shared/connections/rules.ts';
import { connectionItem } from '../../shared/connections/store.ts';
import { type Connector, ConnectorFault } from '../../shared/connectors/connector.ts';
import { planCreation, planEnd } from '../../shared/grants/plans.ts';
import { ended } from '../../shared/grants/rules.ts';
import type { Grant } from '../../shared/grants/schema.ts';
import { grantItem, grantKey } from '../../shared/grants/store.ts';
import { surroundingsOf } from '../../shared/grants/surroundings.ts';
import { viewGrant } from '../../shared/grants/view.ts';
import { gateItem, newGate } from '../../shared/identity-providers/gate.ts';
import { identityProviderItem, identityProviderKey } from '../../shared/identity-providers/store.ts';
import type { Commit } from '../../shared/platform/commit.ts';
import { MINUTE_MS } from '../../shared/platform/time.ts';
import { orderWork } from '../../shared/sync/order-work.ts';
import { LEASE_MS } from '../../shared/sync/rules.ts';
import { presenceId, presenceItem, presenceKey } from '../../shared/sync/store.ts';
import { syncWork } from '../../shared/sync/work.ts';
import { aGrant, T0 } from '../grants/a-grant.ts';
import { anIdentityProvider } from '../identity-providers/an-identity-provider.ts';
import { anEngine, Died } from '../rig/engine.ts';

const HOUR = 60 * MINUTE_MS;
const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'test', source: null } as const;

/** A cluster that holds what `held` holds, and a grant for it that was just made. */
async function aWorld() {
  const engine = anEngine(T0);
  const { ids, commit, table, time } = engine;
  const place = { federationId: ids.next('fed'), organizationId: ids.next('org'), projectId: ids.next('prj') };
  const [clusterId, identityProviderId] = [ids.next('cls'), ids.next('idp')];
  const cluster = Cluster.parse({
    ...{ ...place, id: clusterId, version: 1, revision: 1, name: 'payments', kind: 'CLUSTER', tier: 'SELF_MANAGED' },
    ...{ distribution: 'ENTERPRISE', mongoDbVersion: '7.0.12', verdictMaxAge: 0, createdAt: T0, updatedAt: T0 },
    connector: { type: 'mongodb', uris: ['mongodb://db0'], authNamePrefix: 'acme', username: 'u', sealedPassword: 's' },
  });
  const idp = { ...anIdentityProvider(), id: identityProviderId, federationId: place.federationId };
  const connection = newConnection(place, identityProviderId, T0);
  const writes = [
    clusterItem.create(cluster, () => 'stale'),
    ...holdingWrites(undefined, place.projectId, clusterId, true),
    identityProviderItem.create(idp, () => 'stale'),
    connectionItem.create(connection, () => 'stale'),
    gateItem.create(newGate(identityProviderId), () => 'stale'),
  ];
  await commit({ writes, audit: [], events: [] }, CAUSE);

  const held = new Map<string, unknown>();
  const calls: string[] = [];
  let during: () => Promise<void> = async () => {};
  let isAway = false;
  const connector: Connector = {
    holds: true,
    async applyPrincipal(on, { holder, access }) {
      const name = `${holder.identityProvider.shortName} ${holder.principal.name}`;
      calls.push(
        `${access ? 'put' : 'drop'} ${name} at ${on.connector.type === 'mongodb' ? on.connector.uris[0] : ''}`,
      );
      if (isAway) throw new ConnectorFault('It is away.');
      if (access) held.set(name, access);
      else held.delete(name);
      await during();
    },
  };
  const parts = { ...engine, connectors: new Map([['mongodb', connector]]) };

  const grantOf = (part: Partial<Grant> = {}) => aGrant({ ...place, id: ids.next('grt'), identityProviderId, ...part });
  const planning = async (grant: Grant) => ({
    surroundings: await surroundingsOf(table, grant),
    now: time.read(),
    intervalId: ids.next('evt'),
  });
  const presence = presenceKey(presenceId({ ...place, clusterId, identityProviderId, principal: grantOf().principal }));
  return {
    ...engine,
    ...{ parts, held, calls, cluster, idp, presence },
    away: (value: boolean) => {
      isAway = value;
    },
    /** What happens while the cluster is being called. */
    meanwhile: (what: () => Promise<void>) => {
      during = async () => {
        during = async () => {};
        await what();
      };
    },
    async grant(part: Partial<Grant> = {}): Promise<Grant> {
      const grant = grantOf(part);
      await commit(planCreation(grant, await planning(grant)), CAUSE);
      return grant;
    },
    async end({ id }: Grant): Promise<void> {
      const before = await grantItem.read(table, grantKey(id));
      if (!before) throw new Error('there is no such grant');
      await commit(planEnd(before, ended(before, 'ENDED', time.read()), await planning(before)), CAUSE);
    },
    /** Everything that the queues have been told, and what follows from it. */
    async work(commitOfSync: Commit = commit): Promise<void> {
      for (let round = 0; round < 20 && engine.nudged.length > 0; round++) {
        for (const { key } of engine.nudged.splice(0)) {
          if (key.sk === 'SYNC_ORDER') await orderWork(engine)(key, 'test');
          if (key.sk === 'PRESENCE') await syncWork({ ...parts, commit: commitOfSync })(key, 'test');
        }
      }
    },
    look: () => syncWork(parts)(presence, 'test'),
    async view({ id }: Grant) {
      const grant = await grantItem.read(table, grantKey(id));
      if (!grant) throw new Error('there is no such grant');
      const { status, clusters } = viewGrant(grant, await surroundingsOf(table, grant), time.read());
      return { status, ...clusters[0] };
    },
  };
}

/** Dies at its n-th commit, before or after it. */
function dyingAt(commit: Commit, step: number, isAfter: boolean): Commit {
  let count = 0;
  return async (...call) => {
    const isNow = ++count === step;
    if (isNow && !isAfter) throw new Died('before the commit');
    await commit(...call);
    if (isNow) throw new Died('after the commit');
  };
}

describe('A5 A8 what lies on a cluster, wherever a function dies', () => {
  const deaths = [1, 2].flatMap((step) => [false, true].map((isAfter) => ({ step, isAfter })));

  it.each(deaths)('is put there all the same: commit $step, after it: $isAfter', async ({ step, isAfter }) => {
    const world = await aWorld();
    const grant = await world.grant();
    await world.work(dyingAt(world.commit, step, isAfter)).catch(() => {});
    world.time.pass(LEASE_MS);
    await world.look(); // as the dispatcher finds it
    expect(world.held.size).toBe(1);
    expect(await world.view(grant)).toMatchObject({ status: 'ACTIVE', state: 'IN_SYNC' });
  });

  it.each(deaths)('is taken from there all the same: commit $step, after it: $isAfter', async ({ step, isAfter }) => {
    const world = await aWorld();
    const grant = await world.grant();
    await world.work();
    world.time.set(T0 + 6 * HOUR);
    await syncWork({ ...world.parts, commit: dyingAt(world.commit, step, isAfter) })(world.presence, 'test').catch(
      () => {},
    );
    world.time.pass(LEASE_MS);
    await world.look();
    expect(world.held.size).toBe(0);
    expect(await world.view(grant)).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
    expect(await presenceItem.read(world.table, world.presence)).toBeUndefined();
  });

  it('is looked at again when a grant ends while it is being put there', async () => {
    const world = await aWorld();
    const grant = await world.grant();
    world.meanwhile(async () => {
      await world.end(grant);
      const orders = world.nudged.splice(0).filter(({ key }) => key.sk === 'SYNC_ORDER');
      for (const { key } of orders) await orderWork(world)(key, 'test');
    });
    await world.work();
    expect(world.calls.map((call) => call.split(' ')[0])).toEqual(['put', 'drop']);
    expect(world.held.size).toBe(0);
    expect(await world.view(grant)).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
  });

  it('is not taken for absent when the try to put it there did not answer', async () => {
    const world = await aWorld();
    world.away(true);
    const grant = await world.grant();
    await world.work();
    await world.end(grant);
    await world.work();
    expect(await world.view(grant)).toMatchObject({ status: 'ENDING', detail: 'It is away.' });
    world.away(false);
    world.time.pass(MINUTE_MS);
    await world.look();
    expect(world.calls.at(-1)).toMatch(/^drop/);
    expect(await world.view(grant)).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
  }, 20_000);

  it('is found by its name also when the identity provider has been deleted', async () => {
    const world = await aWorld();
    await world.grant();
    await world.work();
    const stored = await identityProviderItem.read(world.table, identityProviderKey(world.idp.id));
    if (!stored) throw new Error('it was not stored');
    await world.commit({ writes: [identityProviderItem.remove(stored)], audit: [], events: [] }, CAUSE);
    world.time.set(T0 + 7 * HOUR);
    await world.look();
    expect(world.held.size).toBe(0);
  });

  it('is put anew where another connector leads', async () => {
    const world = await aWorld();
    await world.grant();
    await world.work();
    const stored = await clusterItem.read(world.table, clusterKey(world.cluster.id));
    if (stored?.connector.type !== 'mongodb') throw new Error('it was not stored');
    const moved = { ...stored, connector: { ...stored.connector, uris: ['mongodb://db9'] } };
    await world.commit({ writes: [clusterItem.replace(moved)], audit: [], events: [] }, CAUSE);
    await world.look();
    expect(world.calls.at(-1)).toMatch(/^put .* at mongodb:\/\/db9$/);
  });
});

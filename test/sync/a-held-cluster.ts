/** A cluster that holds users, a principal with grants there, and a connector that remembers what it was told. */
import type { Cluster } from '../../shared/clusters/schema.ts';
import { clusterItem } from '../../shared/clusters/store.ts';
import { newConnection } from '../../shared/connections/rules.ts';
import { connectionItem } from '../../shared/connections/store.ts';
import type { Connector, Wish } from '../../shared/connectors/connector.ts';
import { planCreation } from '../../shared/grants/plans.ts';
import type { Grant } from '../../shared/grants/schema.ts';
import { identityProviderItem } from '../../shared/identity-providers/store.ts';
import type { Write } from '../../shared/platform/table.ts';
import { newPresence } from '../../shared/sync/rules.ts';
import type { Place } from '../../shared/sync/schema.ts';
import { presenceId, presenceItem, presenceKey } from '../../shared/sync/store.ts';
import { syncWork } from '../../shared/sync/work.ts';
import { aGrant, T0 } from '../grants/a-grant.ts';
import { anIdentityProvider } from '../identity-providers/an-identity-provider.ts';
import type { Engine } from '../rig/engine.ts';

const stale = (): 'stale' => 'stale';

export async function aHeldCluster(engine: Engine) {
  const { table, ids, commit } = engine;
  const write = (...writes: Write[]) =>
    commit(
      { writes, audit: [], events: [] },
      { actor: { type: 'SYSTEM', id: 'test' }, now: engine.clock(), correlationId: 'test', source: null },
    );
  const tenants = { federationId: ids.next('fed'), organizationId: ids.next('org'), projectId: ids.next('prj') };
  const identityProvider = anIdentityProvider({ id: ids.next('idp'), federationId: tenants.federationId });
  const principal = { type: 'GROUP', name: 'db-oncall' } as const;
  const place: Place = {
    ...{ ...tenants, clusterId: ids.next('cls'), identityProviderId: identityProvider.id, principal },
  };
  const cluster: Cluster = {
    ...{ id: place.clusterId, ...tenants, version: 1, revision: 1, name: 'c', kind: 'CLUSTER', tier: 'SELF_MANAGED' },
    ...{ distribution: 'ENTERPRISE', mongoDbVersion: '8.0.0', verdictMaxAge: 0, createdAt: T0, updatedAt: T0 },
    connector: {
      ...{ type: 'mongodb', uris: ['mongodb://db0:27017'], authNamePrefix: 'acme', username: 'sallyport' },
      sealedPassword: '',
    },
  };
  const connection = newConnection(tenants, identityProvider.id, T0);
  await write(
    clusterItem.create(cluster, stale),
    identityProviderItem.create(identityProvider, stale),
    connectionItem.create(connection, stale),
  );

  const wishes: Wish[] = [];
  const answers: ((signal: AbortSignal) => Promise<void>)[] = [];
  const connector: Connector = {
    holds: true,
    async applyPrincipal(_cluster, wish, signal) {
      wishes.push(wish);
      await answers.shift()?.(signal);
    },
  };
  const id = presenceId(place);
  return {
    ...{ place, cluster, connection, identityProvider, principal, write },
    /** What the connector was asked for, in order. */
    wishes,
    /** How its next calls go; further ones succeed. */
    answers,
    presence: () => presenceItem.read(table, presenceKey(id)),
    /** Has the place looked at, as an order does. */
    ask: async () => {
      const known = await presenceItem.read(table, presenceKey(id));
      const now = engine.clock();
      await write(
        known
          ? presenceItem.replace({ ...known, askedAt: now })
          : presenceItem.create(newPresence(id, place, now), stale),
      );
    },
    grant: async (part: Partial<Grant> = {}): Promise<Grant> => {
      const grant = aGrant({ ...place, id: ids.next('grt'), clusterIds: [cluster.id], ...part });
      const surroundings = { connection, clusterIds: [], frozen: [], standings: new Map() };
      const planning = { surroundings, now: T0, intervalId: ids.next('evt') };
      await write(...planCreation(grant, planning).writes);
      return grant;
    },
    /** What its function does with the message about it. */
    work: (parts: Partial<Engine> = {}) =>
      syncWork({ ...engine, ...parts, connectors: new Map([['mongodb', connector]]) })(presenceKey(id), 'test'),
  };
}

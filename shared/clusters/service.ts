/** What callers ask of clusters. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize, type Place } from '../callers/rights.ts';
import { type Connectors, connectorFor } from '../connectors/connector.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Table, Write } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import { orderSync } from '../sync/orders.ts';
import type { Project } from '../tenants/schema.ts';
import type { Connector, NewConnector } from './connector-schema.ts';
import { sealedPassword } from './connector-secret.ts';
import { holdingItem, holdingKey, holdingWrites } from './holding.ts';
import {
  changedCluster,
  checkConnector,
  newCluster,
  planChange,
  planCreation,
  planRemoval,
  viewCluster,
} from './rules.ts';
import type { Cluster, ClusterChange, NewCluster } from './schema.ts';
import { clusterItem, clusterKey } from './store.ts';

export interface ClusterParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  readonly sealer: Sealer;
  readonly connectors: Connectors;
}

export const placeOfCluster = ({ id, federationId, organizationId, projectId }: Cluster): Place => ({
  federationId,
  organizationId,
  projectId,
  clusterId: id,
});

export const clusterService = ({ table, ids, pager, sealer, connectors }: ClusterParts) => {
  const fresh = async (id: string): Promise<Cluster> => {
    const cluster = await clusterItem.read(table, clusterKey(id));
    if (!cluster) throw new Problem('not-found', {});
    return cluster;
  };

  /** What else changes with a cluster that holds users and roles, or no longer does. */
  const besideOf = async (cluster: Cluster, holds: boolean, isNews: boolean, now: Instant): Promise<Write[]> => {
    const { id: clusterId, projectId } = cluster;
    const holding = await holdingItem.read(table, holdingKey(projectId));
    const writes = holdingWrites(holding, projectId, clusterId, holds);
    return holds && isNews ? [...writes, orderSync({ kind: 'CLUSTER', clusterId }, ids.next('evt'), now)] : writes;
  };
  const holds = (cluster: Cluster): boolean => connectorFor(connectors, cluster).holds;

  /** @throws Problem `invalid-body` for a type that this release has no connector for */
  const kept = (clusterId: string, wish: NewConnector): Connector => {
    if (!connectors.has(wish.type)) {
      throw refuseField('/connector/type', `This release has no connector "${wish.type}". Use introspection.`);
    }
    if (wish.type === 'introspection') return wish;
    const { password, ...rest } = wish;
    return { ...rest, sealedPassword: sealedPassword(sealer, clusterId, password) };
  };

  return {
    /** @throws Problem `not-found` · `forbidden` */
    async find(call: Call, id: string): Promise<Cluster> {
      const cluster = await fresh(id);
      authorize(call, placeOfCluster(cluster));
      return cluster;
    },

    /** @throws Problem `invalid-body` for a tier or version without workforce access · `name-taken` */
    create: (call: Call, project: Project, wish: NewCluster) =>
      call.transact(async (now) => {
        const id = ids.next('cls');
        const cluster = newCluster(id, { ...wish, connector: kept(id, wish.connector) }, project, now);
        const beside = await besideOf(cluster, holds(cluster), true, now);
        return { plan: planCreation(cluster, beside), view: viewCluster(cluster) };
      }),

    change: (call: Call, { id }: Cluster, wish: ClusterChange) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        checkIfMatch(call.ifMatch, before.revision);
        const connector = wish.connector && kept(id, wish.connector);
        checkConnector(before.connector, connector);
        const after = changedCluster(before, { ...wish, connector }, now);
        const beside = await besideOf(after, holds(after), connector !== undefined, now);
        return { plan: planChange(before, after, beside), view: viewCluster(after) };
      }),

    /** Grants that name it hold nothing up: they no longer reach it. */
    remove: (call: Call, { id }: Cluster) =>
      call.transact(async (now) => {
        const cluster = await fresh(id);
        checkIfMatch(call.ifMatch, cluster.revision);
        const beside = await besideOf(cluster, false, false, now);
        return { plan: planRemoval(cluster, beside), view: viewCluster(cluster) };
      }),

    list: (project: Project, query: ListQuery) =>
      listChildren({ table, pager }, clusterItem, project.id, query, (all) => all.map(viewCluster)),
  };
};
export type ClusterService = ReturnType<typeof clusterService>;

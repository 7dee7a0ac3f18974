/** What callers ask of clusters. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize, type Place } from '../callers/rights.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Project } from '../tenants/schema.ts';
import { changedCluster, newCluster, planChange, planCreation, planRemoval, viewCluster } from './rules.ts';
import type { Cluster, ClusterChange, NewCluster } from './schema.ts';
import { clusterItem, clusterKey } from './store.ts';

export interface ClusterParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
}

export const placeOfCluster = ({ id, federationId, organizationId, projectId }: Cluster): Place => ({
  federationId,
  organizationId,
  projectId,
  clusterId: id,
});

export const clusterService = ({ table, ids, pager }: ClusterParts) => {
  const fresh = async (id: string): Promise<Cluster> => {
    const cluster = await clusterItem.read(table, clusterKey(id));
    if (!cluster) throw new Problem('not-found', {});
    return cluster;
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
        const cluster = newCluster(ids.next('cls'), wish, project, now);
        return { plan: planCreation(cluster), view: viewCluster(cluster) };
      }),

    change: (call: Call, { id }: Cluster, wish: ClusterChange) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        checkIfMatch(call.ifMatch, before.revision);
        const after = changedCluster(before, wish, now);
        return { plan: planChange(before, after), view: viewCluster(after) };
      }),

    /** Grants that name it hold nothing up: they no longer reach it. */
    remove: (call: Call, { id }: Cluster) =>
      call.transact(async () => {
        const cluster = await fresh(id);
        checkIfMatch(call.ifMatch, cluster.revision);
        return { plan: planRemoval(cluster), view: viewCluster(cluster) };
      }),

    list: (project: Project, query: ListQuery) =>
      listChildren({ table, pager }, clusterItem, project.id, query, (all) => all.map(viewCluster)),
  };
};
export type ClusterService = ReturnType<typeof clusterService>;

/** What a grant's view needs beside it: its connection, and the clusters that 'all' means now. */
import { connectionItem, connectionKey } from '../connections/store.ts';
import { childrenOf } from '../platform/item.ts';
import type { Table } from '../platform/table.ts';
import type { Grant } from './schema.ts';
import type { Surroundings } from './view.ts';

/** Clusters of a project that a view lists: a page of a hundred grants stays far below what one answer holds (6 MB). */
const CLUSTERS_SHOWN_MAX = 100;

/** Reads each connection and each project once for all views of one answer. */
export function surroundingsReader(table: Table) {
  const connections = new Map<string, Promise<Surroundings['connection']>>();
  const clusters = new Map<string, Promise<string[]>>();
  const once = <T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> => {
    const found = known.get(key) ?? read();
    known.set(key, found);
    return found;
  };
  const clusterIds = (projectId: string) =>
    once(clusters, projectId, async () => {
      const partition = childrenOf(projectId, 'CLUSTER');
      const { items } = await table.query({ index: 'children', partition, limit: CLUSTERS_SHOWN_MAX });
      return items.map(({ id }) => String(id));
    });
  return {
    clusterIds,
    async of(grant: Grant): Promise<Surroundings> {
      const key = connectionKey(grant.organizationId, grant.identityProviderId);
      const [connection, ids] = await Promise.all([
        once(connections, key.pk + key.sk, () => connectionItem.read(table, key)),
        grant.clusterIds === null ? clusterIds(grant.projectId) : [],
      ]);
      return { connection, clusterIds: ids };
    },
  };
}

export const surroundingsOf = (table: Table, grant: Grant): Promise<Surroundings> =>
  surroundingsReader(table).of(grant);

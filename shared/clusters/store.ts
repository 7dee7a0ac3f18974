import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { Cluster } from './schema.ts';

export const clusterItem = itemKind<Cluster>({
  name: 'CLUSTER',
  schema: Cluster,
  key: ({ id }) => clusterKey(id),
  parentKey: ({ projectId }) => childrenOf(projectId, 'CLUSTER'),
});
export const clusterKey = (id: string): Key => ({ pk: id, sk: 'CLUSTER' });

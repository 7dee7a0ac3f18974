import { clusterItem } from '../clusters/store.ts';
import { isConnected } from '../connections/rules.ts';
import { connectionItem } from '../connections/store.ts';
import { everyChild } from '../platform/children.ts';
import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key, Table } from '../platform/table.ts';
import { projectItem } from '../tenants/store.ts';
import { dueAt } from './rules.ts';
import { ClusterProgress, type Position, Revocation } from './schema.ts';

export const revocationItem = itemKind<Revocation>({
  name: 'REVOCATION',
  schema: Revocation,
  key: ({ id }) => revocationKey(id),
  parentKey: ({ identityProviderId }) => childrenOf(identityProviderId, 'REVOCATION'),
  dueAt,
});
export const revocationKey = (id: string): Key => ({ pk: id, sk: 'REVOCATION' });

const PROGRESS = 'CLUSTER_PROGRESS';
export const progressItem = itemKind<ClusterProgress>({
  name: PROGRESS,
  schema: ClusterProgress,
  key: ({ revocationId, clusterId }) => ({ pk: revocationId, sk: `${PROGRESS}#${clusterId}` }),
});

/** One page of what clusters have said, in order of their creation. */
export async function progressPage(
  table: Table,
  revocationId: string,
  page: { after?: string | undefined; limit: number },
) {
  const { items, more } = await table.query({
    partition: revocationId,
    prefix: `${PROGRESS}#`,
    limit: page.limit,
    ...(page.after !== undefined && { after: `${PROGRESS}#${page.after}` }),
  });
  const progress = items.map((item) => progressItem.parse(item));
  return { progress, last: more ? progress.at(-1)?.clusterId : undefined };
}

/**
 * Every cluster of every organization that the IdP is connected to, in a fixed order, so that a position in it can be
 * gone on from. Clusters made meanwhile may be missed, and need not be told: they know no older key.
 */
export async function* clustersUnder(
  table: Table,
  identityProviderId: string,
  after: Position | null,
): AsyncGenerator<Position> {
  for await (const connection of everyChild(table, connectionItem, identityProviderId)) {
    const { organizationId } = connection;
    if (!isConnected(connection) || (after && organizationId < after.organizationId)) continue;
    const inside = after?.organizationId === organizationId ? after : null;
    for await (const { id: projectId } of everyChild(table, projectItem, organizationId)) {
      if (inside && projectId < inside.projectId) continue;
      for await (const { id: clusterId } of everyChild(table, clusterItem, projectId)) {
        if (inside?.projectId === projectId && clusterId <= inside.clusterId) continue;
        yield { organizationId, projectId, clusterId };
      }
    }
  }
}

/** The first of them, at most `limit`. */
export async function someClustersUnder(
  table: Table,
  identityProviderId: string,
  after: Position | null,
  limit: number,
) {
  const some: Position[] = [];
  for await (const position of clustersUnder(table, identityProviderId, after)) {
    some.push(position);
    if (some.length === limit) break;
  }
  return some;
}

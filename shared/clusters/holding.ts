/**
 * The clusters of a project that hold users and roles of ours, in one item beside the project: what a grant needs to know
 * of them is one consistent read, however many clusters there are. Those that ask us for verdicts are not in it.
 */
import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { itemKind } from '../platform/item.ts';
import { Problem } from '../platform/problems.ts';
import type { Key, Table, Write } from '../platform/table.ts';

/** Some 60 KB of the 400 that an item holds. */
const HOLDING_MAX = 2000;

const Holding = z.object({ version: z.number(), projectId: idOf('prj'), clusterIds: z.array(idOf('cls')) });
export type Holding = z.infer<typeof Holding>;

export const holdingItem = itemKind<Holding>({
  name: 'HOLDING_CLUSTERS',
  schema: Holding,
  key: ({ projectId }) => holdingKey(projectId),
});
export const holdingKey = (projectId: string): Key => ({ pk: projectId, sk: 'HOLDING_CLUSTERS' });

/** As of now (consistent read); in order of creation. */
export async function holdingClusters(table: Table, projectId: string): Promise<readonly string[]> {
  return (await holdingItem.read(table, holdingKey(projectId)))?.clusterIds ?? [];
}

/** Has the cluster among them, or no longer. @throws Problem `invalid-body` when there are too many */
export function holdingWrites(
  holding: Holding | undefined,
  projectId: string,
  clusterId: string,
  holds: boolean,
): Write[] {
  const before = holding?.clusterIds ?? [];
  if (before.includes(clusterId) === holds) return [];
  const others = before.filter((id) => id !== clusterId);
  const clusterIds = holds ? [...others, clusterId].sort() : others;
  if (clusterIds.length > HOLDING_MAX) {
    const message = `A project has at most ${HOLDING_MAX} clusters that hold users. Use another project.`;
    throw new Problem('invalid-body', {}, { errors: [{ pointer: '/connector/type', message }] });
  }
  if (!holding) return [holdingItem.create({ version: 1, projectId, clusterIds }, () => 'stale')];
  return [holdingItem.replace({ ...holding, clusterIds })];
}

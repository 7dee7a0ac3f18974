import * as z from 'zod';
import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key, Table } from '../platform/table.ts';
import { Roles } from './roles.ts';
import { dueAt } from './rules.ts';
import { Grant, Principal } from './schema.ts';

/**
 * Spreads a project's live grants over partitions of the `live` index: 10,000 that end in one second of one project
 * would else wait for one partition (1,000 writes a second), and the table with it.
 */
const LIVE_SHARDS = 8;
const shardOf = (grantId: string): number => grantId.charCodeAt(grantId.length - 1) % LIVE_SHARDS;

const livePartition = (projectId: string, identityProviderId: string, epoch: number, shard: number): string =>
  `${projectId}#${identityProviderId}#${epoch}#${shard}`;

export const grantItem = itemKind<Grant>({
  name: 'GRANT',
  schema: Grant,
  key: ({ id }) => grantKey(id),
  parentKey: ({ projectId }) => childrenOf(projectId, 'GRANT'),
  liveUnder: (grant) =>
    grant.endedAt === null
      ? livePartition(grant.projectId, grant.identityProviderId, grant.epoch, shardOf(grant.id))
      : null,
  dueAt,
});
export const grantKey = (id: string): Key => ({ pk: id, sk: 'GRANT' });

/** Up to `limit` live grants made under one epoch of a connection in one project; empty when there are none left. */
export async function liveUnderEpoch(
  table: Table,
  where: { projectId: string; identityProviderId: string; epoch: number },
  limit: number,
): Promise<Grant[]> {
  const shards = Array.from({ length: LIVE_SHARDS }, (_, shard) =>
    livePartition(where.projectId, where.identityProviderId, where.epoch, shard),
  );
  const live: Grant[] = [];
  for await (const ids of idsIn(table, shards, limit)) {
    // The index may be late: what has ended meanwhile is passed over, however many there are.
    for (let from = 0; from < ids.length && live.length < limit; from += limit) {
      const found = await table.batchGet(ids.slice(from, from + limit).map(grantKey));
      live.push(...[...found.values()].map(grantItem.parse).filter(({ endedAt }) => endedAt === null));
    }
    if (live.length >= limit) break;
  }
  return live.slice(0, limit);
}

/** A page of each partition at a time, until they have no more. */
async function* idsIn(table: Table, partitions: readonly string[], limit: number): AsyncGenerator<string[]> {
  let open: { readonly partition: string; readonly after?: string }[] = partitions.map((partition) => ({ partition }));
  while (open.length > 0) {
    const pages = await Promise.all(
      open.map(async (at) => ({ ...at, ...(await table.query({ index: 'live', ...at, limit })) })),
    );
    yield pages.flatMap(({ items }) => items.map(({ pk }) => String(pk)));
    open = pages.flatMap(({ partition, items, more }) =>
      more ? [{ partition, after: String(items.at(-1)?.id) }] : [],
    );
  }
}

/**
 * What a grant allowed from one change to the next: appended by every change, never rewritten. It holds from `from`
 * until `until` or the next interval's `from`, whichever comes first.
 */
export const Interval = z.object({
  id: z.string(),
  version: z.number(),
  grantId: z.string(),
  from: z.number(),
  until: z.number().nullable(),
  principal: Principal,
  roles: Roles,
  clusterIds: z.array(z.string()).nullable(),
});
export type Interval = z.infer<typeof Interval>;

export const intervalItem = itemKind<Interval>({
  name: 'INTERVAL',
  schema: Interval,
  key: ({ grantId, id }) => ({ pk: grantId, sk: `INTERVAL#${id}` }),
});

import * as z from 'zod';
import { childrenOf, itemKind } from '../platform/item.ts';
import { type Key, keyText, type Table } from '../platform/table.ts';
import { Roles } from './roles.ts';
import { dueAt } from './rules.ts';
import { Grant, Principal } from './schema.ts';

/**
 * Spreads a project's live grants over partitions of the `live` index: 10,000 that end in one second of one project
 * would else wait for one partition (1,000 writes a second), and the table with it.
 */
const LIVE_SHARDS = 8;
const PAGE = 100;
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
  const pages = await Promise.all(shards.map((partition) => table.query({ index: 'live', partition, limit })));
  const ids = pages.flatMap(({ items }) => items.map(({ pk }) => String(pk))).slice(0, limit);
  const found = await table.batchGet(ids.map(grantKey));
  return [...found.values()].map((item) => grantItem.parse(item)).filter(({ endedAt }) => endedAt === null);
}

/** Every live grant made under one epoch of a connection in one project, shard by shard, each in order of creation. */
export async function* liveGrantsUnder(
  table: Table,
  where: { projectId: string; identityProviderId: string; epoch: number },
): AsyncGenerator<{ readonly shard: number; readonly grant: Grant }> {
  for (let shard = 0; shard < LIVE_SHARDS; shard++) {
    const partition = livePartition(where.projectId, where.identityProviderId, where.epoch, shard);
    for (let after: string | undefined; ; ) {
      const page = { index: 'live' as const, partition, limit: PAGE, ...(after !== undefined && { after }) };
      const { items, more } = await table.query(page);
      const ids = items.map(({ pk }) => String(pk));
      const found = await table.batchGet(ids.map(grantKey));
      for (const id of ids) {
        const stored = found.get(keyText(grantKey(id)));
        const grant = stored && grantItem.parse(stored);
        if (grant && grant.endedAt === null) yield { shard, grant };
      }
      after = ids.at(-1);
      if (!more) break;
    }
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

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
export const shardOf = (grantId: string): number => grantId.charCodeAt(grantId.length - 1) % LIVE_SHARDS;

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

interface UnderEpoch {
  readonly projectId: string;
  readonly identityProviderId: string;
  readonly epoch: number;
}
const shardsOf = ({ projectId, identityProviderId, epoch }: UnderEpoch): string[] =>
  Array.from({ length: LIVE_SHARDS }, (_, shard) => livePartition(projectId, identityProviderId, epoch, shard));

async function stillLive(table: Table, ids: readonly string[]): Promise<Grant[]> {
  const found = await table.batchGet(ids.map(grantKey));
  return [...found.values()].map((item) => grantItem.parse(item)).filter(({ endedAt }) => endedAt === null);
}

/** Up to `limit` live grants made under one epoch of a connection in one project, as far as the index knows. */
export async function liveUnderEpoch(table: Table, where: UnderEpoch, limit: number): Promise<Grant[]> {
  const live: Grant[] = [];
  for await (const page of everyLiveUnderEpoch(table, where)) {
    live.push(...page);
    if (live.length >= limit) break;
  }
  return live.slice(0, limit);
}

const PAGE = 100;
/**
 * All of them, page by page. Each entry of the index is met once: one that is late, of a grant that has ended since, does
 * not hide the grants behind it.
 */
export async function* everyLiveUnderEpoch(table: Table, where: UnderEpoch): AsyncGenerator<Grant[]> {
  for (const partition of shardsOf(where)) {
    for (let after: string | undefined, more = true; more; ) {
      const page = await table.query({ index: 'live', partition, limit: PAGE, ...(after !== undefined && { after }) });
      const ids = page.items.map(({ pk }) => String(pk));
      yield await stillLive(table, ids);
      after = ids.at(-1);
      more = page.more && after !== undefined;
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

import { createHash } from 'node:crypto';
import { crockford32 } from '../platform/ids.ts';
import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key, Table } from '../platform/table.ts';
import { dueAt } from './rules.ts';
import { GrantOnCluster, type Place, Presence, SyncOrder } from './schema.ts';

export const presenceItem = itemKind<Presence>({
  name: 'PRESENCE',
  schema: Presence,
  key: ({ id }) => presenceKey(id),
  parentKey: ({ clusterId }) => childrenOf(clusterId, 'PRESENCE'),
  dueAt,
});
export const presenceKey = (id: string): Key => ({ pk: `PRESENCE#${id}`, sk: 'PRESENCE' });

/** The same for the same place, and spread by its last character over the shards of what falls due. */
export function presenceId({ clusterId, identityProviderId, principal }: Place): string {
  const text = JSON.stringify([clusterId, identityProviderId, principal.type, principal.name]);
  return crockford32(createHash('sha256').update(text).digest().subarray(0, 26));
}

const ON_CLUSTER = 'ON_CLUSTER';
/** Written only together with the presence of its place, whose version guards it. */
export const onClusterItem = itemKind<GrantOnCluster>({
  name: ON_CLUSTER,
  schema: GrantOnCluster,
  key: ({ grantId, clusterId }) => ({ pk: grantId, sk: `${ON_CLUSTER}#${clusterId}` }),
});

/** On every cluster where something was ever done for the grant. */
export async function seenOf(table: Table, grantId: string): Promise<GrantOnCluster[]> {
  const seen: GrantOnCluster[] = [];
  for (let after: string | undefined; ; ) {
    const page = { partition: grantId, prefix: `${ON_CLUSTER}#`, limit: 1000, ...(after !== undefined && { after }) };
    const { items, more } = await table.query(page);
    seen.push(...items.map((item) => onClusterItem.parse(item)));
    after = seen.at(-1) && `${ON_CLUSTER}#${seen.at(-1)?.clusterId}`;
    if (!more) return seen;
  }
}

export const syncOrderItem = itemKind<SyncOrder>({
  name: 'SYNC_ORDER',
  schema: SyncOrder,
  key: ({ id }) => syncOrderKey(id),
  dueAt: ({ dueAt: at }) => at,
});
const syncOrderKey = (id: string): Key => ({ pk: id, sk: 'SYNC_ORDER' });

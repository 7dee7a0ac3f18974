import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key, Table } from '../platform/table.ts';
import { dueAt } from './rules.ts';
import { Connection } from './schema.ts';

export const connectionItem = itemKind<Connection>({
  name: 'CONNECTION',
  schema: Connection,
  key: ({ organizationId, identityProviderId }) => connectionKey(organizationId, identityProviderId),
  parentKey: ({ identityProviderId }) => childrenOf(identityProviderId, 'CONNECTION'),
  dueAt,
});
export const connectionKey = (organizationId: string, identityProviderId: string): Key => ({
  pk: organizationId,
  sk: `CONNECTION#${identityProviderId}`,
});

/** An organization has a handful of IdPs; more than these are never connected. */
export const CONNECTIONS_MAX = 50;

/** All connections of an organization as of now (consistent read), also those that have ended. */
export async function connectionsOf(table: Table, organizationId: string): Promise<Connection[]> {
  const { items } = await table.query({ partition: organizationId, prefix: 'CONNECTION#', limit: CONNECTIONS_MAX });
  return items.map((item) => connectionItem.parse(item));
}

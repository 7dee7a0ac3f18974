import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { ApiKey } from './schema.ts';

export const apiKeyItem = itemKind<ApiKey>({
  name: 'API_KEY',
  schema: ApiKey,
  key: ({ id }) => apiKeyKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'API_KEY'),
});
export const apiKeyKey = (id: string): Key => ({ pk: id, sk: 'API_KEY' });

import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { dueAt } from './schedule.ts';
import { IdentityProvider } from './schema.ts';

export const identityProviderItem = itemKind<IdentityProvider>({
  name: 'IDENTITY_PROVIDER',
  schema: IdentityProvider,
  key: ({ id }) => identityProviderKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'IDENTITY_PROVIDER'),
  dueAt,
});
export const identityProviderKey = (id: string): Key => ({ pk: id, sk: 'IDENTITY_PROVIDER' });

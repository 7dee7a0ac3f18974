import { itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { AccessToken } from './schema.ts';

export const accessTokenItem = itemKind<AccessToken>({
  name: 'ACCESS_TOKEN',
  schema: AccessToken,
  key: ({ id }) => accessTokenKey(id),
  forgetAt: ({ expiresAt }) => expiresAt,
});
export const accessTokenKey = (id: string): Key => ({ pk: id, sk: 'ACCESS_TOKEN' });

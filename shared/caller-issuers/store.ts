import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { CallerIssuer } from './schema.ts';

export const callerIssuerItem = itemKind<CallerIssuer>({
  name: 'CALLER_ISSUER',
  schema: CallerIssuer,
  key: ({ id }) => callerIssuerKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'CALLER_ISSUER'),
});
export const callerIssuerKey = (id: string): Key => ({ pk: id, sk: 'CALLER_ISSUER' });

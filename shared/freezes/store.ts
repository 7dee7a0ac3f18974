import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { Freeze, Frozen } from './schema.ts';

export const freezeItem = itemKind<Freeze>({
  name: 'FREEZE',
  schema: Freeze,
  key: ({ id }) => freezeKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'FREEZE'),
});
export const freezeKey = (id: string): Key => ({ pk: id, sk: 'FREEZE' });

/** Beside its project or federation; principals are frozen in the gate of their identity provider. */
export const frozenItem = itemKind<Frozen>({ name: 'FROZEN', schema: Frozen, key: ({ id }) => frozenKey(id) });
export const frozenKey = (id: string): Key => ({ pk: id, sk: 'FROZEN' });

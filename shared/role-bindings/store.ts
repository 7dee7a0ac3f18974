import { createHash } from 'node:crypto';
import type { Principal } from '../grants/schema.ts';
import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { PersonRoles, RoleBinding } from './schema.ts';

export const roleBindingItem = itemKind<RoleBinding>({
  name: 'ROLE_BINDING',
  schema: RoleBinding,
  key: ({ id }) => roleBindingKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'ROLE_BINDING'),
});
export const roleBindingKey = (id: string): Key => ({ pk: id, sk: 'ROLE_BINDING' });

export const principalHash = ({ type, name }: Principal): string =>
  createHash('sha256').update(`${type} ${name}`).digest('base64url');

export const personRolesItem = itemKind<PersonRoles>({
  name: 'PERSON_ROLES',
  schema: PersonRoles,
  key: ({ identityProviderId, principal }) => personRolesKey(identityProviderId, principal),
  // Kept when empty, since its version must never be the same again: a plan from before would pass unseen.
  parentKey: ({ identityProviderId, bindings }) =>
    bindings.length > 0 ? childrenOf(identityProviderId, 'PERSON_ROLES') : null,
});
export const personRolesKey = (identityProviderId: string, principal: Principal): Key => ({
  pk: `PERSON_ROLES#${identityProviderId}#${principalHash(principal)}`,
  sk: 'PERSON_ROLES',
});

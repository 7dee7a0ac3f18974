/** What callers ask of role bindings. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize } from '../callers/rights.ts';
import { heldIn } from '../callers/scope-place.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { checkMayBind, checkPrincipal, planCreation, planRemoval, viewRoleBinding } from './rules.ts';
import type { NewRoleBinding, PersonRoles, RoleBinding } from './schema.ts';
import { personRolesItem, personRolesKey, roleBindingItem, roleBindingKey } from './store.ts';

export interface RoleBindingParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
}

export const roleBindingService = ({ table, ids, pager }: RoleBindingParts) => {
  const fresh = async (id: string): Promise<RoleBinding> => {
    const binding = await roleBindingItem.read(table, roleBindingKey(id));
    if (!binding) throw new Problem('not-found', {});
    return binding;
  };
  const rolesOf = ({ identityProviderId, principal }: NewRoleBinding | RoleBinding): Promise<PersonRoles | undefined> =>
    personRolesItem.read(table, personRolesKey(identityProviderId, principal));

  return {
    /** @throws Problem `not-found` · `forbidden` */
    async find(call: Call, id: string): Promise<RoleBinding> {
      const binding = await fresh(id);
      authorize(call, { federationId: binding.federationId });
      return binding;
    },

    /** @throws Problem `invalid-body` · `forbidden` for a role that is not below the caller's own · `role-bound-already` */
    create: (call: Call, federation: Federation, wish: NewRoleBinding) =>
      call.transact(async (now) => {
        const { held, place } = await heldIn(table, federation, wish.role, wish.scope);
        checkMayBind(call, wish.role, place);
        const idp = await identityProviderItem.read(table, identityProviderKey(wish.identityProviderId));
        const binding: RoleBinding = {
          id: ids.next('rbd'),
          version: 1,
          federationId: federation.id,
          identityProviderId: checkPrincipal(wish, idp, federation.id).id,
          principal: wish.principal,
          held,
          createdBy: call.caller.id,
          createdAt: now,
        };
        return { plan: planCreation(binding, await rolesOf(wish)), view: viewRoleBinding(binding) };
      }),

    /** @throws Problem `forbidden` for a role that is not below the caller's own */
    remove: (call: Call, { id }: RoleBinding) =>
      call.transact(async () => {
        const binding = await fresh(id);
        checkIfMatch(call.ifMatch, 1);
        const { role, scope, place } = binding.held;
        checkMayBind(call, role, scope.type === 'CLUSTER' ? { ...place, clusterId: scope.id } : place);
        return { plan: planRemoval(binding, await rolesOf(binding)), view: viewRoleBinding(binding) };
      }),

    list: (federation: Federation, query: ListQuery) =>
      listChildren({ table, pager }, roleBindingItem, federation.id, query, (all) => all.map(viewRoleBinding)),
  };
};
export type RoleBindingService = ReturnType<typeof roleBindingService>;

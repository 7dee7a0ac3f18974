/** Who may bind which role, and plans for role bindings. Pure. */
import { frameOf } from '../api/view.ts';
import { type Asks, allows, forbidden, heldAt, isBelow, type Place } from '../callers/rights.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import type { Plan } from '../platform/plan.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import { parentExists } from '../tenants/rules.ts';
import type { NewRoleBinding, PersonRoles, RoleBinding } from './schema.ts';
import { personRolesItem, principalHash, roleBindingItem } from './store.ts';
import type { RoleBindingView } from './view-schema.ts';

/** Of one principal: more roles than there are scopes that one person cares for. */
const BINDINGS_MAX = 50;
const WORD = 'role-binding';

export const viewRoleBinding = (binding: RoleBinding): RoleBindingView => ({
  ...frameOf({ ...binding, updatedAt: binding.createdAt, revision: 1 }),
  federationId: binding.federationId,
  identityProviderId: binding.identityProviderId,
  principal: binding.principal,
  role: binding.held.role,
  scope: binding.held.scope,
  createdBy: binding.createdBy,
});

/**
 * An owner binds any role; whoever else may bind, only what is below its own right, where it holds it.
 * @throws Problem `forbidden`
 */
export function checkMayBind({ caller, action }: Asks, role: RoleBinding['held']['role'], place: Place): void {
  if (caller.kind === 'BOOTSTRAP') return;
  const held = heldAt(caller, place);
  const may = held.some((own) => allows(own.role, action) && (own.role === 'OWNER' || isBelow(role, own.role)));
  if (!may) throw forbidden(held, action);
}

/** @throws Problem `invalid-body` for an identity provider elsewhere, or a group of one that has none */
export function checkPrincipal(
  { principal }: NewRoleBinding,
  identityProvider: IdentityProvider | undefined,
  federationId: string,
): IdentityProvider {
  if (identityProvider?.federationId !== federationId) {
    throw refuseField('/identityProviderId', 'There is no such identity provider in this federation.');
  }
  if (principal.type === 'GROUP' && identityProvider.authorizationType !== 'GROUP') {
    const message = `${identityProvider.id} authorizes by USER: its tokens’ groups are not looked at. Bind a USER.`;
    throw refuseField('/principal/type', message);
  }
  return identityProvider;
}

const audit = (verb: string, before: RoleBinding | null, after: RoleBinding | null, one: RoleBinding) => ({
  federationId: one.federationId,
  action: `${WORD}.${verb}`,
  resource: { type: WORD, id: one.id },
  before: before && viewRoleBinding(before),
  after: after && viewRoleBinding(after),
});

const isSame = (one: PersonRoles['bindings'][number]['held'], other: RoleBinding['held']): boolean =>
  one.role === other.role && one.scope.type === other.scope.type && one.scope.id === other.scope.id;

/** @throws Problem `role-bound-already` · `invalid-body` for more roles than one principal may have */
export function planCreation(binding: RoleBinding, roles: PersonRoles | undefined): Plan {
  const same = roles?.bindings.find(({ held }) => isSame(held, binding.held));
  if (same) throw new Problem('role-bound-already', { roleBindingId: same.id });
  if (roles && roles.bindings.length >= BINDINGS_MAX) {
    throw refuseField('/principal', `At most ${BINDINGS_MAX} roles are bound to one principal. Bind a wider scope.`);
  }
  const { identityProviderId, principal } = binding;
  const bindings = [...(roles?.bindings ?? []), { id: binding.id, held: binding.held }];
  const after = { version: 1, id: principalHash(principal), identityProviderId, principal, bindings };
  return {
    writes: [
      roleBindingItem.create(binding, () => 'stale'),
      roles ? personRolesItem.replace({ ...roles, bindings }) : personRolesItem.create(after, () => 'stale'),
      parentExists.federation(binding.federationId),
      identityProviderItem.exists(identityProviderKey(identityProviderId), () => new Problem('not-found', {})),
    ],
    audit: [audit('create', null, binding, binding)],
    events: [],
  };
}

/** The person's next call is without it. */
export function planRemoval(binding: RoleBinding, roles: PersonRoles | undefined): Plan {
  const bindings = roles?.bindings.filter(({ id }) => id !== binding.id) ?? [];
  return {
    writes: [roleBindingItem.remove(binding), ...(roles ? [personRolesItem.replace({ ...roles, bindings })] : [])],
    audit: [audit('delete', binding, null, binding)],
    events: [],
  };
}

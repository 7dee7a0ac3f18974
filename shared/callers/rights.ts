/** Who may what: one table, from which the checks, the OpenAPI document and docs/rights.md are made. Pure. */
import { Problem } from '../platform/problems.ts';
import type { Caller, Held, Role, Scope } from './schema.ts';

const OWNER = 'OWNER';
const ACCESS_ADMINISTRATOR = 'ACCESS_ADMINISTRATOR';
const REQUESTER = 'REQUESTER';
const INCIDENT_RESPONDER = 'INCIDENT_RESPONDER';
const AUDITOR = 'AUDITOR';
const DATA_PLANE = 'DATA_PLANE';

const readers: readonly Role[] = [OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR];
const readersAndRequester: readonly Role[] = [...readers, REQUESTER];
const inspectors: readonly Role[] = [OWNER, INCIDENT_RESPONDER, AUDITOR];

/** Action → roles that may do it within their scope (api.md, Semantics: who may what). */
export const RIGHTS = {
  /** Only the bootstrap key, which stands above federations. */
  'federation.create': [],
  'federation.read': readers,
  'federation.write': [OWNER],
  'organization.read': readers,
  'organization.write': [OWNER],
  'project.read': readers,
  'project.write': [OWNER],
  'cluster.read': readersAndRequester,
  'cluster.write': [OWNER],
  'domain.read': readers,
  'domain.write': [OWNER],
  'identity-provider.read': readersAndRequester,
  'identity-provider.write': [OWNER],
  'connection.read': readers,
  'connection.write': [OWNER],
  'custom-role.read': readersAndRequester,
  'custom-role.write': [OWNER, ACCESS_ADMINISTRATOR],
  'access-policy.read': readersAndRequester,
  'access-policy.write': [OWNER, ACCESS_ADMINISTRATOR],
  'grant.read': readersAndRequester,
  'grant.write': [OWNER, ACCESS_ADMINISTRATOR, REQUESTER],
  'freeze.read': readers,
  'freeze.write': [OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER],
  'freeze.lift': [OWNER, ACCESS_ADMINISTRATOR],
  'revocation.read': readers,
  'revocation.write': [OWNER, INCIDENT_RESPONDER],
  'api-key.read': inspectors,
  'api-key.write': [OWNER],
  'role-binding.read': readers,
  'role-binding.write': [OWNER, ACCESS_ADMINISTRATOR],
  'caller-issuer.read': inspectors,
  'caller-issuer.write': [OWNER],
  'webhook.read': readers,
  'webhook.write': [OWNER],
  'hook.read': readers,
  'hook.write': [OWNER],
  'audit-event.read': inspectors,
  'verdict.introspect': [OWNER, DATA_PLANE],
} as const satisfies Record<string, readonly Role[]>;
export type Action = keyof typeof RIGHTS;

/** Roles that see and change only what they made themselves. */
export const OWN_ONLY: Readonly<Partial<Record<Action, readonly Role[]>>> = {
  'grant.read': [REQUESTER],
  'grant.write': [REQUESTER],
};

/** Where a thing stands: every thing carries the identifiers of all it lies in, since none ever moves. */
export interface Place {
  readonly federationId: string;
  readonly organizationId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly clusterId?: string | undefined;
}

/** Whether the place lies in the scope. */
export function covers(scope: Scope, place: Place): boolean {
  switch (scope.type) {
    case 'FEDERATION':
      return place.federationId === scope.id;
    case 'ORGANIZATION':
      return place.organizationId === scope.id;
    case 'PROJECT':
      return place.projectId === scope.id;
    case 'CLUSTER':
      return place.clusterId === scope.id;
  }
}

export const allows = (role: Role, action: Action): boolean => {
  const roles: readonly Role[] = RIGHTS[action];
  return roles.includes(role);
};

const ACTIONS = Object.keys(RIGHTS).filter((name): name is Action => name in RIGHTS);

/** Whether everything that `lesser` may do `greater` may do too, and more. */
export const isBelow = (lesser: Role, greater: Role): boolean =>
  ACTIONS.every((action) => !allows(lesser, action) || allows(greater, action)) &&
  ACTIONS.some((action) => allows(greater, action) && !allows(lesser, action));

/** Of a caller: who it is, and what it is about to do. */
export interface Asks {
  readonly caller: Caller;
  readonly action: Action;
}

/** What the caller holds that reaches the place. */
export const heldAt = (caller: Caller, place: Place): readonly Held[] =>
  caller.holds.filter(({ scope }) => covers(scope, place));

/**
 * Lets the caller pass, or refuses.
 * @throws Problem `not-found` outside its scope (as if the thing did not exist) · `forbidden` inside, without the right
 */
export function authorize({ caller, action }: Asks, place: Place): void {
  if (caller.kind === 'BOOTSTRAP') return;
  const held = heldAt(caller, place);
  if (held.length === 0) throw new Problem('not-found', {});
  if (!held.some(({ role }) => allows(role, action))) throw forbidden(held, action);
}

/** For what has no place yet, or a place for each item. @throws Problem `forbidden` when no role of the caller has the right */
export function authorizeAnywhere({ caller, action }: Asks): void {
  if (caller.kind === 'BOOTSTRAP') return;
  if (!caller.holds.some(({ role }) => allows(role, action))) throw forbidden(caller.holds, action);
}

export function forbidden(held: readonly Held[], action: Action): Problem {
  const role = [...new Set(held.map(({ role }) => role))].join(' and ');
  const askWhom = allows('OWNER', action) ? 'an owner of this scope' : 'the operator, who has the bootstrap key';
  return new Problem('forbidden', { role, action, askWhom });
}

/** Whether a right of the caller reaches what others made there, too. */
export function seesOthers({ caller, action }: Asks, place: Place): boolean {
  if (caller.kind === 'BOOTSTRAP') return true;
  return heldAt(caller, place).some(({ role }) => allows(role, action) && !OWN_ONLY[action]?.includes(role));
}

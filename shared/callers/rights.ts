/** Who may what: one table, from which the checks, the OpenAPI document and the docs are made. Pure. */
import { Problem } from '../platform/problems.ts';
import type { Caller, Role, Scope } from './schema.ts';

const OWNER = 'OWNER';
const ACCESS_ADMINISTRATOR = 'ACCESS_ADMINISTRATOR';
const REQUESTER = 'REQUESTER';
const INCIDENT_RESPONDER = 'INCIDENT_RESPONDER';
const AUDITOR = 'AUDITOR';
const DATA_PLANE = 'DATA_PLANE';

const readers: readonly Role[] = [OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR];
const readersAndRequester: readonly Role[] = [...readers, REQUESTER];
const grantors: readonly Role[] = [OWNER, ACCESS_ADMINISTRATOR, REQUESTER];

/** Action → roles that may do it within their scope (api.md, Semantics: who may what). */
export const RIGHTS = {
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
  /** A requester: its own only (see `mayTouchGrant`). */
  'grant.read': readersAndRequester,
  'grant.write': grantors,
  'revocation.read': readers,
  'revocation.write': [OWNER, INCIDENT_RESPONDER],
  'api-key.read': [OWNER, AUDITOR],
  'api-key.write': [OWNER],
  'audit-event.read': [OWNER, AUDITOR],
  'verdict.introspect': [OWNER, DATA_PLANE],
} as const satisfies Record<string, readonly Role[]>;
export type Action = keyof typeof RIGHTS;

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

/**
 * Lets the caller pass, or refuses.
 * @throws Problem `not-found` outside its scope (as if the thing did not exist) · `forbidden` inside, without the right
 */
export function authorize(caller: Caller, action: Action, place: Place): void {
  if (caller.kind === 'BOOTSTRAP') return;
  if (!covers(caller.scope, place)) throw new Problem('not-found', {});
  if (!allows(caller.role, action)) throw new Problem('forbidden', { role: caller.role, action });
}

/** A requester sees and changes only the grants that it made. */
export const mayTouchGrant = (caller: Caller, createdBy: string): boolean =>
  caller.kind === 'BOOTSTRAP' || caller.role !== REQUESTER || caller.id === createdBy;

/** Where the thing of a scope stands: looked up once, when a role is given in it, since nothing ever moves. */
import { clusterItem, clusterKey } from '../clusters/store.ts';
import { refuseField } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { organizationItem, organizationKey, projectItem, projectKey } from '../tenants/store.ts';
import type { Place } from './rights.ts';
import type { Held, Role, Scope } from './schema.ts';

async function placeOf(table: Table, scope: Scope): Promise<Place | undefined> {
  switch (scope.type) {
    case 'FEDERATION':
      return { federationId: scope.id };
    case 'ORGANIZATION': {
      const found = await organizationItem.read(table, organizationKey(scope.id));
      return found && { federationId: found.federationId, organizationId: found.id };
    }
    case 'PROJECT': {
      const found = await projectItem.read(table, projectKey(scope.id));
      return found && { ...placeFields(found), projectId: found.id };
    }
    case 'CLUSTER': {
      const found = await clusterItem.read(table, clusterKey(scope.id));
      return found && { ...placeFields(found), projectId: found.projectId, clusterId: found.id };
    }
  }
}
const placeFields = ({ federationId, organizationId }: { federationId: string; organizationId: string }) => ({
  federationId,
  organizationId,
});

export interface HeldThere {
  readonly held: Held;
  /** With the cluster, if the scope is one. */
  readonly place: Place;
}

/**
 * The role as it is held in the scope.
 * @throws Problem `invalid-body` for what is no part of the federation, or a DATA_PLANE of more than a project
 */
export async function heldIn(table: Table, federation: Federation, role: Role, scope: Scope): Promise<HeldThere> {
  const place = await placeOf(table, scope);
  if (place?.federationId !== federation.id) {
    throw refuseField('/scope/id', `There is no such thing in ${federation.id}. Give the id of one of its own.`);
  }
  if (role === 'DATA_PLANE' && !(scope.type === 'CLUSTER' || scope.type === 'PROJECT')) {
    throw refuseField('/scope/type', 'A DATA_PLANE introspects for one CLUSTER or one PROJECT.');
  }
  const { federationId, organizationId, projectId } = place;
  return { held: { role, scope, place: { federationId, organizationId, projectId } }, place };
}

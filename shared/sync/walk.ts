/** Every place that an order is about, in a fixed order, so that it can be gone on from any of them. */
import { holdingClusters } from '../clusters/holding.ts';
import { clusterItem, clusterKey } from '../clusters/store.ts';
import { connectionsOf } from '../connections/store.ts';
import { everyLiveUnderEpoch, grantItem, grantKey, shardOf } from '../grants/store.ts';
import { everyChild } from '../platform/children.ts';
import type { Table } from '../platform/table.ts';
import { organizationItem, projectItem } from '../tenants/store.ts';
import type { OrderScope, Place } from './schema.ts';
import { presenceId, presenceItem, presenceKey } from './store.ts';

/** Where something may lie, or shall. */
export interface Stop {
  readonly place: Place;
  /** Sorts as the walk goes. */
  readonly position: string;
}

/** @param after where an earlier walk has come to; null: from the beginning */
export function walk(table: Table, scope: OrderScope, after: string | null): AsyncGenerator<Stop> {
  switch (scope.kind) {
    case 'GRANT':
      return past(after, ofGrant(table, scope.grantId));
    case 'CLUSTER':
      return past(after, ofLiveGrants(table, scope.clusterId));
    case 'PROJECT':
      return past(after, ofProject(table, scope.projectId));
    case 'FEDERATION':
      return past(after, ofFederation(table, scope.federationId));
    case 'PRINCIPAL':
      return past(after, ofPrincipal(table, scope));
  }
}

async function* past(after: string | null, stops: AsyncGenerator<Stop>): AsyncGenerator<Stop> {
  for await (const stop of stops) if (after === null || stop.position > after) yield stop;
}

const at = (...parts: readonly string[]): string => parts.join(' ');

async function* ofGrant(table: Table, grantId: string): AsyncGenerator<Stop> {
  const grant = await grantItem.read(table, grantKey(grantId));
  if (!grant) return;
  for (const clusterId of await holdingClusters(table, grant.projectId)) {
    if (grant.clusterIds?.includes(clusterId) === false) continue;
    yield { place: placeOn(clusterId, grant), position: clusterId };
  }
}

/** What is new to a cluster: the live grants of its project that reach it. */
async function* ofLiveGrants(table: Table, clusterId: string): AsyncGenerator<Stop> {
  const cluster = await clusterItem.read(table, clusterKey(clusterId));
  if (!cluster) return;
  const { projectId, organizationId } = cluster;
  for (const { identityProviderId, epoch } of await connectionsOf(table, organizationId)) {
    for await (const page of everyLiveUnderEpoch(table, { projectId, identityProviderId, epoch })) {
      for (const grant of page.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
        if (grant.clusterIds?.includes(clusterId) === false) continue;
        const position = at(identityProviderId, String(shardOf(grant.id)), grant.id);
        yield { place: placeOn(clusterId, grant), position };
      }
    }
  }
}

async function* ofProject(table: Table, projectId: string): AsyncGenerator<Stop> {
  for (const clusterId of await holdingClusters(table, projectId)) {
    for await (const presence of everyChild(table, presenceItem, clusterId)) {
      yield { place: placeOn(clusterId, presence), position: at(projectId, clusterId, presence.id) };
    }
  }
}

async function* projectsOf(table: Table, federationId: string) {
  for await (const { id: organizationId } of everyChild(table, organizationItem, federationId)) {
    for await (const { id: projectId } of everyChild(table, projectItem, organizationId)) {
      yield { organizationId, projectId };
    }
  }
}

async function* ofFederation(table: Table, federationId: string): AsyncGenerator<Stop> {
  for await (const { organizationId, projectId } of projectsOf(table, federationId)) {
    for await (const { place, position } of ofProject(table, projectId)) {
      yield { place, position: at(organizationId, position) };
    }
  }
}

/** Where it has something already: what it has nowhere cannot be taken from it. */
async function* ofPrincipal(
  table: Table,
  { federationId, identityProviderId, principal }: Extract<OrderScope, { kind: 'PRINCIPAL' }>,
): AsyncGenerator<Stop> {
  for await (const { organizationId, projectId } of projectsOf(table, federationId)) {
    for (const clusterId of await holdingClusters(table, projectId)) {
      const place = { federationId, organizationId, projectId, clusterId, identityProviderId, principal };
      if (!(await presenceItem.read(table, presenceKey(presenceId(place))))) continue;
      yield { place, position: at(organizationId, projectId, clusterId) };
    }
  }
}

const placeOn = (clusterId: string, of: Omit<Place, 'clusterId'>): Place => ({
  federationId: of.federationId,
  organizationId: of.organizationId,
  projectId: of.projectId,
  clusterId,
  identityProviderId: of.identityProviderId,
  principal: of.principal,
});

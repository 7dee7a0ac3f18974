/** The reads of a sync: everything that may speak for or against what lies on one cluster (consistent). */
import { clusterItem, clusterKey } from '../clusters/store.ts';
import { connectionItem, connectionKey } from '../connections/store.ts';
import { type Connectors, connectorFor } from '../connectors/connector.ts';
import { newCustomRoles } from '../custom-roles/rules.ts';
import { customRolesItem, customRolesKey } from '../custom-roles/store.ts';
import { freezesOfGrant } from '../freezes/rules.ts';
import { frozenItem, frozenKey } from '../freezes/store.ts';
import { liveKey, parseLiveGrants } from '../grants/live.ts';
import { gateItem, gateKey } from '../identity-providers/gate.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import type { ItemKind, Stored } from '../platform/item.ts';
import { type Key, keyText, type Table } from '../platform/table.ts';
import type { Place, Presence } from './schema.ts';
import { presenceItem } from './store.ts';
import type { Facts } from './wanted.ts';

export interface Loaded {
  readonly presence: Presence;
  readonly facts: Facts;
}

/** Undefined: there is no such presence any more. */
export async function factsOf(
  { table, connectors }: { readonly table: Table; readonly connectors: Connectors },
  key: Key,
): Promise<Loaded | undefined> {
  // Read first: whoever changes a fact after this asks the presence to look again, and makes what was decided stale.
  const presence = await presenceItem.read(table, key);
  if (!presence) return undefined;
  const keys = keysOf(presence);
  const found = await table.batchGet(Object.values(keys));
  const read = <T extends Stored>(kind: ItemKind<T>, at: Key): T | undefined => {
    const item = found.get(keyText(at));
    return item && kind.parse(item);
  };
  const cluster = read(clusterItem, keys.cluster);
  const wide = [read(frozenItem, keys.frozenProject), read(frozenItem, keys.frozenFederation)];
  return {
    presence,
    facts: {
      cluster,
      holds: cluster !== undefined && connectorFor(connectors, cluster).holds,
      identityProvider: read(identityProviderItem, keys.identityProvider),
      connection: read(connectionItem, keys.connection),
      frozen: freezesOfGrant(presence, wide, read(gateItem, keys.gate)),
      customRoles: read(customRolesItem, keys.customRoles) ?? newCustomRoles(presence.projectId),
      live: parseLiveGrants(found.get(keyText(keys.live))),
    },
  };
}

const keysOf = ({ clusterId, projectId, organizationId, federationId, identityProviderId, principal }: Place) => ({
  cluster: clusterKey(clusterId),
  identityProvider: identityProviderKey(identityProviderId),
  connection: connectionKey(organizationId, identityProviderId),
  gate: gateKey(identityProviderId),
  frozenProject: frozenKey(projectId),
  frozenFederation: frozenKey(federationId),
  customRoles: customRolesKey(projectId),
  live: liveKey(projectId, identityProviderId, principal),
});

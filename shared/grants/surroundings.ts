/** What a grant's view needs beside it: its connection, the clusters that 'all' means now, and what is frozen. */
import { connectionItem, connectionKey } from '../connections/store.ts';
import { freezesOfGrant } from '../freezes/rules.ts';
import { frozenItem, frozenKey } from '../freezes/store.ts';
import { gateItem, gateKey } from '../identity-providers/gate.ts';
import { childrenOf, type ItemKind, type Stored } from '../platform/item.ts';
import { type Item, type Key, keyText, type Table } from '../platform/table.ts';
import type { Grant } from './schema.ts';
import type { Surroundings } from './view.ts';

/** Clusters of a project that a view lists: a page of a hundred grants stays far below what one answer holds (6 MB). */
const CLUSTERS_SHOWN_MAX = 100;

type Placed = Pick<Grant, 'federationId' | 'organizationId' | 'projectId' | 'identityProviderId' | 'principal'>;

/** Reads each thing once for all views of one answer. */
export function surroundingsReader(table: Table) {
  const known = new Map<string, Promise<Item | undefined>>();
  const clusters = new Map<string, Promise<string[]>>();
  const read = async <T extends Stored>(kind: ItemKind<T>, key: Key): Promise<T | undefined> => {
    const at = keyText(key);
    const item = await once(known, at, () => table.get(key));
    return item === undefined ? undefined : kind.parse(item);
  };
  const clusterIds = (projectId: string): Promise<string[]> =>
    once(clusters, projectId, () => readClusterIds(table, projectId));
  const frozen = async (grant: Placed): Promise<string[]> => {
    const [project, federation, gate] = await Promise.all([
      read(frozenItem, frozenKey(grant.projectId)),
      read(frozenItem, frozenKey(grant.federationId)),
      read(gateItem, gateKey(grant.identityProviderId)),
    ]);
    return freezesOfGrant(grant, [project, federation], gate);
  };
  return {
    clusterIds,
    frozen,
    async of(grant: Grant): Promise<Surroundings> {
      const [connection, ids, freezes] = await Promise.all([
        read(connectionItem, connectionKey(grant.organizationId, grant.identityProviderId)),
        grant.clusterIds === null ? clusterIds(grant.projectId) : [],
        frozen(grant),
      ]);
      return { connection, clusterIds: ids, frozen: freezes };
    },
  };
}

/** One read for all who ask, unless it fails: then the next one reads again. */
function once<T>(known: Map<string, Promise<T>>, at: string, read: () => Promise<T>): Promise<T> {
  const before = known.get(at);
  if (before) return before;
  const reading = read();
  known.set(at, reading);
  reading.catch(() => known.delete(at));
  return reading;
}

async function readClusterIds(table: Table, projectId: string): Promise<string[]> {
  const partition = childrenOf(projectId, 'CLUSTER');
  const { items } = await table.query({ index: 'children', partition, limit: CLUSTERS_SHOWN_MAX });
  return items.map(({ id }) => String(id));
}

export const surroundingsOf = (table: Table, grant: Grant): Promise<Surroundings> =>
  surroundingsReader(table).of(grant);

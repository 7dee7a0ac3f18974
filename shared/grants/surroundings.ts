/** What a grant's view needs beside it: its connection, the clusters that 'all' means now, and what is frozen. */

import { holdingItem, holdingKey } from '../clusters/holding.ts';
import { connectionItem, connectionKey } from '../connections/store.ts';
import { freezesOfGrant } from '../freezes/rules.ts';
import { frozenItem, frozenKey } from '../freezes/store.ts';
import { gateItem, gateKey } from '../identity-providers/gate.ts';
import { childrenOf, type ItemKind, type Stored } from '../platform/item.ts';
import { type Item, type Key, keyText, type Table } from '../platform/table.ts';
import { presenceId, presenceItem, presenceKey, seenOf } from '../sync/store.ts';
import type { Grant } from './schema.ts';
import { useOf } from './use.ts';
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
  /** Of the clusters that it reaches, those that hold users or roles of ours. */
  const holding = async ({ projectId, clusterIds: scope }: Pick<Grant, 'projectId' | 'clusterIds'>) => {
    const found = await read(holdingItem, holdingKey(projectId));
    return (found?.clusterIds ?? []).filter((id) => scope?.includes(id) ?? true);
  };
  const standings = async (grant: Grant): Promise<Surroundings['standings']> => {
    const ids = await holding(grant);
    if (ids.length === 0) return new Map();
    const presences = ids.map((clusterId) => presenceKey(presenceId({ ...grant, clusterId })));
    const [seen, found] = await Promise.all([seenOf(table, grant.id), table.batchGet(presences)]);
    return new Map(
      ids.map((clusterId, index) => {
        const item = found.get(keyText(presences[index] ?? presenceKey('')));
        const presence = item && presenceItem.parse(item);
        return [clusterId, { seen: seen.find((one) => one.clusterId === clusterId), presence }];
      }),
    );
  };
  return {
    /** Before anything was done for it anywhere. */
    async ofNew(grant: Placed & Pick<Grant, 'clusterIds'>): Promise<Omit<Surroundings, 'connection'>> {
      const [ids, freezes, held] = await Promise.all([clusterIds(grant.projectId), frozen(grant), holding(grant)]);
      const nothing = { seen: undefined, presence: undefined };
      return { clusterIds: ids, frozen: freezes, standings: new Map(held.map((id) => [id, nothing])) };
    },
    async of(grant: Grant): Promise<Surroundings> {
      const [connection, ids, freezes, stand] = await Promise.all([
        read(connectionItem, connectionKey(grant.organizationId, grant.identityProviderId)),
        grant.clusterIds === null ? clusterIds(grant.projectId) : [],
        frozen(grant),
        standings(grant),
      ]);
      return { connection, clusterIds: ids, frozen: freezes, standings: stand };
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

/** With its use, which a list reads for a whole page. */
export async function surroundingsOf(table: Table, grant: Grant): Promise<Surroundings> {
  const [surroundings, use] = await Promise.all([surroundingsReader(table).of(grant), useOf(table, grant.id)]);
  return { ...surroundings, use };
}

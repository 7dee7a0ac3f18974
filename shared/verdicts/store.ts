/**
 * The reads of a verdict: alone in reading across capabilities, with the keys and parsers that they export. On the warm
 * path one consistent BatchGetItem holds all that can change; what it needs to know beforehand is remembered as a hint
 * and confirmed by what the same read returns.
 */
import QuickLRU from 'quick-lru';
import type { Cluster } from '../clusters/schema.ts';
import { clusterItem, clusterKey } from '../clusters/store.ts';
import { isConnected } from '../connections/rules.ts';
import { connectionItem, connectionKey, connectionsOf } from '../connections/store.ts';
import { liveKey, parseLiveGrants } from '../grants/live.ts';
import { type Gate, gateItem, gateKey } from '../identity-providers/gate.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import { own } from '../platform/json-object.ts';
import { type Item, type Key, keyText, type Table } from '../platform/table.ts';
import { checkAudience } from './claims.ts';
import type { Registered } from './facts.ts';
import { readPrincipal } from './principal.ts';
import type { Token } from './token.ts';

/** Clusters, and pairs of issuer and audience, that one instance has hints for. */
const HINTS_MAX = 10_000;
/** Reads until hints and table agree; only a change at that very moment takes a third one. */
const ROUNDS_MAX = 4;

export interface Loaded {
  /** What the caller presented, as stored. */
  readonly callerItem: Item | undefined;
  readonly cluster: Cluster | undefined;
  readonly registered: Registered | undefined;
}

type Place = Pick<Cluster, 'projectId' | 'organizationId'>;

export function verdictStore(table: Table) {
  /** Where a cluster stands never changes. */
  const places = new QuickLRU<string, Place>({ maxSize: HINTS_MAX });
  /** Which IdP a token points to, as last seen. */
  const pointers = new QuickLRU<string, IdentityProvider>({ maxSize: HINTS_MAX });

  /** Among the organization's IdPs with this issuer: connected before not, our audience before another, oldest first. */
  const findIdentityProvider = async (token: Token, organizationId: string): Promise<IdentityProvider | undefined> => {
    const connections = await connectionsOf(table, organizationId);
    const found = await table.batchGet(connections.map((one) => identityProviderKey(one.identityProviderId)));
    const issuer = own(token.claims, 'iss');
    const fitting = connections.flatMap((connection) => {
      const item = found.get(keyText(identityProviderKey(connection.identityProviderId)));
      if (!item) return [];
      const identityProvider = identityProviderItem.parse(item);
      if (identityProvider.issuerUri !== issuer) return [];
      const isOurs = checkAudience(token.claims, identityProvider.audience).ok;
      return [{ identityProvider, rank: (isOurs ? 0 : 2) + (isConnected(connection) ? 0 : 1) }];
    });
    fitting.sort(
      (one, other) => one.rank - other.rank || (one.identityProvider.id < other.identityProvider.id ? -1 : 1),
    );
    return fitting[0]?.identityProvider;
  };

  const pointerKey = (token: Token, organizationId: string): string =>
    JSON.stringify([organizationId, own(token.claims, 'iss'), own(token.claims, 'aud')]);

  const principalNames = (token: Token, identityProvider: IdentityProvider) => {
    const principal = readPrincipal(token.claims, identityProvider);
    if (!principal.ok) return { principal, names: [] };
    const { userName, groups } = principal.principal;
    return { principal, names: identityProvider.authorizationType === 'GROUP' ? groups : [userName] };
  };

  return {
    /**
     * Loads what the verdict on this token needs; without a token only caller and cluster.
     * @throws Problem `unavailable` when the table does not answer in full
     */
    async load(callerKey: Key | undefined, clusterId: string, token: Token | undefined): Promise<Loaded> {
      for (let round = 0; ; round++) {
        const place = places.get(clusterId);
        const pointer = token && place ? pointers.get(pointerKey(token, place.organizationId)) : undefined;
        const of = token && place && pointer ? keysOf(token, place, pointer, principalNames) : undefined;
        const keys = [...(callerKey ? [callerKey] : []), clusterKey(clusterId), ...(of?.keys ?? [])];
        const found = await table.batchGet(keys);
        const callerItem = callerKey && found.get(keyText(callerKey));
        const clusterFound = found.get(keyText(clusterKey(clusterId)));
        if (!clusterFound) return { callerItem, cluster: undefined, registered: undefined };
        const cluster = clusterItem.parse(clusterFound);
        places.set(clusterId, { projectId: cluster.projectId, organizationId: cluster.organizationId });
        if (!token) return { callerItem, cluster, registered: undefined };
        const registered = of && readRegistered(of, found);
        if (registered) return { callerItem, cluster, registered };
        // No hint yet, or the table says otherwise: look again which IdP it is.
        const identityProvider = await findIdentityProvider(token, cluster.organizationId);
        const key = pointerKey(token, cluster.organizationId);
        if (!identityProvider || round === ROUNDS_MAX) {
          pointers.delete(key);
          return { callerItem, cluster, registered: undefined };
        }
        pointers.set(key, identityProvider);
      }
    },
  };
}
export type VerdictStore = ReturnType<typeof verdictStore>;

type Names = (
  token: Token,
  identityProvider: IdentityProvider,
) => {
  principal: Registered['principal'];
  names: readonly string[];
};

interface Wanted {
  readonly pointer: IdentityProvider;
  readonly connectionAt: Key;
  readonly principal: Registered['principal'];
  readonly liveAt: readonly { readonly name: string; readonly key: Key }[];
  readonly keys: readonly Key[];
}

function keysOf(token: Token, place: Place, pointer: IdentityProvider, namesOf: Names): Wanted {
  const { principal, names } = namesOf(token, pointer);
  const connectionAt = connectionKey(place.organizationId, pointer.id);
  const liveAt = names.map((name) => ({
    name,
    key: liveKey(place.projectId, pointer.id, { type: pointer.authorizationType, name }),
  }));
  const keys = [identityProviderKey(pointer.id), gateKey(pointer.id), connectionAt, ...liveAt.map(({ key }) => key)];
  return { pointer, connectionAt, principal, liveAt, keys };
}

/** What the read returned, or undefined when the IdP is no longer what the hint said. */
function readRegistered(wanted: Wanted, found: ReadonlyMap<string, Item>): Registered | undefined {
  const { pointer, connectionAt, principal, liveAt } = wanted;
  const idpFound = found.get(keyText(identityProviderKey(pointer.id)));
  const gateFound = found.get(keyText(gateKey(pointer.id)));
  if (!idpFound || !gateFound) return undefined;
  const identityProvider = identityProviderItem.parse(idpFound);
  if (identityProvider.revision !== pointer.revision) return undefined;
  const gate: Gate = gateItem.parse(gateFound);
  const connectionFound = found.get(keyText(connectionAt));
  const connection = connectionFound && connectionItem.parse(connectionFound);
  const grants = liveAt.flatMap(({ name, key }) =>
    parseLiveGrants(found.get(keyText(key))).map((grant) => ({ ...grant, principalName: name })),
  );
  return { identityProvider, gate, connection, principal, grants };
}

/**
 * The reads of a verdict: alone in reading across capabilities, with the keys and parsers that they export. On the warm
 * path one consistent BatchGetItem holds all that can change; what it needs to know beforehand is remembered as a hint
 * and confirmed by what the same read returns.
 */
import { createHash } from 'node:crypto';
import QuickLRU from 'quick-lru';
import type { Caller } from '../callers/schema.ts';
import type { Cluster } from '../clusters/schema.ts';
import { clusterItem, clusterKey } from '../clusters/store.ts';
import { isConnected } from '../connections/rules.ts';
import { connectionItem, connectionKey, connectionsOf } from '../connections/store.ts';
import { customRolesItem, customRolesKey } from '../custom-roles/store.ts';
import { frozenItem, frozenKey } from '../freezes/store.ts';
import { liveKey, parseLiveGrants } from '../grants/live.ts';
import { Principal } from '../grants/schema.ts';
import { type Gate, gateItem, gateKey } from '../identity-providers/gate.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import { own } from '../platform/json-object.ts';
import { Problem } from '../platform/problems.ts';
import { type Item, type Key, keyText, type Table } from '../platform/table.ts';
import { checkAudience } from '../tokens/claims.ts';
import { readPrincipal } from '../tokens/principal.ts';
import type { Token } from '../tokens/token.ts';
import type { Registered } from './facts.ts';

/** Clusters, and pairs of issuer and audience, that one instance has hints for. */
const HINTS_MAX = 10_000;
/** Reads until hints and table agree; only a change at that very moment takes a third one. */
const ROUNDS_MAX = 4;

/** Who asks, about what. */
export interface Admitted {
  readonly cluster: Cluster;
  readonly caller: Caller;
}

export interface Loaded extends Admitted {
  readonly registered: Registered | undefined;
}

type Place = Pick<Cluster, 'projectId' | 'organizationId' | 'federationId'>;

export function verdictStore(table: Table) {
  /** Where a cluster stands never changes. */
  const places = new QuickLRU<string, Place>({ maxSize: HINTS_MAX });
  /** Which IdP a token points to, as last seen. */
  const pointers = new QuickLRU<string, IdentityProvider>({ maxSize: HINTS_MAX });

  /** Projects whose grants have named custom roles: these are read along. */
  const withCustomRoles = new QuickLRU<string, true>({ maxSize: HINTS_MAX });

  /** In the same read if that was foreseen, else in one more: what is read later is not older. */
  const readCustomRoles = async (
    projectId: string,
    grants: Registered['grants'],
    found: ReadonlyMap<string, Item>,
    wasForeseen: boolean,
  ): Promise<Registered['customRoles']> => {
    if (grants.every(({ roles }) => roles.custom.length === 0)) return { roles: [] };
    const key = customRolesKey(projectId);
    const item = wasForeseen ? found.get(keyText(key)) : await table.get(key);
    withCustomRoles.set(projectId, true);
    return item ? customRolesItem.parse(item) : { roles: [] };
  };

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

  /** What is no text names nobody; it may be nested deeper than can be written. */
  const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

  /** A hash, since a token may hold any amount of audiences. */
  const pointerKey = (token: Token, organizationId: string): string =>
    createHash('sha256')
      .update(
        JSON.stringify([organizationId, ...[own(token.claims, 'iss'), own(token.claims, 'aud')].flat().map(asText)]),
      )
      .digest('base64url');

  return {
    /**
     * Loads what the verdict on this token needs; without a token only caller and cluster. `admit` is called with
     * them, as of each read, before anything is looked for that the caller may not ask for.
     * @throws Problem `unavailable` when the table does not answer in full · whatever `admit` throws
     */
    async load(
      callerKeys: readonly Key[],
      clusterId: string,
      token: Token | undefined,
      admit: (found: ReadonlyMap<string, Item>, cluster: Cluster | undefined) => Admitted,
    ): Promise<Loaded> {
      let searched: IdentityProvider | undefined;
      for (let round = 0; round < ROUNDS_MAX; round++) {
        const place = places.get(clusterId);
        const hint = token && place && pointers.get(pointerKey(token, place.organizationId));
        const pointer = searched ?? hint;
        const wanted = token && place && pointer && keysOf(token, place, pointer);
        const rolesAt = place && withCustomRoles.has(place.projectId) ? [customRolesKey(place.projectId)] : [];
        const found = await table.batchGet([
          ...callerKeys,
          clusterKey(clusterId),
          ...(wanted?.keys ?? []),
          ...(wanted ? rolesAt : []),
        ]);
        const clusterItemFound = found.get(keyText(clusterKey(clusterId)));
        const admitted = admit(found, clusterItemFound && clusterItem.parse(clusterItemFound));
        const { cluster } = admitted;
        const { projectId, organizationId, federationId } = cluster;
        places.set(clusterId, { projectId, organizationId, federationId });
        if (!token) return { ...admitted, registered: undefined };
        const read = wanted && readRegistered(wanted, found);
        const registered = read && {
          ...read,
          customRoles: await readCustomRoles(cluster.projectId, read.grants, found, rolesAt.length > 0),
        };
        const isBest = registered !== undefined && pointsRight(token, registered);
        if (isBest) pointers.set(pointerKey(token, cluster.organizationId), registered.identityProvider);
        if (isBest || (registered && searched)) return { ...admitted, registered };
        // No hint, or one that another IdP may fit better by now: what the token points to is looked for anew.
        searched = await findIdentityProvider(token, cluster.organizationId);
        if (!searched) return { ...admitted, registered: undefined };
      }
      throw new Problem('unavailable', { what: 'The identity provider, which is being changed,' });
    },
  };
}
export type VerdictStore = ReturnType<typeof verdictStore>;

/** No other IdP of the organization can fit better, as issuer and audience are unique in a federation. */
const pointsRight = (token: Token, { identityProvider, connection }: Registered): boolean =>
  isConnected(connection) && checkAudience(token.claims, identityProvider.audience).ok;

interface Wanted {
  readonly pointer: IdentityProvider;
  readonly connectionAt: Key;
  readonly principal: Registered['principal'];
  readonly frozenAt: readonly Key[];
  readonly liveAt: readonly { readonly name: string; readonly key: Key }[];
  readonly keys: readonly Key[];
}

/** Of a name that no grant can have nothing is read; it could not even be a key. */
const isGrantable = (name: string): boolean => Principal.shape.name.safeParse(name).success;

function namesOf(principal: Registered['principal'], { authorizationType }: IdentityProvider): readonly string[] {
  if (!principal.ok) return [];
  const { userName, groups } = principal.principal;
  return (authorizationType === 'GROUP' ? groups : [userName]).filter(isGrantable);
}

function keysOf(token: Token, place: Place, pointer: IdentityProvider): Wanted {
  const principal = readPrincipal(token.claims, pointer);
  const names = namesOf(principal, pointer);
  const connectionAt = connectionKey(place.organizationId, pointer.id);
  const liveAt = names.map((name) => ({
    name,
    key: liveKey(place.projectId, pointer.id, { type: pointer.authorizationType, name }),
  }));
  const frozenAt = [frozenKey(place.projectId), frozenKey(place.federationId)];
  const keys = [
    identityProviderKey(pointer.id),
    gateKey(pointer.id),
    connectionAt,
    ...frozenAt,
    ...liveAt.map(({ key }) => key),
  ];
  return { pointer, connectionAt, principal, frozenAt, liveAt, keys };
}

/** What the read returned, or undefined when the IdP is no longer what the hint said. */
function readRegistered(wanted: Wanted, found: ReadonlyMap<string, Item>): Omit<Registered, 'customRoles'> | undefined {
  const { pointer, connectionAt, principal, frozenAt, liveAt } = wanted;
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
  const frozen = frozenAt.flatMap((key) => {
    const item = found.get(keyText(key));
    return item ? frozenItem.parse(item).freezeIds : [];
  });
  return { identityProvider, gate, frozen, connection, principal, grants };
}

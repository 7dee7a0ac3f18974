/**
 * Who a person is that shows an access token of a connected identity provider, and what it may do: by the role bindings
 * of the user and of each group in the token, read at every call.
 */
import type { Person } from '../access-tokens/schema.ts';
import type { Caller, Held } from '../callers/schema.ts';
import { isConnected } from '../connections/rules.ts';
import { connectionItem, connectionKey } from '../connections/store.ts';
import { Principal } from '../grants/schema.ts';
import { registeredFor } from '../identity-providers/registration.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import { everyChild } from '../platform/children.ts';
import { own } from '../platform/json-object.ts';
import { Problem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { CheckBearer, Proven } from '../tokens/check-bearer.ts';
import { checkAudience } from '../tokens/claims.ts';
import { readPrincipal, type TokenPrincipal } from '../tokens/principal.ts';
import type { Token } from '../tokens/token.ts';
import { personRolesItem, personRolesKey } from './store.ts';

/** A token that one identity provider vouches for. */
export interface Vouched {
  readonly identityProvider: IdentityProvider;
  readonly principal: TokenPrincipal;
  readonly proven: Proven;
}

export interface PeopleParts {
  readonly table: Table;
  readonly checkBearer: CheckBearer;
}

const isBindable = (name: string): boolean => Principal.shape.name.safeParse(name).success;

type Names = Pick<TokenPrincipal, 'userName' | 'groups'>;

const principalsOf = ({ authorizationType }: IdentityProvider, { userName, groups }: Names) => {
  const user = { type: 'USER', name: userName } as const;
  const named = groups.map((name) => ({ type: 'GROUP', name }) as const);
  return [user, ...(authorizationType === 'GROUP' ? named : [])].filter(({ name }) => isBindable(name));
};

export const peopleWith = ({ table, checkBearer }: PeopleParts) => {
  /** Identity providers, in any federation, whose issuer and audience the token names. */
  const candidatesFor = async (token: Token): Promise<IdentityProvider[]> => {
    const issuer = own(token.claims, 'iss');
    if (typeof issuer !== 'string') return [];
    const ids = await registeredFor(table, issuer, 'idp');
    const found = await table.batchGet(ids.map(identityProviderKey));
    return [...found.values()]
      .map((item) => identityProviderItem.parse(item))
      .filter((idp) => idp.issuerUri === issuer && checkAudience(token.claims, idp.audience).ok)
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  };

  /** Of what the person's bindings say, that for which the identity provider is connected now. */
  const holdsOf = async (idp: IdentityProvider, person: Names): Promise<Held[]> => {
    const keys = principalsOf(idp, person).map((principal) => personRolesKey(idp.id, principal));
    const found = [...(await table.batchGet(keys)).values()].map((item) => personRolesItem.parse(item));
    const holds = found.flatMap(({ bindings }) => bindings.map(({ held }) => held));
    const organizationIds = [...new Set(holds.flatMap(({ place }) => place.organizationId ?? []))];
    const connections = await table.batchGet(organizationIds.map((id) => connectionKey(id, idp.id)));
    const connected = [...connections.values()].map((item) => connectionItem.parse(item)).filter(isConnected);
    const connectedIds = new Set(connected.map(({ organizationId }) => organizationId));
    // What reaches the whole federation holds as long as any organization of it is connected, which the caller has seen.
    return holds.filter(({ place }) => place.organizationId === undefined || connectedIds.has(place.organizationId));
  };

  const isConnectedAnywhere = async (idp: IdentityProvider): Promise<boolean> => {
    for await (const connection of everyChild(table, connectionItem, idp.id)) if (isConnected(connection)) return true;
    return false;
  };

  const callerOf = (idp: IdentityProvider, userName: string, holds: readonly Held[]): Caller => ({
    kind: 'PERSON',
    id: `${idp.id}/${userName}`,
    actor: { type: 'CALLER', id: idp.id, subject: userName },
    holds,
    requestsPerMinute: null,
  });

  return {
    /**
     * Every connected identity provider that vouches for the token, the oldest first: one, unless federations share it.
     * @throws Problem `unavailable` when none vouches and an issuer did not answer
     */
    async vouched(token: Token): Promise<Vouched[]> {
      const vouched: Vouched[] = [];
      for (const identityProvider of await candidatesFor(token)) {
        const read = readPrincipal(token.claims, identityProvider);
        if (!read.ok || !isBindable(read.principal.userName)) continue;
        if (!(await isConnectedAnywhere(identityProvider))) continue;
        const proven = await checkBearer(token, identityProvider);
        if ('failedStep' in proven) continue;
        vouched.push({ identityProvider, principal: read.principal, proven });
      }
      return vouched;
    },

    /** @throws Problem `unauthenticated` for what nobody vouches for · `no-role-binding` */
    async callerOfToken(token: Token): Promise<Caller> {
      const vouched = await this.vouched(token);
      const [first] = vouched;
      if (!first) throw new Problem('unauthenticated', {});
      const holds = await Promise.all(
        vouched.map(({ identityProvider, principal }) => holdsOf(identityProvider, principal)),
      );
      const { userName } = first.principal;
      if (holds.flat().length === 0) throw new Problem('no-role-binding', { userName });
      return callerOf(first.identityProvider, userName, holds.flat());
    },

    /** The person whom an access token of ours was issued to. @throws Problem `no-role-binding` */
    async callerOfPerson(identityProvider: IdentityProvider, person: Person): Promise<Caller> {
      const isThere = await isConnectedAnywhere(identityProvider);
      const holds = isThere ? await holdsOf(identityProvider, person) : [];
      if (holds.length === 0) throw new Problem('no-role-binding', { userName: person.userName });
      return callerOf(identityProvider, person.userName, holds);
    },
  };
};
export type People = ReturnType<typeof peopleWith>;

/**
 * Who a person is that shows an access token of a connected identity provider, and what it may do: by the role bindings
 * of the user and of each group in the token, read at every call.
 *
 * Issuer and audience are free across federations, so that nobody can squat: several federations may believe one token.
 * Each of them knows the person by its own identity provider, and no federation ever sees another's: a call is made as
 * the caller of the federation whose things it is about.
 */
import type { Identity } from '../access-tokens/schema.ts';
import type { Caller, Held } from '../callers/schema.ts';
import { CALLS_PER_MINUTE, type Use } from '../callers/use.ts';
import { isConnected } from '../connections/rules.ts';
import type { Connection } from '../connections/schema.ts';
import { connectionItem, connectionKey } from '../connections/store.ts';
import { Principal } from '../grants/schema.ts';
import { gateItem, gateKey } from '../identity-providers/gate.ts';
import { registeredFor } from '../identity-providers/registration.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import { everyChild } from '../platform/children.ts';
import { own } from '../platform/json-object.ts';
import { Problem } from '../platform/problems.ts';
import { keyText, type Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import type { CheckBearer, Proven } from '../tokens/check-bearer.ts';
import { checkAudience } from '../tokens/claims.ts';
import { readPrincipal, type TokenPrincipal } from '../tokens/principal.ts';
import type { Token } from '../tokens/token.ts';
import { personRolesItem, personRolesKey } from './store.ts';

/** What one identity provider says of a token's bearer. */
export interface Vouched {
  readonly identity: Identity;
  readonly proven: Proven;
  readonly caller: Caller;
}

export interface PeopleParts {
  readonly table: Table;
  readonly clock: Clock;
  readonly checkBearer: CheckBearer;
  readonly use: Use;
}

/** Identity providers of other federations than the one that a call is about: the oldest are asked. */
const OTHERS_MAX = 10;
/** Of them, so many may refuse before the token counts as nobody's: it costs no more who forges one. */
const REFUSALS_MAX = 3;

/** Whom a token is shown for: the identity providers of a federation, or one of them; undefined: whoever believes it. */
export type ShownTo = { readonly federationId: string } | { readonly identityProviderId: string } | undefined;

const isBindable = (name: string): boolean => Principal.shape.name.safeParse(name).success;

type Names = Pick<TokenPrincipal, 'userName' | 'groups'>;
interface Candidate {
  readonly identityProvider: IdentityProvider;
  readonly names: Names;
}

const principalsOf = ({ identityProvider, names }: Candidate) => {
  const user = { type: 'USER', name: names.userName } as const;
  const groups = names.groups.map((name) => ({ type: 'GROUP', name }) as const);
  const all = identityProvider.authorizationType === 'GROUP' ? [user, ...groups] : [user];
  return all.filter(({ name }) => isBindable(name));
};

const callerOf = ({ identityProvider: { id }, names: { userName } }: Candidate, holds: readonly Held[]): Caller => ({
  kind: 'PERSON',
  id: `${id}/${userName}`,
  actor: { type: 'CALLER', id, subject: userName },
  holds,
  requestsPerMinute: null,
});

export const peopleWith = ({ table, clock, checkBearer, use }: PeopleParts) => {
  /** Identity providers, in any federation, whose issuer and audience the token names, and whom it names there. */
  const candidatesFor = async ({ claims }: Token): Promise<Candidate[]> => {
    const found = await table.batchGet((await registeredFor(table, claims, 'idp')).map(identityProviderKey));
    return [...found.values()]
      .map((item) => identityProviderItem.parse(item))
      .filter((idp) => idp.issuerUri === own(claims, 'iss') && checkAudience(claims, idp.audience).ok)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .flatMap((identityProvider) => {
        const read = readPrincipal(claims, identityProvider);
        return read.ok && isBindable(read.principal.userName) ? [{ identityProvider, names: read.principal }] : [];
      });
  };

  /** What the person's bindings say, connected or not. */
  const boundTo = async (candidate: Candidate): Promise<Held[]> => {
    const { id } = candidate.identityProvider;
    const found = await table.batchGet(principalsOf(candidate).map((principal) => personRolesKey(id, principal)));
    const roles = [...found.values()].map((item) => personRolesItem.parse(item));
    return roles.flatMap(({ bindings }) => bindings.map(({ held }) => held));
  };

  /** A connection counts if it is there, and was not taken away in between, for a token of ours from before. */
  const counts = (connection: Connection, since: Instant): boolean =>
    isConnected(connection) && (connection.epoch === 1 || connection.createdAt <= since);

  const isConnectedAnywhere = async (id: string, since: Instant): Promise<boolean> => {
    for await (const connection of everyChild(table, connectionItem, id)) if (counts(connection, since)) return true;
    return false;
  };

  /** Of what is bound, that for which the identity provider is connected now. */
  const holdsOf = async (id: string, bound: readonly Held[], since: Instant): Promise<Held[]> => {
    if (bound.length === 0 || !(await isConnectedAnywhere(id, since))) return [];
    const organizationIds = [...new Set(bound.flatMap(({ place }) => place.organizationId ?? []))];
    const found = await table.batchGet(organizationIds.map((organizationId) => connectionKey(organizationId, id)));
    const connected = [...found.values()].map((item) => connectionItem.parse(item)).filter((one) => counts(one, since));
    const ids = new Set(connected.map(({ organizationId }) => organizationId));
    // What reaches the whole federation holds as long as any organization of it is connected.
    return bound.filter(({ place }) => place.organizationId === undefined || ids.has(place.organizationId));
  };

  /** The signature first: what a person holds is read for a real token only, as it takes a read for each group. */
  const vouch = async (token: Token, candidate: Candidate): Promise<Vouched | undefined> => {
    const { identityProvider, names } = candidate;
    if (!(await isConnectedAnywhere(identityProvider.id, clock()))) return undefined;
    const proven = await checkBearer(token, identityProvider);
    if ('failedStep' in proven) return undefined;
    const { id: identityProviderId, federationId, revision } = identityProvider;
    const { keyGeneration, now } = proven;
    const holds = await holdsOf(identityProviderId, await boundTo(candidate), now);
    const identity = { identityProviderId, federationId, revision, keyGeneration, ...names, groups: [...names.groups] };
    return { identity, proven, caller: callerOf(candidate, holds) };
  };

  const isMeant = ({ id, federationId }: IdentityProvider, shownTo: ShownTo): boolean => {
    if (shownTo === undefined) return false;
    return 'federationId' in shownTo ? shownTo.federationId === federationId : shownTo.identityProviderId === id;
  };

  return {
    /**
     * Identity providers that vouch for the token: those that are meant, or, where none is, the first few that do. One
     * that cannot be asked is as if it did not, as long as another does.
     * @throws Problem `unavailable` when none vouches and an issuer did not answer · `no-role-binding` when the person
     * holds nothing in any of them · `rate-limited` for a person who goes on asking without a role
     */
    async vouched(token: Token, shownTo?: ShownTo): Promise<Vouched[]> {
      const candidates = await candidatesFor(token);
      const meant = candidates.filter(({ identityProvider }) => isMeant(identityProvider, shownTo));
      const others = candidates.filter((candidate) => !meant.includes(candidate)).slice(0, OTHERS_MAX);
      const vouched: Vouched[] = [];
      let refusals = 0;
      let failure: unknown;
      for (const candidate of [...meant, ...others]) {
        const isOther = !meant.includes(candidate);
        // Who is known where it is meant needs nobody else; who is nobody there is told so by any other.
        if (isOther && (refusals >= REFUSALS_MAX || (shownTo !== undefined && vouched.length > 0))) break;
        const found = await vouch(token, candidate).catch((error: unknown) => {
          failure = error;
          return undefined;
        });
        if (found) vouched.push(found);
        else if (isOther) refusals += 1;
      }
      const [first] = vouched;
      if (!first && failure !== undefined) throw failure;
      if (!first) return [];
      const holding = vouched.filter(({ caller }) => caller.holds.length > 0);
      if (holding.length > 0) return holding;
      await use.count(first.caller.id, CALLS_PER_MINUTE, clock());
      throw new Problem('no-role-binding', { userName: first.identity.userName });
    },

    /** Those of the identities in a token of ours that are as they were when it was issued. */
    async callersOf(identities: readonly Identity[], issuedAt: Instant): Promise<Caller[]> {
      const keys = identities.flatMap(({ identityProviderId: id }) => [identityProviderKey(id), gateKey(id)]);
      const found = await table.batchGet(keys);
      const callers = identities.map(async (identity) => {
        const { identityProviderId: id, revision, keyGeneration } = identity;
        const item = found.get(keyText(identityProviderKey(id)));
        const gate = found.get(keyText(gateKey(id)));
        if (!item || !gate || gateItem.parse(gate).keyGeneration !== keyGeneration) return [];
        const identityProvider = identityProviderItem.parse(item);
        if (identityProvider.revision !== revision) return [];
        const candidate = { identityProvider, names: identity };
        return [callerOf(candidate, await holdsOf(id, await boundTo(candidate), issuedAt))];
      });
      return (await Promise.all(callers)).flat();
    },
  };
};
export type People = ReturnType<typeof peopleWith>;

/**
 * From an Authorization header to what has to be read to know the caller, and then to the caller. A verdict reads it in
 * the one batch with everything else; all other calls read it alone.
 */
import { liveToken } from '../access-tokens/rules.ts';
import { accessTokenItem, accessTokenKey } from '../access-tokens/store.ts';
import { callerOfJwt } from '../caller-issuers/rules.ts';
import { callerIssuerItem, callerIssuerKey } from '../caller-issuers/store.ts';
import { Problem } from '../platform/problems.ts';
import type { SecretReader } from '../platform/secrets.ts';
import { type Item, type Key, keyText, type Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import type { People } from '../role-bindings/people.ts';
import { parseToken } from '../tokens/token.ts';
import { type ParsedAccessToken, type ParsedKey, parseAccessToken, parseKey, sameSecret } from './keys.ts';
import { callerOf, callerOfKey } from './rules.ts';
import { BOOTSTRAP, type Caller } from './schema.ts';
import { apiKeyItem, apiKeyKey } from './store.ts';

/** What must be read, consistently, and whom it then proves: undefined for nobody. */
export interface Admission {
  readonly keys: readonly Key[];
  caller(found: ReadonlyMap<string, Item>, now: Instant): Caller | undefined;
}

/** The federation whose things the call is about, if it names any: asked for only when several know the caller. */
export type About = () => Promise<string | undefined>;

/** RFC 6750 section 2.1: `Bearer` and one b64token; the scheme has no case (RFC 9110 section 11.1). */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

export interface AdmissionParts {
  readonly table: Table;
  readonly clock: Clock;
  readonly bootstrapKey: SecretReader;
  readonly people: People;
}
export type Admit = (authorization: string | undefined, about: About) => Promise<Admission>;

/**
 * The bootstrap key is compared first; a key or token with a wrong checksum never reaches the table.
 * @throws Problem `unauthenticated` · of a person `no-role-binding` · `rate-limited` · `unavailable`
 */
export const admissionWith = (parts: AdmissionParts): Admit => {
  const { table, clock, bootstrapKey, people } = parts;

  /** What a person may do takes reads of its own, which say what to read next. */
  const personsOf = async (presented: ParsedAccessToken): Promise<Caller[]> => {
    const token = liveToken(await accessTokenItem.read(table, accessTokenKey(presented.id)), presented, clock());
    const callers = token ? await people.callersOf(token.identities, token.issuedAt) : [];
    if (callers.length === 0) throw new Problem('unauthenticated', {});
    return callers;
  };

  return async (authorization, about) => {
    const text = authorization && BEARER.exec(authorization)?.[1];
    if (!text) throw new Problem('unauthenticated', {});
    if (sameSecret(text, await bootstrapKey())) return known(BOOTSTRAP);
    const key = parseKey(text);
    if (key) return ofKey(key);
    const accessToken = parseAccessToken(text);
    if (accessToken?.issuedTo.startsWith('idp_')) return known(await oneOf(await personsOf(accessToken), about));
    if (accessToken) return ofAccessToken(accessToken);
    const jwt = parseToken(text);
    if (!jwt.ok) throw new Problem('unauthenticated', {});
    const federationId = await about();
    const vouched = await people.vouched(jwt.token, federationId === undefined ? undefined : { federationId });
    const callers = vouched.map(({ caller }) => caller);
    return known(await oneOf(callers, async () => federationId));
  };
};

/**
 * The person as the federation knows it that the call is about. Where the call names none, it holds what all of them
 * give it, to list them; where it names another, it holds nothing there.
 * @throws Problem `unauthenticated` when nobody knows it · `no-role-binding`
 */
async function oneOf(callers: readonly Caller[], about: About): Promise<Caller> {
  const [first, another] = callers;
  if (!first) throw new Problem('unauthenticated', {});
  const holding = callers.filter(({ holds }) => holds.length > 0);
  if (holding.length === 0) throw new Problem('no-role-binding', { userName: first.actor.subject ?? first.id });
  if (!another) return first;
  const federationId = await about();
  if (federationId === undefined) return { ...first, holds: holding.flatMap(({ holds }) => holds) };
  const there = holding.find(({ holds }) => holds.some(({ place }) => place.federationId === federationId));
  return there ?? { ...first, holds: [] };
}

const known = (caller: Caller): Admission => ({ keys: [], caller: () => caller });

function ofKey({ apiKeyId, secret }: ParsedKey): Admission {
  const key = apiKeyKey(apiKeyId);
  return {
    keys: [key],
    caller(found, now) {
      const stored = found.get(keyText(key));
      return callerOfKey(stored && apiKeyItem.parse(stored), secret, now);
    },
  };
}

/** The token and what it was issued to: without that, or once that has ended, it is worth nothing. */
function ofAccessToken(presented: ParsedAccessToken): Admission {
  const tokenAt = accessTokenKey(presented.id);
  const isKey = presented.issuedTo.startsWith('key_');
  const issuedToAt = isKey ? apiKeyKey(presented.issuedTo) : callerIssuerKey(presented.issuedTo);
  return {
    keys: [tokenAt, issuedToAt],
    caller(found, now) {
      const stored = found.get(keyText(tokenAt));
      const token = stored && liveToken(accessTokenItem.parse(stored), presented, now);
      const issuedTo = found.get(keyText(issuedToAt));
      if (!token || !issuedTo) return undefined;
      if (isKey) return callerOf(apiKeyItem.parse(issuedTo), now);
      return token.claims === null ? undefined : callerOfJwt(callerIssuerItem.parse(issuedTo), token.claims);
    },
  };
}

/** @throws Problem `unauthenticated`, the same for every reason, and what `admit` throws */
export const authenticateWith =
  ({ table, clock, admit }: Pick<AdmissionParts, 'table' | 'clock'> & { readonly admit: Admit }) =>
  async (authorization: string | undefined, about: About): Promise<Caller> => {
    const { keys, caller } = await admit(authorization, about);
    const found = keys.length > 0 ? await table.batchGet(keys) : new Map<string, Item>();
    const proven = caller(found, clock());
    if (!proven) throw new Problem('unauthenticated', {});
    return proven;
  };

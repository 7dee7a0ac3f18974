/**
 * The check of a bearer, as one named list: introspection stops at the first step that fails, explain runs on and shows
 * each. Pure: `now` was read after everything else was loaded.
 */
import { isConnected } from '../connections/rules.ts';
import { freezesOfPrincipal } from '../freezes/rules.ts';
import { holdsAt } from '../grants/rules.ts';
import type { Instant } from '../platform/time.ts';
import { describePrincipalFault } from '../tokens/principal-fault.ts';
import { NO_ISSUER, type Outcome, type Step, TOKEN_STEPS } from '../tokens/steps.ts';
import type { Explanation } from '../tokens/token-fault.ts';
import type { Facts, Registered } from './facts.ts';

/** A step that needs the IdP fails when there is none; the step `issuer` has said why. */
const registeredStep = (
  name: string,
  check: (registered: Registered, facts: Facts, now: Instant) => Outcome,
): Step<Facts> => ({
  name,
  check: (facts, now) => (facts.registered ? check(facts.registered, facts, now) : NO_ISSUER),
});

export const STEPS: readonly Step<Facts>[] = [
  ...TOKEN_STEPS,
  registeredStep('claims', ({ principal }) => (principal.ok ? null : describePrincipalFault(principal.fault))),
  registeredStep('connection', ({ connection, identityProvider }) =>
    isConnected(connection) ? null : notConnected(identityProvider.id),
  ),
  registeredStep('freeze', (registered, _facts, now) => frozenFault(registered, now)),
  registeredStep('grants', (registered, _facts, now) => (liveGrants(registered, now).length > 0 ? null : NO_GRANT)),
  registeredStep('scope', (registered, facts, now) =>
    grantsFor(registered, facts, now).length > 0 ? null : outOfScope(facts.cluster.id),
  ),
];

/** Those that hold now, made under the connection as it is, frozen or not. */
const heldGrants = ({ grants, connection }: Registered, now: Instant) =>
  grants.filter((grant) => grant.epoch === connection?.epoch && holdsAt(grant, now));

const freezesOfHolder = ({ gate, identityProvider }: Registered, name: string): string[] =>
  freezesOfPrincipal(gate, { type: identityProvider.authorizationType, name });

/** Those of them whose principal is not frozen. */
const liveGrants = (registered: Registered, now: Instant) =>
  heldGrants(registered, now).filter(({ principalName }) => freezesOfHolder(registered, principalName).length === 0);

/** A frozen group gives nothing; who has nothing else is told so. A frozen person has nothing, whatever their groups. */
function frozenFault(registered: Registered, now: Instant): Explanation | null {
  const { frozen, gate, principal } = registered;
  if (frozen.length > 0) return isFrozen('The project or its federation', frozen);
  if (!principal.ok) return null; // which the step `claims` has said
  const { userName: name } = principal.principal;
  const own = freezesOfPrincipal(gate, { type: 'USER', name });
  if (own.length > 0) return isFrozen('The user', own);
  const held = heldGrants(registered, now);
  const ids = held.flatMap(({ principalName }) => freezesOfHolder(registered, principalName));
  return ids.length > 0 && liveGrants(registered, now).length === 0 ? isFrozen('What gives access', ids) : null;
}

const isFrozen = (what: string, freezeIds: readonly string[]): Explanation => ({
  detail: `${what} is frozen: ${[...new Set(freezeIds)].join(', ')}.`,
  fix: 'Ask an owner or an access administrator to lift the freeze.',
});

/** Those of them that reach this cluster. */
export const grantsFor = (registered: Registered, { cluster }: Facts, now: Instant) =>
  liveGrants(registered, now).filter(({ clusterIds }) => clusterIds === null || clusterIds.includes(cluster.id));

const notConnected = (identityProviderId: string): Explanation => ({
  detail: `${identityProviderId} is not connected to the organization of this cluster.`,
  fix: 'Ask an owner to connect it; access under an earlier connection has to be granted anew.',
});

const NO_GRANT: Explanation = {
  detail: 'Neither the user nor any group in the token has a grant in this project that holds now.',
  fix: 'Request access. If the groups are not those expected, look at the groups claim of the token.',
};

const outOfScope = (clusterId: string): Explanation => ({
  detail: `The grants that hold now do not reach ${clusterId}.`,
  fix: 'Request access to this cluster, or use one that the grant names.',
});

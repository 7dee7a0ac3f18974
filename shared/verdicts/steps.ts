/**
 * The check of a bearer, as one named list: introspection stops at the first step that fails, explain runs on and shows
 * each. Pure: `now` was read after everything else was loaded.
 */
import { isConnected } from '../connections/rules.ts';
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
  registeredStep('grants', (registered, _facts, now) => (liveGrants(registered, now).length > 0 ? null : NO_GRANT)),
  registeredStep('scope', (registered, facts, now) =>
    grantsFor(registered, facts, now).length > 0 ? null : outOfScope(facts.cluster.id),
  ),
];

/** Those that hold now, made under the connection as it is. */
const liveGrants = ({ grants, connection }: Registered, now: Instant) =>
  grants.filter((grant) => grant.epoch === connection?.epoch && holdsAt(grant, now));

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

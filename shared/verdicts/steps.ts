/**
 * The check of a bearer, as one named list: introspection stops at the first step that fails, explain runs on and shows
 * each. Pure: `now` was read after everything else was loaded.
 */
import { isConnected } from '../connections/rules.ts';
import { holdsAt } from '../grants/rules.ts';
import { Algorithm } from '../identity-providers/schema.ts';
import type { Instant } from '../platform/time.ts';
import { describeClaimFault } from './claim-fault.ts';
import { type Checked, checkAlgorithm, checkAudience, checkIssuer, checkTimes, checkType } from './claims.ts';
import type { Facts, Registered } from './facts.ts';
import { describePrincipalFault } from './principal-fault.ts';
import { describeSignatureFault } from './signature.ts';
import type { Explanation } from './token-fault.ts';

/** Null: it passed. */
export type Outcome = Explanation | null;

export interface Step {
  readonly name: string;
  readonly check: (facts: Facts, now: Instant) => Outcome;
}

const outcomeOf = (checked: Checked): Outcome => (checked.ok ? null : describeClaimFault(checked.fault));

/** A step that needs the IdP fails when there is none; the step `issuer` has said why. */
const registeredStep = (
  name: string,
  check: (registered: Registered, facts: Facts, now: Instant) => Outcome,
): Step => ({
  name,
  check: (facts, now) => (facts.registered ? check(facts.registered, facts, now) : NO_ISSUER),
});
const NO_ISSUER: Explanation = {
  detail: 'No identity provider of this cluster’s organization has the issuer of this token.',
  fix: 'Register the issuer as an identity provider and connect it to the organization, or sign in at one that is.',
};

/** The form was right, or there would be no facts. */
export const STEPS: readonly Step[] = [
  {
    name: 'algorithm',
    check: ({ token, registered }) =>
      outcomeOf(checkAlgorithm(token.header, registered?.identityProvider.allowedAlgorithms ?? Algorithm.options)),
  },
  registeredStep('issuer', ({ identityProvider }, { token }) =>
    outcomeOf(checkIssuer(token.claims, identityProvider.issuerUri)),
  ),
  registeredStep('key', (_registered, { token, candidates }) =>
    candidates && candidates.length > 0 ? null : noKey(token.header.kid),
  ),
  registeredStep('signature', (_registered, { token, signature, candidates }) =>
    signature?.ok ? null : describeSignatureFault(token, candidates?.length ?? 0),
  ),
  { name: 'type', check: ({ token }) => outcomeOf(checkType(token.header, { strict: false })) },
  registeredStep('audience', ({ identityProvider }, { token }) =>
    outcomeOf(checkAudience(token.claims, identityProvider.audience)),
  ),
  {
    name: 'times',
    check: ({ token }, now) => {
      const checked = checkTimes(token.claims, now);
      return checked.ok ? null : describeClaimFault(checked.fault);
    },
  },
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

const noKey = (kid: string | undefined): Explanation => ({
  detail:
    kid === undefined
      ? 'No key of the issuer fits this token.'
      : `The issuer publishes no key "${kid}" for this algorithm.`,
  fix: 'Sign in again: the key may have been withdrawn or revoked. If it stays so, look at the issuer’s JWKS.',
});

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

/**
 * What any token of a trusted issuer must pass, whoever it is shown to: the first part of a verdict's list, and all of
 * what a signed JWT of a caller proves. Pure: `now` was read after everything else was loaded.
 */
import type { UsableKey } from '../identity-providers/key-set.ts';
import { Algorithm } from '../identity-providers/schema.ts';
import type { Instant } from '../platform/time.ts';
import { describeClaimFault } from './claim-fault.ts';
import { type Checked, checkAlgorithm, checkAudience, checkIssuer, checkTimes, checkType } from './claims.ts';
import { describeSignatureFault, type SignatureChecked } from './signature.ts';
import type { Token } from './token.ts';
import type { Explanation } from './token-fault.ts';

/** Whom we believe, for whom, and how it may sign: an identity provider, or an issuer of callers. */
export interface TrustedIssuer {
  readonly id: string;
  readonly issuerUri: string;
  readonly audience: string;
  readonly allowedAlgorithms: readonly Algorithm[];
  readonly jwksUri: string;
}

export interface TokenFacts {
  readonly token: Token;
  /** Undefined: nobody whom we believe has the token's issuer. */
  readonly issuer: TrustedIssuer | undefined;
  /** The keys that fit the token's header, of the present generation; undefined when they were not looked for. */
  readonly candidates: readonly UsableKey[] | undefined;
  readonly signature: SignatureChecked | undefined;
}

/** Null: it passed. */
export type Outcome = Explanation | null;

export interface Step<Facts> {
  readonly name: string;
  readonly check: (facts: Facts, now: Instant) => Outcome;
}

const outcomeOf = (checked: Checked): Outcome => (checked.ok ? null : describeClaimFault(checked.fault));

export const NO_ISSUER: Explanation = {
  detail: 'No identity provider of this cluster’s organization has the issuer of this token.',
  fix: 'Register the issuer as an identity provider and connect it to the organization, or sign in at one that is.',
};

/** A step that needs the issuer fails when there is none; the step `issuer` has said why. */
const issuerStep = (name: string, check: (issuer: TrustedIssuer, facts: TokenFacts) => Outcome): Step<TokenFacts> => ({
  name,
  check: (facts) => (facts.issuer ? check(facts.issuer, facts) : NO_ISSUER),
});

/** The form was right, or there would be no facts. */
export const TOKEN_STEPS: readonly Step<TokenFacts>[] = [
  {
    name: 'algorithm',
    check: ({ token, issuer }) =>
      outcomeOf(checkAlgorithm(token.header, issuer?.allowedAlgorithms ?? Algorithm.options)),
  },
  issuerStep('issuer', ({ issuerUri }, { token }) => outcomeOf(checkIssuer(token.claims, issuerUri))),
  issuerStep('key', (_issuer, { token, candidates }) =>
    candidates && candidates.length > 0 ? null : noKey(token.header.kid),
  ),
  issuerStep('signature', (_issuer, { token, signature, candidates }) =>
    signature?.ok ? null : describeSignatureFault(token, candidates?.length ?? 0),
  ),
  { name: 'type', check: ({ token }) => outcomeOf(checkType(token.header, { strict: false })) },
  issuerStep('audience', ({ audience }, { token }) => outcomeOf(checkAudience(token.claims, audience))),
  {
    name: 'times',
    check: ({ token }, now) => {
      const checked = checkTimes(token.claims, now);
      return checked.ok ? null : describeClaimFault(checked.fault);
    },
  },
];

const noKey = (kid: string | undefined): Explanation => ({
  detail:
    kid === undefined
      ? 'No key of the issuer fits this token.'
      : `The issuer publishes no key "${kid}" for this algorithm.`,
  fix: 'Sign in again: the key may have been withdrawn or revoked. If it stays so, look at the issuer’s JWKS.',
});

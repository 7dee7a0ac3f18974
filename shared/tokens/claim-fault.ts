/** Pure. Why a readable token is refused, and what to do: for `explain`, never for introspection. */
import { formatInstant, type Instant, SECOND_MS } from '../platform/time.ts';
import { describePrincipalFault, type PrincipalFault } from './principal-fault.ts';
import type { Explanation } from './token-fault.ts';

/** The claims that hold a time (RFC 7519 section 4.1), in seconds since 1970. */
export type TimeClaim = 'exp' | 'nbf' | 'iat';

/**
 * Every way in which a header or claims can fail, each with its evidence. `got` is a quotation of at most 100
 * characters, or `nothing`; instants and lengths of time are milliseconds.
 */
export type ClaimFault =
  | { kind: 'algorithm-unsafe'; got: string }
  | { kind: 'algorithm-not-allowed'; got: string; allowed: readonly string[] }
  | { kind: 'type-refused'; got: string; strict: boolean }
  | { kind: 'issuer-malformed'; got: string }
  | { kind: 'issuer-differs'; got: string; expected: string; cause: 'slash' | 'case' | 'entra-version' | 'other' }
  | { kind: 'audience-missing'; expected: string }
  | { kind: 'audience-malformed'; got: string }
  /** `got` is the first of `count` audiences. */
  | {
      kind: 'audience-differs';
      got: string;
      count: number;
      expected: string;
      cause: 'graph' | 'entra-version' | 'other';
    }
  | { kind: 'time-malformed'; claim: TimeClaim; got: string }
  | { kind: 'expiry-missing' }
  | { kind: 'expiry-too-far'; seconds: number; yearsMax: number; probablyMilliseconds: boolean }
  | { kind: 'expired'; expiresAt: Instant; sinceMs: number }
  | { kind: 'not-yet-valid'; claim: 'nbf' | 'iat'; seconds: number; aheadMs: number; leewayMs: number }
  | { kind: 'issue-time-missing'; refuseIssuedBefore: Instant }
  | { kind: 'issued-before-cut-off'; issuedAt: Instant; refuseIssuedBefore: Instant }
  | PrincipalFault;

const SIGN_IN_AGAIN = 'Sign in again for a fresh token.';

/** The fault in words a person can act on. Exhaustive: a new fault does not compile until it has its words. */
export function describeClaimFault(fault: ClaimFault): Explanation {
  switch (fault.kind) {
    case 'algorithm-unsafe':
      return {
        detail: `The token names the algorithm ${fault.got}: none and HS* prove nothing about who signed.`,
        fix: 'Let the identity provider sign access tokens with RS256 or ES256.',
      };
    case 'algorithm-not-allowed':
      return {
        detail: `The token is signed with ${fault.got}; this identity provider may use ${list(fault.allowed)}.`,
        fix: 'Let it sign with one of those, or add the algorithm to allowedAlgorithms if that is intended.',
      };
    case 'type-refused':
      return {
        detail: fault.strict
          ? `The token’s type is ${fault.got}; this identity provider is set to at+jwt only (RFC 9068 section 4).`
          : `The token’s type is ${fault.got}; an access token has JWT, at+jwt, application/at+jwt or no type.`,
        fix: fault.strict
          ? 'Let the identity provider issue at+jwt access tokens, or lift the strict type for it.'
          : 'Send the access token; logout tokens, security events and proofs are signed by the same keys.',
      };
    case 'issuer-malformed':
      return {
        detail: `The token’s iss is ${fault.got}; it must be one text.`,
        fix: 'This is made by the issuer: report it to the administrator of the identity provider.',
      };
    case 'issuer-differs':
      return {
        detail: `The token’s iss is ${fault.got}; this identity provider is ${fault.expected}.`,
        fix: fixOfIssuer(fault.cause),
      };
    case 'audience-missing':
      return {
        detail: `The token has no aud; it must name ${fault.expected}.`,
        fix: 'Let the identity provider put the audience into access tokens. Cognito does so only in ID tokens.',
      };
    case 'audience-malformed':
      return {
        detail: `The token’s aud is ${fault.got}; it must be text, or a list of texts (RFC 7519 section 4.1.3).`,
        fix: 'This is made by the issuer: report it to the administrator of the identity provider.',
      };
    case 'audience-differs': {
      const others = fault.count > 1 ? ` and ${fault.count - 1} more` : '';
      return {
        detail: `The token is for ${fault.got}${others}; this identity provider’s audience is ${fault.expected}.`,
        fix: fixOfAudience(fault.cause),
      };
    }
    case 'time-malformed':
      return {
        detail: `The token’s ${fault.claim} is ${fault.got}; it must be a finite number of seconds since 1970.`,
        fix: 'This is made by the issuer: report it to the administrator of the identity provider.',
      };
    case 'expiry-missing':
      return {
        detail: 'The token has no exp; a token without an end is never accepted (RFC 9068 section 2.2).',
        fix: 'Give access tokens a lifetime at the identity provider.',
      };
    case 'expiry-too-far':
      return {
        detail: `The token’s exp, ${fault.seconds}, is more than ${fault.yearsMax} years ahead.`,
        fix: fault.probablyMilliseconds
          ? 'It looks like milliseconds: the issuer must write seconds since 1970 (RFC 7519 section 2).'
          : 'Give access tokens a lifetime of about an hour at the identity provider.',
      };
    case 'expired':
      return {
        detail: `The token expired at ${instant(fault.expiresAt)}, ${seconds(fault.sinceMs)} ago.`,
        fix: `${SIGN_IN_AGAIN} If fresh ones expire at once too, the issuer’s clock is wrong.`,
      };
    case 'not-yet-valid':
      return {
        detail:
          `The token’s ${fault.claim}, ${instant(fault.seconds * SECOND_MS)}, is ${seconds(fault.aheadMs)} ahead; ` +
          (fault.leewayMs > 0
            ? `at most ${seconds(fault.leewayMs)} are let pass.`
            : 'nothing is let pass while tokens issued before an instant are refused.'),
        fix: 'Correct the issuer’s clock (NTP), or wait that long. Milliseconds instead of seconds look the same.',
      };
    case 'issue-time-missing':
      return {
        detail: `The token has no iat, and tokens issued before ${instant(fault.refuseIssuedBefore)} are refused.`,
        fix: 'Let the identity provider put iat into access tokens, or have an owner lift the cut-off.',
      };
    case 'issued-before-cut-off':
      return {
        detail:
          `The token was issued at ${instant(fault.issuedAt)}; ` +
          `tokens issued before ${instant(fault.refuseIssuedBefore)} are refused.`,
        fix: `${SIGN_IN_AGAIN} A refresh made after that instant is enough.`,
      };
    case 'id-token':
    case 'user-missing':
    case 'user-malformed':
    case 'user-too-long':
    case 'user-unprintable':
    case 'groups-missing':
    case 'groups-overage':
    case 'groups-text':
    case 'groups-malformed':
    case 'groups-too-many':
    case 'groups-unusable':
      return describePrincipalFault(fault);
  }
}

function fixOfIssuer(cause: Extract<ClaimFault, { kind: 'issuer-differs' }>['cause']): string {
  switch (cause) {
    case 'slash':
      return 'They differ in the slash at the end, which counts: set issuerUri to exactly what the token says.';
    case 'case':
      return 'They differ in upper and lower case, which counts: set issuerUri to exactly what the token says.';
    case 'entra-version':
      return (
        'One is Entra v1 and the other v2: set api.requestedAccessTokenVersion (accessTokenAcceptedVersion) to 2 in ' +
        'the app’s manifest, and issuerUri to https://login.microsoftonline.com/<tenant ID>/v2.0.'
      );
    case 'other':
      return 'Sign in with the identity provider of this cluster, or set issuerUri to exactly what the token says.';
  }
}

function fixOfAudience(cause: Extract<ClaimFault, { kind: 'audience-differs' }>['cause']): string {
  switch (cause) {
    case 'graph':
      return 'That is Microsoft Graph: ask for the scope <client ID>/.default, or Entra issues a token for Graph.';
    case 'entra-version':
      return 'One is an App ID URI (Entra v1), the other a client ID (v2): set api.requestedAccessTokenVersion to 2.';
    case 'other':
      return 'Ask for a token with this audience, or set audience to exactly what the token says. Case counts.';
  }
}

const list = (names: readonly string[]): string => (names.length === 0 ? 'no algorithm' : names.join(', '));
const seconds = (ms: number): string => `${Math.ceil(ms / SECOND_MS)} s`;
/** The last instant that `Date` can hold (ECMA-262 section 21.4.1.1). */
const DATE_MAX_MS = 8.64e15;
/** RFC 3339, or plain seconds when a hostile number is beyond what a date can be. */
const instant = (at: Instant): string => (Math.abs(at) <= DATE_MAX_MS ? formatInstant(at) : `second ${at / SECOND_MS}`);

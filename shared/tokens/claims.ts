/**
 * Pure. No clock, no I/O: `nowMs` is passed in. The checks on a token's header and claims, one small function each;
 * the verdict's list of steps runs them in order, and explain runs on after a failure.
 *
 * None of these looks at the signature, the keys, or at who may do what. User and groups are read in `principal.ts`.
 */
import { isAllowed } from '../identity-providers/jwk.ts';
import { quote } from '../platform/evidence.ts';
import { has, type JsonObject, own } from '../platform/json-object.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../platform/time.ts';
import type { ClaimFault, TimeClaim } from './claim-fault.ts';
import type { TokenHeader } from './token.ts';

/** For `nbf` and `iat`, milliseconds: the issuer's clock may be ahead by so much (RFC 7519 section 4.1.5). None for `exp`. */
export const LEEWAY_MS = MINUTE_MS;
/** A token that is to last longer is an issuer's mistake, mostly milliseconds written as seconds. */
const LIFETIME_YEARS_MAX = 10;
const LIFETIME_MAX_MS = LIFETIME_YEARS_MAX * 366 * DAY_MS;

export type Refused = { ok: false; fault: ClaimFault };
export type Checked = { ok: true } | Refused;

const PASSED: Checked = { ok: true };
const refuse = (fault: ClaimFault): Refused => ({ ok: false, fault });

/**
 * The algorithm is one that this identity provider may use (RFC 8725 section 3.1). `none` and `HS*` are refused even
 * if the list holds them: with a public key as the secret anybody could sign.
 */
export function checkAlgorithm(header: TokenHeader, allowed: readonly string[]): Checked {
  const got = quote(header.alg);
  if (/^(none|hs)/i.test(header.alg)) return refuse({ kind: 'algorithm-unsafe', got });
  return isAllowed(header.alg, allowed) ? PASSED : refuse({ kind: 'algorithm-not-allowed', got, allowed });
}

const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];
const STRICT_TYPES = ['at+jwt', 'application/at+jwt'];

/**
 * The type is an access token's. RFC 9068 section 4 knows at+jwt only, but Entra says JWT and others say nothing, so
 * only `strict` insists. Everything else is signed by the same keys and means something else (RFC 8725 section 3.11).
 */
export function checkType(header: TokenHeader, { strict }: { strict: boolean }): Checked {
  if (header.typ === undefined && !strict) return PASSED;
  const allowed = strict ? STRICT_TYPES : TYPES;
  return allowed.includes(header.typ?.toLowerCase() ?? '')
    ? PASSED
    : refuse({ kind: 'type-refused', got: quote(header.typ), strict });
}

/** `iss` is the issuer, character by character (RFC 9068 section 4): no list, no normalisation, the slash counts. */
export function checkIssuer(claims: JsonObject, issuer: string): Checked {
  const got = own(claims, 'iss');
  if (typeof got !== 'string') return refuse({ kind: 'issuer-malformed', got: quote(got) });
  if (got === issuer) return PASSED;
  return refuse({
    kind: 'issuer-differs',
    got: quote(got),
    expected: quote(issuer),
    cause: causeOfIssuer(got, issuer),
  });
}

function causeOfIssuer(got: string, expected: string): Extract<ClaimFault, { kind: 'issuer-differs' }>['cause'] {
  const isV1 = (issuer: string) => issuer.startsWith('https://sts.windows.net/');
  const isEntra = (issuer: string) => isV1(issuer) || issuer.startsWith('https://login.microsoftonline.com/');
  if (`${got}/` === expected || `${expected}/` === got) return 'slash';
  if (isEntra(got) && isEntra(expected) && isV1(got) !== isV1(expected)) return 'entra-version';
  return got.toLowerCase() === expected.toLowerCase() ? 'case' : 'other';
}

/** `aud` is the audience, or a list of texts that has it as a member (RFC 7519 section 4.1.3): exact, with case. */
export function checkAudience(claims: JsonObject, audience: string): Checked {
  const got = own(claims, 'aud');
  const expected = quote(audience);
  if (got === undefined) return refuse({ kind: 'audience-missing', expected });
  const audiences: readonly unknown[] = Array.isArray(got) ? got : [got];
  const stranger = audiences.find((member) => typeof member !== 'string');
  if (stranger !== undefined) {
    return refuse({
      kind: 'audience-malformed',
      got: Array.isArray(got) ? `a list with ${quote(stranger)}` : quote(got),
    });
  }
  const [first] = audiences;
  if (first === undefined) return refuse({ kind: 'audience-malformed', got: 'an empty list' });
  if (audiences.includes(audience)) return PASSED;
  return refuse({
    kind: 'audience-differs',
    got: quote(first),
    count: audiences.length,
    expected,
    cause: causeOfAudience(audiences, audience),
  });
}

/** Microsoft Graph, by its application ID or its address: what Entra issues for when no other scope is asked for. */
const GRAPH = ['00000003-0000-0000-c000-000000000000', 'https://graph.microsoft.com', 'https://graph.microsoft.com/'];

function causeOfAudience(
  got: readonly unknown[],
  expected: string,
): Extract<ClaimFault, { kind: 'audience-differs' }>['cause'] {
  if (got.some((audience) => typeof audience === 'string' && GRAPH.includes(audience))) return 'graph';
  const twins = [`api://${expected}`, expected.replace(/^api:\/\//, '')];
  return got.some((audience) => typeof audience === 'string' && twins.includes(audience)) ? 'entra-version' : 'other';
}

/** A token's times as instants, whole milliseconds; null: the token does not say. */
export interface TokenTimes {
  /** The first instant at which the token is no longer valid. */
  readonly expiresAt: Instant;
  readonly notBefore: Instant | null;
  readonly issuedAt: Instant | null;
}

/**
 * The token is valid at `nowMs`: before `exp`, which is required (RFC 9068 section 2.2) and gets no leeway, and at or
 * after `nbf` and `iat`, if it has them, with a leeway of 60 s. `1e999` parses as Infinity, so finite is checked.
 */
export function checkTimes(claims: JsonObject, nowMs: Instant): { ok: true; times: TokenTimes } | Refused {
  if (!has(claims, 'exp')) return refuse({ kind: 'expiry-missing' });
  const exp = readTime(claims, 'exp');
  if (!exp.ok) return exp;
  if (exp.at - nowMs > LIFETIME_MAX_MS) return refuse(tooFar(exp.seconds, nowMs));
  if (nowMs >= exp.at) return refuse({ kind: 'expired', expiresAt: exp.at, sinceMs: nowMs - exp.at });
  const started: { nbf: Instant | null; iat: Instant | null } = { nbf: null, iat: null };
  for (const claim of ['nbf', 'iat'] as const) {
    if (!has(claims, claim)) continue;
    const time = readTime(claims, claim);
    if (!time.ok) return time;
    const aheadMs = time.at - nowMs;
    if (aheadMs > LEEWAY_MS) {
      return refuse({ kind: 'not-yet-valid', claim, seconds: time.seconds, aheadMs, leewayMs: LEEWAY_MS });
    }
    started[claim] = time.at;
  }
  return { ok: true, times: { expiresAt: exp.at, notBefore: started.nbf, issuedAt: started.iat } };
}

/**
 * The token was issued at or after the cut-off; undefined: there is none. While there is one, a token must say when it
 * was issued, and a future `iat` gets no leeway, or the rule would be empty. It helps against stolen tokens only:
 * whoever holds a leaked key writes `iat` as he likes.
 */
export function checkIssuedAt(claims: JsonObject, refuseIssuedBeforeMs: Instant | undefined, nowMs: Instant): Checked {
  if (refuseIssuedBeforeMs === undefined) return PASSED;
  if (!has(claims, 'iat')) return refuse({ kind: 'issue-time-missing', refuseIssuedBefore: refuseIssuedBeforeMs });
  const iat = readTime(claims, 'iat');
  if (!iat.ok) return iat;
  const aheadMs = iat.at - nowMs;
  if (aheadMs > 0) return refuse({ kind: 'not-yet-valid', claim: 'iat', seconds: iat.seconds, aheadMs, leewayMs: 0 });
  if (iat.at >= refuseIssuedBeforeMs) return PASSED;
  return refuse({ kind: 'issued-before-cut-off', issuedAt: iat.at, refuseIssuedBefore: refuseIssuedBeforeMs });
}

/** A NumericDate (RFC 7519 section 2): a finite number of seconds, fractions allowed. */
function readTime(claims: JsonObject, claim: TimeClaim): { ok: true; seconds: number; at: Instant } | Refused {
  const seconds = own(claims, claim);
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    return refuse({ kind: 'time-malformed', claim, got: quote(seconds) });
  }
  // Rounded to microseconds first: 1.001 * 1000 is 1000.999…, which would end a millisecond early, and 1.1 * 1000 is
  // 1100.000…2, which would end one late.
  return { ok: true, seconds, at: Math.floor(Math.round(seconds * 1e6) / 1e3) };
}

function tooFar(seconds: number, nowMs: Instant): ClaimFault {
  const asMilliseconds = seconds - nowMs;
  const probablyMilliseconds = Math.abs(asMilliseconds) <= LIFETIME_MAX_MS;
  return { kind: 'expiry-too-far', seconds, yearsMax: LIFETIME_YEARS_MAX, probablyMilliseconds };
}

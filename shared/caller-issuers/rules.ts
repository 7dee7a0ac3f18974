/** What a caller issuer is, whom it lets in, and plans for it. Pure. */
import { firstVersion, frameOf } from '../api/view.ts';
import type { Caller, Held } from '../callers/schema.ts';
import { ALGORITHMS_DEFAULT } from '../identity-providers/bodies.ts';
import { gateItem, gateKey, newGate } from '../identity-providers/gate.ts';
import { keyRecordKey } from '../identity-providers/keys.ts';
import type { IssuerFacts } from '../identity-providers/prove.ts';
import { register, unregister } from '../identity-providers/registration.ts';
import { fittingIssuer } from '../identity-providers/rules.ts';
import { type JsonObject, own } from '../platform/json-object.ts';
import type { Plan } from '../platform/plan.ts';
import { deletion } from '../platform/table.ts';
import { formatDuration, formatInstantOrNull, type Instant } from '../platform/time.ts';
import { claimName, parentExists, releaseName } from '../tenants/rules.ts';
import type { Federation } from '../tenants/schema.ts';
import {
  type CallerIssuer,
  type CallerIssuerChange,
  LONGEST_LIFETIME_DEFAULT_MS,
  type NewCallerIssuer,
  SUBJECT_MAX,
} from './schema.ts';
import { callerIssuerItem } from './store.ts';
import { matchesAny } from './subjects.ts';
import type { CallerIssuerView } from './view-schema.ts';

const WORD = 'caller-issuer';

export const viewCallerIssuer = (issuer: CallerIssuer, lastUsedAt: Instant | null = null): CallerIssuerView => ({
  ...frameOf(issuer),
  federationId: issuer.federationId,
  name: issuer.name,
  issuerUri: issuer.issuerUri,
  audience: issuer.audience,
  subjects: issuer.subjects,
  requiredClaims: issuer.requiredClaims,
  role: issuer.held.role,
  scope: issuer.held.scope,
  longestLifetime: formatDuration(issuer.longestLifetimeMs),
  requestsPerMinute: issuer.requestsPerMinute,
  jwksUri: issuer.jwksUri,
  findings: issuer.findings,
  lastUsedAt: formatInstantOrNull(lastUsedAt),
});

/** @throws Problem `identity-provider-unfit` when discovery document or keys have faults */
export function newCallerIssuer(
  id: string,
  wish: NewCallerIssuer,
  place: Held['place'],
  federation: Federation,
  facts: IssuerFacts,
  now: Instant,
): CallerIssuer {
  const { issuerUri, audience } = wish;
  const allowedAlgorithms = [...ALGORITHMS_DEFAULT];
  const machine = { purpose: 'WORKLOAD', authorizationType: 'USER', clientId: null } as const;
  const settings = { ...machine, issuerUri, audience, allowedAlgorithms, requestedScopes: [] };
  const { findings, jwksUri } = fittingIssuer({ ...settings, userClaim: 'sub', groupsClaim: 'groups' }, facts, now);
  return {
    id,
    federationId: federation.id,
    name: wish.name,
    issuerUri,
    audience,
    subjects: wish.subjects,
    requiredClaims: wish.requiredClaims,
    held: { role: wish.role, scope: wish.scope, place },
    longestLifetimeMs: wish.longestLifetime ?? LONGEST_LIFETIME_DEFAULT_MS,
    requestsPerMinute: wish.requestsPerMinute ?? null,
    allowedAlgorithms,
    jwksUri,
    findings,
    ...firstVersion(now),
  };
}

/** @param held as the change makes it; its scope's place has been looked up */
export const changedCallerIssuer = (
  before: CallerIssuer,
  change: CallerIssuerChange,
  held: Held,
  now: Instant,
): CallerIssuer => ({
  ...before,
  name: change.name ?? before.name,
  subjects: change.subjects ?? before.subjects,
  requiredClaims: change.requiredClaims ?? before.requiredClaims,
  held,
  longestLifetimeMs: change.longestLifetime ?? before.longestLifetimeMs,
  requestsPerMinute: change.requestsPerMinute === undefined ? before.requestsPerMinute : change.requestsPerMinute,
  revision: before.revision + 1,
  updatedAt: now,
});

/** Of a JWT's claims, those that decide whether it may call: kept with the access token. */
export const decidingClaims = (issuer: CallerIssuer, claims: JsonObject): Record<string, string> =>
  Object.fromEntries(
    ['sub', ...Object.keys(issuer.requiredClaims)].flatMap((name) => {
      const value = own(claims, name);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** Whether a JWT of the issuer with these claims may call. */
export const letsIn = (issuer: CallerIssuer, claims: JsonObject): boolean => {
  const subject = own(claims, 'sub');
  if (typeof subject !== 'string' || !isSubject(subject) || !matchesAny(issuer.subjects, subject)) return false;
  return Object.entries(issuer.requiredClaims).every(([name, value]) => own(claims, name) === value);
};

/** What a pattern can mean, and what can stand in an audit event as it is. */
const isSubject = (text: string): boolean =>
  text.length <= SUBJECT_MAX && /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(text);

/**
 * The caller that an access token stands for which was issued to a JWT with these claims: as the issuer is registered
 * now. What is required by now and was not kept then, the JWT had not been asked for: it has to be shown again.
 */
export function callerOfJwt(issuer: CallerIssuer | undefined, claims: JsonObject): Caller | undefined {
  const subject = own(claims, 'sub');
  if (!issuer || typeof subject !== 'string' || !letsIn(issuer, claims)) return undefined;
  const { id, held, requestsPerMinute } = issuer;
  return { kind: 'CLIENT', id, actor: { type: 'CALLER', id, subject }, holds: [held], requestsPerMinute };
}

const audit = (verb: string, before: CallerIssuer | null, after: CallerIssuer | null, one: CallerIssuer) => ({
  federationId: one.federationId,
  action: `${WORD}.${verb}`,
  resource: { type: WORD, id: one.id },
  before: before && viewCallerIssuer(before),
  after: after && viewCallerIssuer(after),
});

export const planCreation = (issuer: CallerIssuer): Plan => ({
  writes: [
    callerIssuerItem.create(issuer, () => 'stale'),
    gateItem.create(newGate(issuer.id), () => 'stale'),
    register(issuer, issuer.id),
    parentExists.federation(issuer.federationId),
    claimName(issuer.federationId, WORD, issuer.name, issuer.id),
  ],
  audit: [audit('create', null, issuer, issuer)],
  events: [],
});

export const planChange = (before: CallerIssuer, after: CallerIssuer): Plan => ({
  writes: [
    callerIssuerItem.replace(after),
    ...(before.name === after.name
      ? []
      : [
          releaseName(before.federationId, WORD, before.name, before.id),
          claimName(after.federationId, WORD, after.name, after.id),
        ]),
  ],
  audit: [audit('change', before, after, after)],
  events: [],
});

/** Access tokens that were issued for it open nothing from then on. */
export const planRemoval = (issuer: CallerIssuer): Plan => ({
  writes: [
    callerIssuerItem.remove(issuer),
    deletion(gateKey(issuer.id)),
    deletion(keyRecordKey(issuer.id)),
    unregister(issuer, issuer.id),
    releaseName(issuer.federationId, WORD, issuer.name, issuer.id),
  ],
  audit: [audit('delete', issuer, null, issuer)],
  events: [],
});

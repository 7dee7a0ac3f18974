/** Access tokens: how long they live and what issuing one writes. Pure. */
import type { CallerIssuer } from '../caller-issuers/schema.ts';
import { formatAccessToken, hashSecret, sameSecret } from '../callers/keys.ts';
import type { ApiKey } from '../callers/schema.ts';
import type { Actor, Plan } from '../platform/plan.ts';
import { formatInstant, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import type { AccessToken, Identity } from './schema.ts';
import { accessTokenItem } from './store.ts';

/** Of client credentials and of people: short enough that a lost one is soon worth nothing. */
const LIFE_MS = HOUR_MS;
/** Of what a JWT was exchanged for: not much longer than JWTs of pipelines themselves live (RFC 7521 section 4.1). */
const LIFE_OF_EXCHANGED_MS = 15 * MINUTE_MS;

export interface Issued {
  readonly token: AccessToken;
  /** The whole token, shown once. */
  readonly text: string;
  readonly actor: Actor;
  /** Whose audit tells it; null for a person: what it does is told by the federation where it does it, and by no other. */
  readonly federationId: string | null;
}

export interface Issue {
  readonly id: string;
  readonly secret: string;
  readonly now: Instant;
}

const tokenOf = (
  { id, secret, now }: Issue,
  of: Pick<AccessToken, 'issuedTo' | 'claims' | 'identities'>,
  expiresAt: Instant,
) => ({
  token: { id, version: 1, secretHash: hashSecret(secret), ...of, issuedAt: now, expiresAt },
  text: formatAccessToken({ id, issuedTo: of.issuedTo, secret }),
});

/** Ends with the client credentials, if these end sooner. */
export const issueToClient = (issue: Issue, { id, federationId, expiresAt }: ApiKey): Issued => ({
  ...tokenOf(
    issue,
    { issuedTo: id, claims: null, identities: [] },
    Math.min(issue.now + LIFE_MS, expiresAt ?? Number.POSITIVE_INFINITY),
  ),
  actor: { type: 'CALLER', id },
  federationId,
});

/** @param claims what the JWT was let in by, `sub` among them */
export const issueForJwt = (
  issue: Issue,
  { id, federationId }: CallerIssuer,
  claims: Readonly<Record<string, string>>,
): Issued => ({
  ...tokenOf(issue, { issuedTo: id, claims: { ...claims }, identities: [] }, issue.now + LIFE_OF_EXCHANGED_MS),
  actor: { type: 'CALLER', id, subject: claims.sub },
  federationId,
});

/** Never lives longer than the person's own token. */
export const issueToPerson = (
  issue: Issue,
  identities: readonly [Identity, ...Identity[]],
  ownExpiresAt: Instant,
): Issued => {
  const [{ identityProviderId, userName }] = identities;
  const of = { issuedTo: identityProviderId, claims: null, identities: [...identities] };
  return {
    ...tokenOf(issue, of, Math.min(issue.now + LIFE_MS, ownExpiresAt)),
    actor: { type: 'CALLER', id: identityProviderId, subject: userName },
    federationId: null,
  };
};

/** Seconds for which it can be used, as `expires_in` says: whole ones. */
export const secondsOf = ({ issuedAt, expiresAt }: AccessToken): number =>
  Math.floor((expiresAt - issuedAt) / SECOND_MS);

/** The stored token, if the presented secret is its own and its end has not come. */
export const liveToken = (
  token: AccessToken | undefined,
  presented: { readonly issuedTo: string; readonly secret: string },
  now: Instant,
): AccessToken | undefined =>
  token &&
  now < token.expiresAt &&
  token.issuedTo === presented.issuedTo &&
  sameSecret(token.secretHash, hashSecret(presented.secret))
    ? token
    : undefined;

export function planIssue({ token, actor, federationId }: Issued): Plan {
  const { id, issuedTo, issuedAt, expiresAt } = token;
  const shown = { id, issuedTo, issuedAt: formatInstant(issuedAt), expiresAt: formatInstant(expiresAt) };
  const told = {
    action: 'access-token.issue',
    resource: { type: 'access-token', id },
    before: null,
    after: { ...shown, subject: actor.subject ?? null },
  };
  return {
    writes: [accessTokenItem.create(token, () => 'stale')],
    audit: federationId === null ? [] : [{ federationId, ...told }],
    events: [],
  };
}

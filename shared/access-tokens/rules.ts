/** Access tokens: how long they live and what issuing one writes. Pure. */
import { formatAccessToken, hashSecret, sameSecret } from '../callers/keys.ts';
import type { Actor, Plan } from '../platform/plan.ts';
import { formatInstant, HOUR_MS, type Instant, MINUTE_MS } from '../platform/time.ts';
import type { AccessToken, Person } from './schema.ts';
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
}

interface Issue {
  readonly id: string;
  readonly secret: string;
  readonly now: Instant;
}

const issued = (
  { id, secret, now }: Issue,
  of: Pick<AccessToken, 'issuedTo' | 'federationId' | 'subject' | 'person'>,
  expiresAt: Instant,
): Issued => {
  const subject = of.subject ?? of.person?.userName;
  return {
    token: { id, version: 1, secretHash: hashSecret(secret), ...of, issuedAt: now, expiresAt },
    text: formatAccessToken({ id, issuedTo: of.issuedTo, secret }),
    actor: { type: 'CALLER', id: of.issuedTo, ...(subject !== undefined && { subject }) },
  };
};

/** @param endsAt when the client credentials end themselves; null: never */
export const issueToClient = (
  issue: Issue,
  client: { readonly id: string; readonly federationId: string; readonly expiresAt: Instant | null },
): Issued =>
  issued(
    issue,
    { issuedTo: client.id, federationId: client.federationId, subject: null, person: null },
    Math.min(issue.now + LIFE_MS, client.expiresAt ?? Number.POSITIVE_INFINITY),
  );

export const issueForJwt = (
  issue: Issue,
  issuer: { readonly id: string; readonly federationId: string },
  subject: string,
): Issued =>
  issued(
    issue,
    { issuedTo: issuer.id, federationId: issuer.federationId, subject, person: null },
    issue.now + LIFE_OF_EXCHANGED_MS,
  );

/** Never lives longer than the person's own token. */
export const issueToPerson = (
  issue: Issue,
  identityProvider: { readonly id: string; readonly federationId: string },
  person: Person,
  ownExpiresAt: Instant,
): Issued =>
  issued(
    issue,
    { issuedTo: identityProvider.id, federationId: identityProvider.federationId, subject: null, person },
    Math.min(issue.now + LIFE_MS, ownExpiresAt),
  );

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

export const planIssue = ({ token }: Issued): Plan => ({
  writes: [accessTokenItem.create(token, () => 'stale')],
  audit: [
    {
      federationId: token.federationId,
      action: 'access-token.issue',
      resource: { type: 'access-token', id: token.id },
      before: null,
      after: {
        id: token.id,
        issuedTo: token.issuedTo,
        subject: token.subject ?? token.person?.userName ?? null,
        issuedAt: formatInstant(token.issuedAt),
        expiresAt: formatInstant(token.expiresAt),
      },
    },
  ],
  events: [],
});

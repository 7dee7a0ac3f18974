/** The verdict: may the bearer use this cluster now, as what, until when. Pure. */
import type { RoleAction } from '../custom-roles/schema.ts';
import { unionOf } from '../custom-roles/union.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { own } from '../platform/json-object.ts';
import { formatInstant, type Instant, SECOND_MS } from '../platform/time.ts';
import { checkTimes } from '../tokens/claims.ts';
import type { Facts, Registered } from './facts.ts';
import { grantsFor, STEPS } from './steps.ts';

export type Verdict = { readonly active: false } | ({ readonly active: true } & Access);

export interface Access {
  readonly sub: string;
  readonly username: string;
  readonly principal: { readonly type: 'GROUP' | 'USER'; readonly names: readonly string[] };
  readonly client_id: string | undefined;
  readonly iss: string;
  readonly aud: string;
  readonly iat: number | undefined;
  /** Earliest of the token's and of any matching grant's end, in seconds, floored (RFC 7662 section 2.2). */
  readonly exp: number;
  /** The same end, to the millisecond. */
  readonly expiresAt: string;
  readonly roles: readonly { readonly role: string; readonly database: string }[];
  readonly privileges: readonly {
    readonly role: string;
    readonly database: string;
    readonly collection?: string | undefined;
  }[];
  /** What each custom role allows, with the custom roles that it inherits; left out when none is given. */
  readonly customRoles?: readonly { readonly role: string; readonly actions: readonly RoleAction[] }[] | undefined;
  readonly grants: readonly string[];
}

export const INACTIVE: Verdict = { active: false };

/** Stops at the first step that fails and says no more than that (RFC 7662 section 2.2). */
export function decide(facts: Facts, now: Instant): Verdict {
  for (const { check } of STEPS) if (check(facts, now) !== null) return INACTIVE;
  return facts.registered ? { active: true, ...accessOf(facts, facts.registered, now) } : INACTIVE;
}

function accessOf(facts: Facts, registered: Registered, now: Instant): Access {
  const { claims } = facts.token;
  const { identityProvider, principal } = registered;
  const times = checkTimes(claims, now);
  if (!principal.ok || !times.ok) throw new Error('access was asked for although a step failed');
  const { userName } = principal.principal;
  const grants = grantsFor(registered, facts, now);
  const ends = grants.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]));
  const endsAt = Math.min(times.times.expiresAt, ...ends);
  const { issuedAt } = times.times;
  const { customRoles, ...given } = unionOf(
    grants.map(({ roles }) => roles),
    registered.customRoles,
  );
  return {
    sub: textOr(own(claims, 'sub'), userName),
    username: `${identityProvider.shortName}/${userName}`,
    principal: {
      type: identityProvider.authorizationType,
      names: [...new Set(grants.map((one) => one.principalName))],
    },
    client_id: clientOf(facts, identityProvider),
    iss: identityProvider.issuerUri,
    aud: identityProvider.audience,
    iat: issuedAt === null ? undefined : Math.floor(issuedAt / SECOND_MS),
    exp: Math.floor(endsAt / SECOND_MS),
    expiresAt: formatInstant(endsAt),
    ...given,
    ...(customRoles.length > 0 && { customRoles }),
    grants: grants.map(({ id }) => id),
  };
}

/** The client that the token was issued to: `client_id` (RFC 9068), `azp` (OIDC Core), else the registered one. */
function clientOf({ token }: Facts, { clientId }: IdentityProvider): string | undefined {
  const named = [own(token.claims, 'client_id'), own(token.claims, 'azp'), clientId];
  return named.find((name): name is string => typeof name === 'string');
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** Who plays, and what several chapters say about them. */
import type { Issuer } from '../../test/peers/issuer-interface.ts';
import type { Body } from '../../test/rig/answer.ts';
import type { Stage } from '../stage.ts';
import type { Teller } from '../teller.ts';

export const ALICE = { sub: 'alice@acme.com', groups: ['db-oncall', 'staff'] } as const;
export const BOB = { sub: 'bob@acme.com', groups: ['staff'] } as const;
export const MALLORY = { sub: 'mallory', groups: ['db-oncall'] } as const;

export interface Idp {
  readonly id: string;
  readonly issuer: Issuer;
}
/** What the chapters after the set-up work with. */
export interface Access {
  readonly federationId: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly clusterId: string;
  readonly idp: Idp;
  /** The ticketing system's key, a REQUESTER's. */
  readonly ticketing: string;
  /** The cluster's own key, of the role DATA_PLANE: it may introspect and nothing else. */
  readonly cluster: string;
}

/** A person signs in at the issuer by the real code flow with PKCE, at the system's time. */
export async function signIn(tell: Teller, { system }: Stage, { issuer }: Idp, person: typeof ALICE | typeof BOB) {
  tell.page.say(`${nameOf(person.sub)} signs in at Acme's identity provider: authorization code with PKCE.`);
  const startedAt = performance.now();
  const token = await issuer.token({ ...person, now: await system.now() });
  tell.page.aside({
    'access token': `${token} after ${Math.round(performance.now() - startedAt)} ms`,
    sub: person.sub,
    groups: person.groups,
  });
  return token;
}

export interface Verdict {
  readonly say: string;
  readonly token: string;
  readonly active: boolean;
  readonly point: string;
}

/**
 * The cluster asks whether the bearer of a token may use it. `no` has no reason: that is told to people, by
 * explain.
 */
export async function introspect(tell: Teller, access: Access, { say, token, active, point }: Verdict): Promise<Body> {
  const body = await tell.ask({
    say,
    method: 'POST',
    path: `/v1/clusters/${access.clusterId}/introspect`,
    form: { token },
    key: access.cluster,
    expect: [200],
    told: { active },
    show: ['active', 'username', 'principal', 'roles', 'exp', 'grants'],
  });
  if (!active) {
    const said = Object.keys(body);
    tell.check(said.length === 1, 'An inactive token is told nothing but that.', `it was told: ${said.join(', ')}`);
  }
  tell.page.point(point);
  return body;
}

/** Six hours of reading and writing for the people on call, under a ticket. */
export const ticketGrant = (idp: Idp, ticketKey: string) => ({
  principal: { type: 'GROUP', name: 'db-oncall' },
  identityProviderId: idp.id,
  roles: { builtIn: 'readWriteAnyDatabase' },
  duration: 'PT6H',
  ticket: {
    system: 'servicenow',
    key: ticketKey,
    requester: ALICE.sub,
    approver: 'carol@acme.com',
    reason: 'payments are slow since the deploy',
  },
});

export const nameOf = (sub: string): string => sub.charAt(0).toUpperCase() + sub.slice(1).replace(/@.*/, '');

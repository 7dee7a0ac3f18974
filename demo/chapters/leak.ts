/** The issuer's signing key leaks. One call makes every cluster forget it. */
import type { Stage } from '../stage.ts';
import type { Teller } from '../teller.ts';
import { type Access, ALICE, introspect, MALLORY, nameOf, signIn, ticketGrant } from './cast.ts';
import { aTicketKey } from './ticket.ts';

/** A revocation that concerns introspection clusters only is done almost at once. */
const FINISHED_WITHIN_MS = 10_000;

export async function leakKey(tell: Teller, stage: Stage, access: Access): Promise<void> {
  tell.page.chapter('The signing key leaks');
  const { issuer } = access.idp;
  const ticketKey = aTicketKey();
  await tell.make({
    say: 'The night is not over: a second ticket, six more hours.',
    path: `/v1/projects/${access.projectId}/grants`,
    body: ticketGrant(access.idp, ticketKey),
    key: access.ticketing,
    headers: { 'Idempotency-Key': `servicenow-${ticketKey}` },
    told: { status: 'ACTIVE' },
    show: ['status', 'expiresAt'],
  });
  const old = await signIn(tell, stage, access.idp, ALICE);

  const forged = issuer.mint({ claims: MALLORY, now: await stage.system.now() });
  tell.page.say(`${nameOf(MALLORY.sub)} has a copy of the signing key, and signs a token with it.`);
  tell.page.aside({ 'access token': forged, sub: MALLORY.sub, groups: MALLORY.groups });
  await introspect(tell, access, {
    say: 'The cluster asks about that token.',
    token: forged,
    active: true,
    point: 'Yes: to anybody who checks signatures, it is as good as real.',
  });

  const [leaked = ''] = issuer.publishedKeyIds();
  const fresh = await issuer.rotateKeys();
  tell.page.say('Acme notices, and its issuer changes the key. Every copy of the old one that is cached still works.');
  tell.page.aside({ withdrawn: leaked, published: fresh });

  const revocation = await tell.ask({
    say: 'One call.',
    method: 'POST',
    path: `/v1/identity-providers/${access.idp.id}/revocations`,
    body: { reason: 'signing key leaked', incident: { system: 'pagerduty', key: 'Q1DEMO' } },
    expect: [202],
    show: ['id', 'status', 'effectiveAt', 'clusters'],
  });
  await introspect(tell, access, {
    say: 'From its answer on:',
    token: forged,
    active: false,
    point: 'The forged token is refused.',
  });
  await introspect(tell, access, {
    say: 'Alice’s own old token was signed with that key too.',
    token: old,
    active: false,
    point: 'Refused as well: nothing tells them apart.',
  });
  const renewed = await signIn(tell, stage, access.idp, ALICE);
  await introspect(tell, access, {
    say: 'She signs in again, and the issuer signs with its new key.',
    token: renewed,
    active: true,
    point: 'Yes: nobody but Mallory lost more than a sign-in.',
  });
  await tell.until(
    {
      say: 'How far is it?',
      method: 'GET',
      path: `/v1/revocations/${revocation.id}`,
      expect: [200],
      told: { status: 'FINISHED' },
      show: ['status', 'clusters'],
    },
    FINISHED_WITHIN_MS,
  );
  tell.page.point('Every cluster has forgotten the old key.');
}

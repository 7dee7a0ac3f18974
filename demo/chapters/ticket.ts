/** A ticket grants the people on call six hours; the ticketing system calls twice and gets one grant. */
import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Teller } from '../teller.ts';
import { type Access, ticketGrant } from './cast.ts';

export interface TimedGrant {
  readonly id: string;
  readonly expiresAt: string;
}

const SIX_HOURS_SECONDS = 6 * 3600;
/** How much of the six hours may be gone when the answer is read. */
const SLOWNESS_SECONDS_MAX = 60;

export const aTicketKey = (): string => `REQ00${randomInt(10_000, 99_999)}`;

export async function grantByTicket(tell: Teller, access: Access): Promise<TimedGrant> {
  const ticketKey = aTicketKey();
  tell.page.chapter(`Ticket ${ticketKey}: six hours for the people on call`);
  const step = {
    path: `/v1/projects/${access.projectId}/grants`,
    body: ticketGrant(access.idp, ticketKey),
    key: access.ticketing,
    headers: { 'Idempotency-Key': `servicenow-${ticketKey}` },
    told: { status: 'ACTIVE' },
    show: ['status', 'expiresAt', 'remainingSeconds', 'clusters'],
  };
  const grant = await tell.make({ say: 'The ticket is approved, and the ticketing system makes the grant.', ...step });
  const { expiresAt, remainingSeconds } = grant;
  tell.check(typeof expiresAt === 'string', 'A temporary grant says when it ends.', `expiresAt: ${expiresAt}`);
  tell.check(
    typeof remainingSeconds === 'number' &&
      remainingSeconds <= SIX_HOURS_SECONDS &&
      remainingSeconds > SIX_HOURS_SECONDS - SLOWNESS_SECONDS_MAX,
    'Six hours were asked for.',
    `remainingSeconds: ${remainingSeconds}`,
  );
  tell.page.point('The group db-oncall is in, for six hours.');

  const again = await tell.make({ say: 'The network was slow: the ticketing system tries again.', ...step });
  tell.check(
    isDeepStrictEqual(again, grant),
    'The same Idempotency-Key and body get the same answer.',
    `first:  ${JSON.stringify(grant)}`,
    `second: ${JSON.stringify(again)}`,
  );
  tell.page.point('The same answer, and still one grant.');
  return { id: grant.id, expiresAt };
}

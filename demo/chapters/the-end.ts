/** The grant ends on the second it should: the clock is moved to just before its end, and to the end. */
import type { Stage } from '../stage.ts';
import type { Teller } from '../teller.ts';
import { instant } from '../values.ts';
import { type Access, ALICE, introspect, signIn } from './cast.ts';
import type { TimedGrant } from './ticket.ts';

/** The clock runs on while a question is on its way: a second would do, two are kind to a busy machine. */
const BEFORE_MS = 2000;
const MINUTE_MS = 60_000;
/** By then the grant has to be gone from every cluster (A5: within seconds). */
const REMOVED_WITHIN_MS = 5000;

export async function watchTheEnd(tell: Teller, stage: Stage, access: Access, grant: TimedGrant): Promise<void> {
  tell.page.chapter('Six hours later, on the second');
  const end = Date.parse(grant.expiresAt);
  await moveClock(tell, stage, end - 5 * MINUTE_MS, 'Five minutes are left.');
  const token = await signIn(tell, stage, access.idp, ALICE);
  await moveClock(tell, stage, end - BEFORE_MS, 'Two seconds are left.');
  await introspect(tell, access, {
    say: 'The cluster asks about her token.',
    token,
    active: true,
    point: 'Still yes.',
  });
  await moveClock(tell, stage, end, 'The six hours are over.');
  await introspect(tell, access, {
    say: 'It asks about the same token, which its issuer made good for an hour.',
    token,
    active: false,
    point: 'No. Nobody had to remember.',
  });
  await tell.until(
    {
      say: 'The ticketing system looks at its grant.',
      method: 'GET',
      path: `/v1/grants/${grant.id}`,
      key: access.ticketing,
      expect: [200],
      told: { status: 'ENDED', remainingSeconds: 0 },
      show: ['status', 'remainingSeconds', 'clusters'],
    },
    REMOVED_WITHIN_MS,
  );
  tell.page.point('It has ended, and it is gone from every cluster.');
}

const read = (at: number): string => instant(new Date(at).toISOString());

async function moveClock(tell: Teller, { system }: Stage, to: number, sentence: string): Promise<void> {
  tell.page.say(sentence);
  const from = await system.now();
  // A slow machine may have come there by itself; backwards would be refused.
  if (from < to) await system.moveClock(to);
  tell.page.aside({ 'the clock moves': `${read(from)} → ${read(to)}` });
}

/** Real tokens are judged: who is on call is let in, with roles; who is not, is not. */
import type { Stage } from '../stage.ts';
import type { Teller } from '../teller.ts';
import { type Access, ALICE, BOB, introspect, signIn } from './cast.ts';
import type { TimedGrant } from './ticket.ts';

export async function judgeToken(tell: Teller, stage: Stage, access: Access, grant: TimedGrant): Promise<void> {
  tell.page.chapter('May she use this cluster, now?');
  const alice = await signIn(tell, stage, access.idp, ALICE);
  const verdict = await introspect(tell, access, {
    say: 'She presents the token to the cluster, which asks Sallyport.',
    token: alice,
    active: true,
    point: 'Yes: as a member of db-oncall.',
  });
  const told = JSON.stringify([verdict.roles, verdict.grants]);
  tell.check(
    told.includes('readWriteAnyDatabase') && told.includes(grant.id),
    'A yes names its roles and grants.',
    told,
  );

  const bob = await signIn(tell, stage, access.idp, BOB);
  await introspect(tell, access, {
    say: 'He tries the same.',
    token: bob,
    active: false,
    point: 'No: his token is as good as hers, but nobody granted him anything.',
  });
}

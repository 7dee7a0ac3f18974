/** The identity provider is disconnected, with a look beforehand at who loses what; then the trail of it all. */
import type { Body } from '../../test/rig/answer.ts';
import type { Stage } from '../stage.ts';
import type { Teller } from '../teller.ts';
import { written } from '../values.ts';
import { type Access, ALICE, introspect, signIn } from './cast.ts';

export async function disconnect(tell: Teller, stage: Stage, access: Access): Promise<void> {
  tell.page.chapter('Goodbye, and who did what');
  const path = `/v1/organizations/${access.organizationId}/connections/${access.idp.id}`;
  const token = await signIn(tell, stage, access.idp, ALICE);
  const effect = await tell.ask({
    say: 'Acme leaves this identity provider. First a dry run: who would lose access?',
    method: 'DELETE',
    path,
    query: { dryRun: true },
    expect: [200, 202],
    show: ['losesAccess'],
  });
  const losing = JSON.stringify(effect.losesAccess ?? null);
  tell.check(
    losing.includes('db-oncall') && losing.includes(access.projectId),
    'The dry run names who loses what.',
    losing,
  );
  await introspect(tell, access, {
    say: 'Nothing has happened yet.',
    token,
    active: true,
    point: 'Still yes.',
  });
  await tell.ask({ say: 'Now in earnest.', method: 'DELETE', path, expect: [202] });
  await introspect(tell, access, {
    say: 'The same token, once more.',
    token,
    active: false,
    point: 'No, everywhere, at once.',
  });

  const trail = await tell.ask({
    say: 'Everything that was changed, by whom:',
    method: 'GET',
    path: `/v1/federations/${access.federationId}/audit-events`,
    query: { limit: 100 },
    expect: [200],
  });
  printTrail(tell, trail.items ?? []);
}

/** Federation, domain, IdP, three tenants, connection, two keys, two grants, revocation, disconnect. */
const CHANGES_MIN = 13;

function printTrail(tell: Teller, events: readonly Body[]): void {
  const rows = events
    .map((event) => [written(event.at), written(event.action), written(event.resource), written(event.actor)])
    .sort(([a = ''], [b = '']) => a.localeCompare(b));
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    tell.page.plain(`      ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  tell.check(rows.length >= CHANGES_MIN, 'The audit trail holds every change.', `it holds ${rows.length} events`);
  tell.page.point(`${rows.length} changes, and who made them.`);
}

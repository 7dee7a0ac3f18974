import { afterAll, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import { rig } from '../rig/rig.ts';

const { system, aProject, aConnectedIdp, aGrant, introspect } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());

/** Between which bounds the system's clock is ahead of ours, from the quickest of some questions. */
async function clockAhead(): Promise<{ least: number; most: number }> {
  let best = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 30; round++) {
    const asked = performance.now();
    const now = await system.now();
    const answered = performance.now();
    best = { least: Math.max(best.least, now - answered), most: Math.min(best.most, now + 1 - asked) };
  }
  return best;
}

it('A5 every verdict that was answered before expiresAt is a yes, and every one asked from it on is a no', async () => {
  const issuer = await issuers.create();
  const project = await aProject();
  const idp = await aConnectedIdp(project, issuer);
  const grant = await aGrant(project, idp, { duration: 'PT6H' });
  const end = Date.parse(grant.expiresAt ?? '');
  const claims = { sub: 'alice', groups: ['db-oncall'] };
  const token = issuer.mint({ claims, now: await system.now(), lifetimeSeconds: 86_400 });
  await system.moveClock(end - 60_000); // what comes due on the way is done by then
  await system.moveClock(end - 5_000); // time enough to measure the clocks on a busy machine
  const { least, most } = await clockAhead();

  const seen: { asked: number; answered: number; active: boolean | undefined }[] = [];
  const callers = Array.from({ length: 3 }, async () => {
    while (performance.now() + least < end + 150) {
      const asked = performance.now();
      const { body } = await introspect(project.clusterId, token);
      seen.push({ asked, answered: performance.now(), active: body.active });
    }
  });
  await Promise.all(callers);
  const before = seen.filter(({ answered }) => answered + most < end);
  const after = seen.filter(({ asked }) => asked + least >= end);
  expect(Math.min(before.length, after.length)).toBeGreaterThan(0);
  expect(before.filter(({ active }) => active !== true)).toEqual([]);
  expect(after.filter(({ active }) => active !== false)).toEqual([]);
});

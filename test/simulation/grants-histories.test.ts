import { describe, expect, it } from 'vitest';
import type { WriterParts } from '../../shared/platform/boot.ts';
import type { Plan } from '../../shared/platform/plan.ts';
import type { Write } from '../../shared/platform/table.ts';
import { HARSH } from './faults.ts';
import { type Histories, simulateGrants } from './grants-histories.ts';
import { Broken } from './grants-model.ts';
import { seedOf } from './seed.ts';

/** As many as take some seconds; `npm run simulate -- grants` takes thousands. */
const HISTORIES = 15;
/** Each of these once showed something; what others showed is in tests of its own (connections, grants). */
const SEEDS: readonly number[] = [];

describe('A8 histories of grants, while machines die and messages are lost', () => {
  it.each([...SEEDS, seedOf()])(
    `are what the model says: SALLYPORT_SEED=%i npm run simulate -- grants --histories ${HISTORIES}`,
    { timeout: 120_000 },
    async (seed) => {
      const { watch, verdicts, simulation } = await simulateGrants({ histories: HISTORIES, seed, rates: HARSH });
      for (const done of ['grant.create', 'grant.change', 'grant.end', 'freeze.lift', 'connection.disconnect'])
        expect(watch.counts.get(done), done).toBeGreaterThan(0);
      expect(watch.counts.get('grant.expire by the system')).toBeGreaterThan(HISTORIES);
      expect(verdicts.counts.get('yes')).toBeGreaterThan(HISTORIES);
      expect(verdicts.counts.get('no')).toBeGreaterThan(HISTORIES);
      expect(simulation.faults.get('message lost')).toBeGreaterThan(0);
    },
  );
});

/** Some writes are left out of whatever is committed. */
const without = (parts: WriterParts, isLeftOut: (write: Write) => boolean): WriterParts => {
  const kept = (writes: readonly Write[] = []) => writes.filter((write) => !isLeftOut(write));
  return {
    ...parts,
    commit: (plan, cause, alongside) => parts.commit({ ...plan, writes: kept(plan.writes) }, cause, kept(alongside)),
  };
};
const planned = (parts: WriterParts, change: (plan: Plan) => Plan): WriterParts => ({
  ...parts,
  commit: (plan, cause, alongside) => parts.commit(change(plan), cause, alongside),
});

type Broke = NonNullable<Histories['broken']>;
const only =
  (wanted: string, change: (parts: WriterParts) => WriterParts): Broke =>
  (parts, name) =>
    name === wanted ? change(parts) : parts;

describe('the model finds', () => {
  it.each<[string, Broke, RegExp]>([
    [
      'a verdict that compares the end with > instead of >=',
      only('verdicts', (parts) => ({ ...parts, clock: () => parts.clock() - 1 })),
      / on cls_.*"active":/,
    ],
    [
      'a verdict that looks at no freeze',
      only('verdicts', ({ table, ...parts }) => {
        const batchGet: typeof table.batchGet = (keys) => table.batchGet(keys.filter(({ sk }) => sk !== 'FROZEN'));
        return { ...parts, table: { ...table, batchGet } };
      }),
      / on cls_.*"active":true/,
    ],
    [
      'an end that leaves its entry among the live grants',
      only('grant-work', (parts) => without(parts, ({ key }) => key.sk === 'LIVE_GRANTS')),
      /principals have \d+ live grants, not \d+|"active":true.* not \[\]/,
    ],
    [
      'ends that nobody records',
      only('grant-work', ({ table, ...parts }) => {
        const nothing = { get: async () => undefined, batchGet: async () => new Map() };
        return { ...parts, table: { ...table, ...nothing } };
      }),
      /is still due/,
    ],
    [
      'a change without its interval in the history',
      only('api', (parts) => without(parts, ({ key }) => key.sk.startsWith('INTERVAL#'))),
      /the history of grt_\w+ says/,
    ],
    ['a change that is not audited', only('api', (parts) => planned(parts, (plan) => ({ ...plan, audit: [] }))), /./],
    [
      'an end that is audited twice',
      only('grant-work', (parts) => planned(parts, (plan) => ({ ...plan, audit: [...plan.audit, ...plan.audit] }))),
      /one change has 2 entries/,
    ],
    [
      'an end that is told to nobody',
      only('grant-work', (parts) => planned(parts, (plan) => ({ ...plan, events: [] }))),
      /was (written, and )?told as ""/,
    ],
    [
      'a call that is carried out twice under one Idempotency-Key',
      only('api', (parts) => without(parts, ({ key }) => key.sk === 'IDEMPOTENT_CALL')),
      /was done twice/,
    ],
  ])('%s', { timeout: 60_000 }, async (_what, broken, message) => {
    const broke = await simulateGrants({ histories: 5, seed: 1, rates: HARSH, broken }).catch(
      (error: unknown) => error,
    );
    expect(broke).toBeInstanceOf(Broken);
    expect(String(broke)).toMatch(message);
  });
});

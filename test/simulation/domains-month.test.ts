import { describe, expect, it } from 'vitest';
import { simulateMonth } from './domains-month.ts';
import { ROUGH } from './faults.ts';
import { seedOf } from './seed.ts';

/** As many as take some seconds; `npm run simulate` takes ten thousand. */
const DOMAINS = 50;
/** Each of these once showed something; none has yet. */
const SEEDS: readonly number[] = [];

describe('S3 a simulated month of domains in polling, while machines die and messages are lost', () => {
  it.each([...SEEDS, seedOf()])(
    'loses no look-up and makes none early: SALLYPORT_SEED=%i npm run simulate -- --domains 50',
    {
      timeout: 120_000,
    },
    async (seed) => {
      const { model, simulation, queue } = await simulateMonth({ domains: DOMAINS, seed, rates: ROUGH });
      expect(model.looks).toBeGreaterThan(DOMAINS * 30);
      expect(new Set(model.lives.map(({ status }) => status)).size).toBeGreaterThan(1);
      expect(simulation.faults.get('message lost')).toBeGreaterThan(0);
      expect(queue.counts.get('dead letters')).toBe(0);
    },
  );
});

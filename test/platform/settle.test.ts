import { describe, expect, it } from 'vitest';
import { Stale } from '../../shared/platform/commit.ts';
import { type Rest, settle } from '../../shared/platform/settle.ts';

type Step = { readonly kind: 'step' } | Rest;
/** Steps that are still to be done, one after the other, with a clock that each of them moves. */
const working = (steps: number, msPerStep = 1) => {
  let left = steps;
  let now = 0;
  return {
    name: 'it',
    clock: () => now,
    load: async () => left,
    next: (state: number): Step => (state > 0 ? { kind: 'step' } : { kind: 'rest' }),
    carryOut: async () => {
      left -= 1;
      now += msPerStep;
    },
    left: () => left,
  };
};

describe('settle', () => {
  it('begins with what was read already, and does not read what rests by then', async () => {
    let reads = 0;
    const work = working(1);
    const load = async () => {
      reads += 1;
      return work.left();
    };
    await settle({ ...work, load, first: 1, isLast: () => true });
    expect([work.left(), reads]).toEqual([0, 0]);
  });

  it('reads anew when what was read already is stale', async () => {
    const work = working(1);
    let isFirst = true;
    const carryOut = async () => {
      if (!isFirst) return work.carryOut();
      isFirst = false;
      throw new Stale(['it']);
    };
    await settle({ ...work, carryOut, first: 5, isLast: () => true });
    expect(work.left()).toBe(0);
  });

  it('goes on until it rests', async () => {
    const work = working(7);
    await settle(work);
    expect(work.left()).toBe(0);
  });

  it('does nothing when the item is gone', async () => {
    await settle({ ...working(1), load: async () => undefined, carryOut: () => expect.fail('it was carried out') });
  });

  it('fails when it does not come to rest', async () => {
    await expect(settle(working(1_000))).rejects.toThrow('it did not come to rest');
  });

  it('gives a fan-out time instead, and leaves the rest for the next look', async () => {
    const work = working(1_000, 10);
    await settle({ ...work, budgetMs: 2_000 });
    expect(work.left()).toBe(800);
    await settle({ ...work, budgetMs: 60_000 });
    expect(work.left()).toBe(0);
  });

  it('reads again when somebody else did the step, and throws everything else', async () => {
    const work = working(2);
    let tries = 0;
    const carryOut = async () => {
      await work.carryOut();
      tries += 1;
      throw new Stale(['it']);
    };
    await settle({ ...work, carryOut });
    expect([work.left(), tries]).toEqual([0, 2]);
    await expect(settle({ ...working(1), carryOut: () => Promise.reject(new Error('down')) })).rejects.toThrow('down');
  });

  it('leaves what is not due for later, and waits out a difference between clocks', async () => {
    const later: Rest = { kind: 'wait', until: 5_000 };
    await settle({ ...working(1), next: () => later, carryOut: () => expect.fail('it was carried out') });
    let done = false;
    const startedAt = performance.now();
    await settle({
      ...working(1),
      clock: () => performance.now() - startedAt,
      next: (_state, now): Step =>
        done ? { kind: 'rest' } : now < 20 ? { kind: 'wait', until: 20 } : { kind: 'step' },
      carryOut: async () => {
        done = true;
      },
    });
    expect(done).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { sampledGrantUse, WRITTEN_EVERY_MS } from '../../shared/grants/sampled-use.ts';
import { grantUseWriter, type Uses, useOf, usesOf, type WriteUses } from '../../shared/grants/use.ts';
import { anEngine, type Engine } from '../rig/engine.ts';
import { T0 } from './a-grant.ts';

const SECOND = 1000;

/** One instance of the function of verdicts; its timers run when the test says so. */
function anInstance(engine: Engine, write: WriteUses = grantUseWriter(engine.table)) {
  const timers: { run: () => void; at: number }[] = [];
  const writing: Promise<void>[] = [];
  const written: (Uses & { grantId: string })[] = [];
  const sampled = sampledGrantUse({
    ...engine,
    write: (grantId, uses) => {
      written.push({ grantId, ...uses });
      const one = write(grantId, uses);
      writing.push(one);
      return one;
    },
    later: (run, ms) => timers.push({ run, at: engine.clock() + ms }),
  });
  const atRest = () => Promise.allSettled(writing);
  return {
    ...sampled,
    written,
    atRest,
    timers,
    /** Time passes, and the timers that come due in it run. */
    async pass(ms: number) {
      const until = engine.clock() + ms;
      for (;;) {
        const next = timers.findIndex(({ at }) => at <= until);
        const [timer] = next === -1 ? [] : timers.splice(next, 1);
        if (!timer) break;
        engine.time.set(Math.max(timer.at, engine.clock()));
        timer.run();
        await atRest();
      }
      engine.time.set(until);
      await atRest();
    },
  };
}

describe('A11 the use of a grant', () => {
  it('is kept at once when there is one, and nothing comes after it', async () => {
    const engine = anEngine(T0);
    const grant = engine.ids.next('grt');
    const instance = anInstance(engine);
    expect(await useOf(engine.table, grant)).toEqual({ lastUsedAt: null, useCount: 0 });
    await instance.used([grant], T0);
    expect(await useOf(engine.table, grant)).toEqual({ lastUsedAt: T0, useCount: 1 });
    expect(instance.timers).toEqual([]);
  });

  it('is counted exactly while verdicts go on, with a write in ten seconds', async () => {
    const engine = anEngine(T0);
    const [busy, calm] = [engine.ids.next('grt'), engine.ids.next('grt')];
    const instance = anInstance(engine);
    await instance.used([busy, calm], T0);
    for (let verdict = 1; verdict < 1000; verdict++) {
      engine.time.pass(37);
      instance.flush();
      await instance.used([busy], engine.clock());
    }
    const last = engine.clock();
    expect(instance.written.filter(({ grantId }) => grantId === busy).length).toBe(4);
    await instance.pass(WRITTEN_EVERY_MS);
    expect(await useOf(engine.table, busy)).toEqual({ lastUsedAt: last, useCount: 1000 });
    expect(await useOf(engine.table, calm)).toEqual({ lastUsedAt: T0, useCount: 1 });
  });

  it.each([
    ['by its timer', false],
    ['by the next call, when the instance was frozen and its timers with it', true],
  ])('that was only counted is written after ten seconds: %s', async (_how, wasFrozen) => {
    const engine = anEngine(T0);
    const [grant, other] = [engine.ids.next('grt'), engine.ids.next('grt')];
    const instance = anInstance(engine);
    await instance.used([grant], T0);
    await instance.used([grant], T0 + 3 * SECOND);
    await instance.used([grant], T0 + 4 * SECOND);
    if (wasFrozen) {
      engine.time.pass(3600 * SECOND);
      instance.flush();
      await instance.used([other], engine.clock());
      await instance.atRest();
    } else {
      engine.time.set(T0 + 4 * SECOND);
      await instance.pass(10 * SECOND); // within 15 s of the last use
    }
    expect(await useOf(engine.table, grant)).toEqual({ lastUsedAt: T0 + 4 * SECOND, useCount: 3 });
  });

  it('by many instances at once adds up, and never goes back', async () => {
    const engine = anEngine(T0);
    const grant = engine.ids.next('grt');
    const instances = Array.from({ length: 8 }, () => anInstance(engine));
    await Promise.all(instances.map((instance, index) => instance.used([grant], T0 + index)));
    expect(await useOf(engine.table, grant)).toEqual({ lastUsedAt: T0 + 7, useCount: 8 });
    await anInstance(engine).used([grant], T0 - SECOND);
    expect(await useOf(engine.table, grant)).toEqual({ lastUsedAt: T0 + 7, useCount: 9 });
  });

  it('is held up by nothing, and lost at most, when the table fails: never counted twice', async () => {
    const engine = anEngine(T0);
    const grant = engine.ids.next('grt');
    const write = grantUseWriter(engine.table);
    let lost = 0;
    const instance = anInstance(engine, async (grantId, uses) => {
      await write(grantId, uses);
      lost += 1;
      if (lost === 1) throw Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' });
    });
    await expect(instance.used([grant], T0)).resolves.toBeUndefined();
    await instance.pass(WRITTEN_EVERY_MS);
    await instance.used([grant], engine.clock());
    expect(await useOf(engine.table, grant)).toEqual({ lastUsedAt: T0 + WRITTEN_EVERY_MS, useCount: 2 });
    expect(engine.lines.join()).toContain('were not written');
  });

  it('that the table has refused is counted on', async () => {
    const engine = anEngine(T0);
    const grant = engine.ids.next('grt');
    const write = grantUseWriter(engine.table);
    let refusals = 2;
    const instance = anInstance(engine, async (grantId, uses) => {
      if (refusals-- > 0) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      await write(grantId, uses);
    });
    await instance.used([grant], T0);
    await instance.used([grant], T0 + 1);
    await instance.pass(2 * WRITTEN_EVERY_MS);
    expect(await useOf(engine.table, grant)).toEqual({ lastUsedAt: T0 + 1, useCount: 2 });
  });

  it('waits for no more than fifty writes, of however many grants, and then catches up', async () => {
    const engine = anEngine(T0);
    const grants = Array.from({ length: 200 }, () => engine.ids.next('grt'));
    const write = grantUseWriter(engine.table);
    let release = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const instance = anInstance(engine, async (grantId, uses) => {
      await hanging;
      await write(grantId, uses);
    });
    const using = instance.used(grants, T0);
    await instance.used(grants, T0 + 1); // resolves while the table hangs: all of it is only counted
    expect(instance.written).toHaveLength(50);
    release();
    await using;
    for (let round = 0; round < 5; round++) await instance.pass(WRITTEN_EVERY_MS);
    const useOfGrant = await usesOf(engine.table, grants);
    expect(grants.map(useOfGrant)).toEqual(grants.map(() => ({ lastUsedAt: T0 + 1, useCount: 2 })));
  });
});

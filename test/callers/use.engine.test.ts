import { describe, expect, it } from 'vitest';
import { useOn } from '../../shared/callers/use.ts';
import { Problem } from '../../shared/platform/problems.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine } from '../rig/engine.ts';

const MINUTE = 60_000;
const start = Math.ceil(T0 / MINUTE) * MINUTE;

describe('O1 calls are counted', () => {
  it('exactly, by however many instances at once, and anew in the next minute', async () => {
    const { table, ids } = anEngine(T0);
    const id = ids.next('key');
    const count = (now: number) =>
      useOn(table)
        .count(id, 20, now)
        .then(
          () => 'passed',
          (error: unknown) => error,
        );
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, at) => count(start + at)));
    const refused = outcomes.filter((outcome) => outcome instanceof Problem);
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ type: 'rate-limited', retryAfterSeconds: 60 });
    expect(await count(start + MINUTE - 1)).toMatchObject({ type: 'rate-limited', retryAfterSeconds: 1 });
    expect(await count(start + MINUTE)).toBe('passed');
  });

  it('by an instance whose clock is behind, too', async () => {
    const { table, ids } = anEngine(T0);
    const id = ids.next('key');
    await useOn(table).count(id, 2, start + MINUTE);
    await useOn(table).count(id, 2, start);
    await expect(useOn(table).count(id, 2, start + MINUTE)).rejects.toMatchObject({ type: 'rate-limited' });
  });

  it('with when the caller was last seen', async () => {
    const { table, ids } = anEngine(T0);
    const [counted, touched, never] = [ids.next('key'), ids.next('key'), ids.next('key')];
    await useOn(table).count(counted, 2, start);
    await useOn(table).touch(touched, start + 5);
    expect(await useOn(table).lastUsed([counted, touched, never])).toEqual(
      new Map([
        [counted, start],
        [touched, start + 5],
      ]),
    );
    await expect(useOn(table).count(touched, 1, start + 6)).resolves.toBeUndefined(); // a touch is no call
  });
});

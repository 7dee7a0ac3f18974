import { expect, it } from 'vitest';
import { Schedule } from './schedule.ts';

it('time stands still while anything runs, also beside what was cancelled for the same instant', async () => {
  const schedule = new Schedule(0);
  const seen: number[] = [];
  schedule.at(1, async () => {
    for (let step = 0; step < 20; step++) await undefined;
    seen.push(schedule.clock());
  });
  schedule.at(1, () => undefined).isCancelled = true;
  schedule.at(2, () => undefined);
  await schedule.runUntil(3);
  expect(seen).toEqual([1]);
});

import { describe, expect, it } from 'vitest';
import { dispatchDue } from '../../shared/dispatcher/dispatch-due.ts';
import { DUE_SHARDS } from '../../shared/platform/item.ts';
import { logTo } from '../../shared/platform/log.ts';
import type { DueItem, DueQuery } from '../../shared/platform/table.ts';
import { MINUTE_MS } from '../../shared/platform/time.ts';

/** One item is due at an instant; what every run at the given instants sends, as its delay in ms. */
async function sentAt(
  dueAt: number,
  runs: readonly number[],
  failing: readonly number[] = [],
): Promise<(number | null)[]> {
  let now = 0;
  const sent: DueItem[] = [];
  const item = { key: { pk: 'grt_1', sk: 'GRANT' }, dueAt };
  const table = {
    due: async ({ partition, upTo, after }: DueQuery) =>
      partition === DUE_SHARDS[1] && dueAt <= upTo && after === undefined ? [item] : [],
  };
  const nudger = {
    nudge: async (items: readonly DueItem[]) => {
      if (items.length > 0 && failing.includes(now)) throw new Error('busy');
      sent.push(...items);
    },
  };
  const dispatch = dispatchDue({ table, nudger, clock: () => now, log: logTo(() => undefined, 'test') });
  const delays: (number | null)[] = [];
  for (now of runs) {
    sent.length = 0;
    await dispatch('test').catch(() => undefined);
    delays.push(sent[0] ? sent[0].dueAt - now : null);
  }
  return delays;
}
const minutes = (...all: number[]) => all.map((minute) => minute * MINUTE_MS);

describe('what several runs of the dispatcher see before it falls due', () => {
  it('is sent by the first, and by the last to arrive when it should be done', async () => {
    expect(await sentAt(10 * MINUTE_MS, minutes(6, 7.5, 8.5, 9.5))).toEqual([null, 150_000, null, 50_000]);
  });

  it('is sent by every run from then on while nobody has done it', async () => {
    const delays = await sentAt(10 * MINUTE_MS, minutes(7.5, 8.5, 9.5, 10.5, 11.5));
    expect(delays.slice(3)).toEqual([-30_000, -90_000]);
  });

  it('is sent in time by the next run when one failed, and after a start', async () => {
    expect(await sentAt(10 * MINUTE_MS, minutes(7.5, 8.5, 9.5), minutes(7.5))).toEqual([null, 90_000, 50_000]);
    expect(await sentAt(10 * MINUTE_MS, minutes(9.5))).toEqual([30_000]);
  });
});

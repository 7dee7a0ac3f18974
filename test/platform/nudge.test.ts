import { describe, expect, it, vi } from 'vitest';
import { nudgerTogether } from '../../shared/platform/nudge.ts';
import type { DueItem } from '../../shared/platform/table.ts';

const item = (id: number): DueItem => ({ key: { pk: `evt_${id}`, sk: 'EVENT' }, dueAt: id });

describe('nudges that come within a moment', () => {
  it('go in one call, each correlation in its own', async () => {
    const nudge = vi.fn(async () => undefined);
    const together = nudgerTogether({ nudge });
    await Promise.all(
      [1, 2, 3].map((id) => together.nudge([item(id)], id, 'one')).concat(together.nudge([item(4)], 4, 'two')),
    );
    expect(nudge.mock.calls).toEqual([
      [[item(1), item(2), item(3)], 1, 'one'],
      [[item(4)], 4, 'two'],
    ]);
    await together.nudge([item(5)], 5, 'one');
    expect(nudge).toHaveBeenCalledTimes(3);
  });

  it('tell each that they did not go', async () => {
    const together = nudgerTogether({
      nudge: async () => {
        throw new Error('busy');
      },
    });
    const sent = await Promise.allSettled([1, 2].map((id) => together.nudge([item(id)], id, 'one')));
    expect(sent.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

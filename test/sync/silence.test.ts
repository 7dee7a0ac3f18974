import { describe, expect, it } from 'vitest';
import { QUIET_MS, silences } from '../../shared/sync/silence.ts';

const T0 = Date.UTC(2026, 0, 1);

describe('a cluster that does not answer', () => {
  it('is asked as usual while it is one principal, or two, that get no answer', () => {
    const silent = silences();
    for (let time = 0; time < 9; time++) silent.wasSilent('c1', `p${time % 2}`, T0);
    expect(silent.asking('c1', T0)).toBe('as usual');
  });

  it('is then left alone, and asked by one in half a minute, until it answers', () => {
    const silent = silences();
    for (const principal of ['p1', 'p2', 'p3']) silent.wasSilent('c1', principal, T0);
    expect(silent.asking('c1', T0 + QUIET_MS - 1)).toBe('not now');
    expect(silent.asking('c2', T0)).toBe('as usual');
    expect(silent.asking('c1', T0 + QUIET_MS)).toBe('once');
    expect(silent.asking('c1', T0 + QUIET_MS)).toBe('not now');
    silent.wasSilent('c1', 'p4', T0 + QUIET_MS + 8_000);
    expect(silent.asking('c1', T0 + 2 * QUIET_MS)).toBe('not now');
    silent.answered('c1');
    expect(silent.asking('c1', T0 + 2 * QUIET_MS)).toBe('as usual');
  });
});

import { describe, expect, it } from 'vitest';
import {
  dueAt,
  HOLD_MAX_MS,
  heard,
  isAwake,
  LEASE_MS,
  leased,
  mayNudge,
  newLane,
  next,
  RUN_MS,
  releasedAndWoken,
  rested,
  SLOW_DOWN_MS,
  woken,
} from '../../shared/webhooks/lane-rules.ts';
import { SEND_MS_MAX } from '../../shared/webhooks/send.ts';
import { T0 } from '../grants/a-grant.ts';

const asleep = newLane('whk_01KDX0000000000000000000W1');
const lost = { kind: 'FAILED', retryAfterMs: null } as const;
const through = { kind: 'RECEIVED', retryAfterMs: null } as const;
const quiet = { failures: 0, heldUntil: null };

describe('A7 a lane', () => {
  it('sleeps until it is woken, and is run by one at a time', () => {
    expect(next(asleep, T0)).toEqual({ kind: 'rest' });
    const awake = woken(asleep, T0);
    expect(next(awake, T0)).toEqual({ kind: 'run' });
    const held = leased(awake, T0);
    expect(next(held, T0 + LEASE_MS - 1)).toEqual({ kind: 'wait', until: T0 + LEASE_MS });
    expect(next(held, T0 + LEASE_MS)).toEqual({ kind: 'run' }); // whoever held it has died
    expect(next(rested(held, T0 + 5000, T0), T0)).toEqual({ kind: 'wait', until: T0 + 5000 });
    expect(next(rested(held, null, T0), T0)).toEqual({ kind: 'rest' });
  });

  it('is held for longer than a run with a last round that hangs, and a run ends before its function', () => {
    expect(RUN_MS + SEND_MS_MAX).toBeLessThan(LEASE_MS);
    expect(LEASE_MS).toBeLessThan(60_000);
  });

  it('is awake only when whoever has it is sure to look once more', () => {
    expect(isAwake(asleep, T0)).toBe(false);
    expect(isAwake(rested(asleep, T0 + 1, T0), T0)).toBe(false); // it sleeps until then
    expect(isAwake(woken(asleep, T0), T0)).toBe(true);
    expect(isAwake(leased(woken(asleep, T0), T0), T0)).toBe(true);
    expect(isAwake({ ...leased(woken(asleep, T0), T0), isDrowsy: true }, T0)).toBe(false);
  });

  it('is woken early, never late', () => {
    expect(woken(rested(asleep, T0 + 9, T0), T0).nextAt).toBe(T0);
    expect(woken(woken(asleep, T0 - 9), T0).nextAt).toBe(T0 - 9);
  });

  it('leaves a receiver alone for longer and longer while nothing gets through, and not for long', () => {
    const holds: number[] = [];
    let facts: { failures: number; heldUntil: number | null } = quiet;
    for (let round = 0; round < 8; round++) {
      facts = heard(facts, [lost, lost], T0);
      holds.push((facts.heldUntil ?? T0) - T0);
    }
    expect(holds).toEqual([0, 15_000, 30_000, 60_000, ...Array(4).fill(HOLD_MAX_MS)]);
    expect(heard(facts, [lost, through], T0)).toEqual(quiet);
  });

  it('slows down for who asks, also when something got through', () => {
    const asks = (retryAfterMs: number | null) => ({ kind: 'SLOW_DOWN', retryAfterMs }) as const;
    expect(heard(quiet, [through, asks(null)], T0).heldUntil).toBe(T0 + SLOW_DOWN_MS);
    expect(heard(quiet, [asks(600_000), asks(null)], T0).heldUntil).toBe(T0 + 600_000);
    expect(heard(quiet, [], T0)).toBe(quiet);
  });

  it('that is held is not run before that, unless somebody has mended something', () => {
    const held = { ...woken(asleep, T0), failures: 9, heldUntil: T0 + 60_000 };
    expect(dueAt(held)).toBe(T0 + 60_000);
    expect(dueAt(woken(held, T0 + 1))).toBe(T0 + 60_000);
    expect(releasedAndWoken(held, T0 + 1)).toMatchObject({ failures: 0, heldUntil: null, nextAt: T0 });
  });

  it('asks for its own next run fewer times in a row than Lambda takes for a loop', () => {
    let lane = woken(asleep, T0);
    let nudges = 0;
    let most = 0;
    for (let run = 0; run < 40; run++) {
      lane = rested(leased(lane, T0), T0 + 1, T0);
      nudges = mayNudge(lane) ? nudges + 1 : 0;
      most = Math.max(most, nudges);
    }
    expect(most).toBeLessThan(16);
    expect(mayNudge(rested(leased(lane, T0), null, T0))).toBe(true);
  });
});

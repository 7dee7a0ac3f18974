import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Action,
  asOf,
  changed,
  changedEnd,
  dueAt,
  ended,
  holdsAt,
  next,
  reviewTold,
  started,
  WARNING_MAX_MS,
  WARNING_MIN_MS,
  warned,
  warningAt,
} from '../../shared/grants/rules.ts';
import type { Grant } from '../../shared/grants/schema.ts';
import type { Rest } from '../../shared/platform/settle.ts';
import { aGrant, T0 } from './a-grant.ts';

const HOUR = 3600_000;
const CONNECTED = { epoch: 1, disconnectedAt: null };

describe('A5 a grant ends by time alone', () => {
  const grant = aGrant({ expiresAt: T0 + 6 * HOUR, warnedAt: T0 + 5 * HOUR });
  it.each([
    ['a millisecond before its end', T0 + 6 * HOUR - 1, true, 'wait'],
    ['at its end', T0 + 6 * HOUR, false, 'expire'],
    ['a millisecond after its end', T0 + 6 * HOUR + 1, false, 'expire'],
    ['a month after its end, when nobody looked', T0 + 31 * 24 * HOUR, false, 'expire'],
  ])('%s', (_when, now, holds, action) => {
    expect(holdsAt(grant, now)).toBe(holds);
    expect(next(grant, now).kind).toBe(action);
    expect(asOf(grant, CONNECTED, now).endedAt).toBe(holds ? null : T0 + 6 * HOUR);
  });

  it('is recorded as ended at expiresAt, however late that is recorded', () => {
    expect(ended(grant, 'EXPIRED', T0 + 9 * HOUR).endedAt).toBe(T0 + 6 * HOUR);
  });
});

describe('A7 a coming end is told', () => {
  it.each<[string, Partial<Grant>, number | null]>([
    ['a tenth of its length before', { expiresAt: T0 + 10 * HOUR }, T0 + 9 * HOUR],
    ['at least five minutes', { expiresAt: T0 + HOUR / 2 }, T0 + HOUR / 2 - WARNING_MIN_MS],
    ['at most a day', { expiresAt: T0 + 90 * 24 * HOUR }, T0 + 90 * 24 * HOUR - WARNING_MAX_MS],
    ['not of one that is too short for it', { expiresAt: T0 + 2 * WARNING_MIN_MS - 1 }, null],
    ['not of a permanent one', { expiresAt: null }, null],
    ['not twice', { expiresAt: T0 + 10 * HOUR, warnedAt: T0 + 9 * HOUR }, null],
  ])('%s', (_when, part, at) => expect(warningAt(aGrant(part))).toBe(at));

  it('once, between start and end, and never at the same time as either', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * 24 * HOUR }), fc.nat(400 * 24 * HOUR), (length, after) => {
        const grant = aGrant({ expiresAt: T0 + length });
        const { kind } = next(grant, T0 + after);
        const at = warningAt(grant);
        if (at !== null) expect(Number.isInteger(at)).toBe(true);
        if (after >= length) expect(kind).toBe('expire');
        else expect(kind).toBe(at !== null && T0 + after >= at ? 'warn' : 'wait');
        expect(next(warned(grant, T0 + after), T0 + after).kind).not.toBe('warn');
      }),
    ));
});

describe('A4 a start in the future', () => {
  const grant = aGrant({ startsAt: T0 + HOUR, expiresAt: T0 + 2 * HOUR, startedAt: null });
  it.each([
    ['a millisecond before it', T0 + HOUR - 1, false, 'wait'],
    ['at it', T0 + HOUR, true, 'start'],
  ])('%s', (_when, now, holds, action) => {
    expect(holdsAt(grant, now)).toBe(holds);
    expect(next(grant, now).kind).toBe(action);
  });

  it('counts a changed duration from the start that is still to come', () => {
    expect(changedEnd(grant, { duration: 3 * HOUR }, T0)).toBe(T0 + 4 * HOUR);
    expect(changedEnd(started(grant, T0 + HOUR), { duration: 3 * HOUR }, T0 + 1.5 * HOUR)).toBe(T0 + 4.5 * HOUR);
  });
});

describe('A11 a review', () => {
  const grant = aGrant({ expiresAt: null, reviewBy: T0 + HOUR });
  it.each([
    ['a millisecond before it', grant, T0 + HOUR - 1, 'wait'],
    ['at it', grant, T0 + HOUR, 'review'],
    ['a month after it, when nobody looked', grant, T0 + 31 * 24 * HOUR, 'review'],
    ['once it has been told', reviewTold(grant, T0 + HOUR), T0 + 2 * HOUR, 'rest'],
    ['put off', changed(grant, { reviewBy: T0 + 3 * HOUR }, T0), T0 + 2 * HOUR, 'wait'],
    [
      'put off after it has been told',
      changed(reviewTold(grant, T0), { reviewBy: T0 + HOUR + 1 }, T0),
      T0 + 2 * HOUR,
      'review',
    ],
    ['put off for good', changed(grant, { reviewBy: null }, T0), T0 + 2 * HOUR, 'rest'],
    ['of one that has ended', ended(grant, 'ENDED', T0), T0 + 2 * HOUR, 'rest'],
    ['of one that has expired before', aGrant({ reviewBy: T0 + 7 * HOUR }), T0 + 8 * HOUR, 'expire'],
  ])('%s', (_when, one, now, action) => expect(next(one, now).kind).toBe(action));

  it('is told whatever else is changed about the grant, and changes nothing about when it holds', () => {
    const extended = changed(grant, { duration: 2 * HOUR }, T0);
    expect(extended).toMatchObject({ reviewBy: T0 + HOUR, expiresAt: T0 + 2 * HOUR });
    const told = reviewTold(extended, T0 + HOUR);
    expect(told).toEqual({ ...extended, reviewToldAt: T0 + HOUR });
    expect(changed(told, { duration: 3 * HOUR }, T0 + HOUR).reviewToldAt).toBe(T0 + HOUR);
    expect(changed(warned(extended, T0), { reviewBy: null }, T0).warnedAt).toBe(T0);
  });
});

describe('S9 a disconnect ends what was granted under the connection', () => {
  it.each([
    ['connected as it was', { epoch: 1, disconnectedAt: null }, null, null],
    ['disconnected', { epoch: 2, disconnectedAt: T0 + HOUR }, T0 + HOUR, 'DISCONNECTED'],
    ['connected anew', { epoch: 2, disconnectedAt: T0 + HOUR }, T0 + HOUR, 'DISCONNECTED'],
    [
      'disconnected after it had ended by itself',
      { epoch: 2, disconnectedAt: T0 + 7 * HOUR },
      T0 + 6 * HOUR,
      'EXPIRED',
    ],
  ])('%s', (_what, connection, endedAt, endReason) => {
    expect(asOf(aGrant(), connection, T0 + (endReason === 'EXPIRED' ? 8 : 2) * HOUR)).toMatchObject({
      endedAt,
      endReason,
    });
  });
});

/** What callers and time do to one grant. */
type Happening =
  | { kind: 'pass'; ms: number }
  | { kind: 'change'; ms: number | null }
  | { kind: 'putOff'; ms: number | null }
  | { kind: 'end' }
  | { kind: 'look' };
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 4 * HOUR }) }),
  fc.record({ kind: fc.constant('change' as const), ms: fc.option(fc.integer({ min: 1, max: 4 * HOUR })) }),
  fc.record({ kind: fc.constant('putOff' as const), ms: fc.option(fc.integer({ min: 1, max: 4 * HOUR })) }),
  fc.record({ kind: fc.constant('end' as const) }),
  fc.record({ kind: fc.constant('look' as const) }),
);
const history = fc.record({
  delay: fc.integer({ min: 0, max: 2 * HOUR }),
  length: fc.option(fc.integer({ min: 1, max: 6 * HOUR })),
  review: fc.option(fc.integer({ min: 1, max: 9 * HOUR })),
  happenings: fc.array(happening, { maxLength: 20 }),
});

/** Carries out one action as the worker does. */
function after(grant: Grant, action: Action, now: number): Grant {
  switch (action.kind) {
    case 'start':
      return started(grant, now);
    case 'warn':
      return warned(grant, now);
    case 'review':
      return reviewTold(grant, now);
    case 'expire':
      return ended(grant, 'EXPIRED', now);
  }
}
const isRest = (action: Action | Rest): action is Rest => action.kind === 'wait' || action.kind === 'rest';
/** What the worker leaves behind. */
function settled(grant: Grant, now: number): Grant {
  let state = grant;
  for (let step = 0; step < 4; step++) {
    const action = next(state, now);
    if (isRest(action)) return state;
    state = after(state, action, now);
  }
  expect.fail('did not come to rest in three steps');
}

/** Plays a history beside a model that knows only the promises: the instants at which the caller was told 'until then'. */
function play(
  { delay, length, review, happenings }: typeof history extends fc.Arbitrary<infer T> ? T : never,
  see: (grant: Grant, now: number, until: number | null, reviewBy: number | null) => void,
) {
  let now = T0;
  const startsAt = T0 + delay;
  let grant = aGrant({
    startsAt,
    expiresAt: length === null ? null : startsAt + length,
    startedAt: delay === 0 ? T0 : null,
    reviewBy: review === null ? null : startsAt + review,
  });
  let until: number | null = grant.expiresAt;
  let reviewBy: number | null = grant.reviewBy;
  see(grant, now, until, reviewBy);
  for (const one of happenings) {
    const isOver = until !== null && now >= until;
    if (one.kind === 'pass') now += one.ms;
    if (one.kind === 'look') grant = settled(grant, now);
    if (one.kind === 'change' && !isOver) {
      until = one.ms === null ? null : Math.max(startsAt, now) + one.ms;
      grant = changed(grant, one.ms === null ? { expiresAt: null } : { duration: one.ms }, now);
    }
    if (one.kind === 'putOff' && !isOver) {
      reviewBy = one.ms === null ? null : Math.max(startsAt, now) + one.ms;
      grant = changed(grant, { reviewBy }, now);
    }
    if (one.kind === 'end' && !isOver) {
      until = now;
      grant = ended(grant, 'ENDED', now);
    }
    see(grant, now, until, reviewBy);
  }
}

describe('over any history', () => {
  it('allows exactly between its start and the end that was promised last', () =>
    fc.assert(
      fc.property(history, (one) =>
        play(one, (grant, now, until) => {
          const seen = asOf(grant, CONNECTED, now);
          const allowed = seen.endedAt === null && holdsAt(seen, now);
          expect(allowed).toBe(now >= T0 + one.delay && (until === null || now < until));
        }),
      ),
    ));

  it('waits exactly until dueAt, and is never due without something to do', () =>
    fc.assert(
      fc.property(history, (one) =>
        play(one, (grant, now) => {
          const action = next(grant, now);
          const due = dueAt(grant);
          if (action.kind === 'wait') expect(action.until).toBe(due);
          expect(isRest(action)).toBe(due === null || now < due);
        }),
      ),
    ));

  it('rests within three steps, and a second look changes nothing', () =>
    fc.assert(
      fc.property(history, (one) =>
        play(one, (grant, now) => {
          const once = settled(grant, now);
          expect(settled(once, now)).toEqual(once);
        }),
      ),
    ));

  it('tells a review once when it has come, never before, and never of what is over', () =>
    fc.assert(
      fc.property(history, (one) =>
        play(one, (grant, now, until, reviewBy) => {
          const isOver = until !== null && now >= until;
          const seen = settled(grant, now);
          if (isOver) expect(seen.reviewToldAt).toBe(grant.reviewToldAt);
          else expect(seen.reviewToldAt !== null).toBe(reviewBy !== null && now >= reviewBy);
          expect([seen.startsAt, seen.expiresAt]).toEqual([grant.startsAt, grant.expiresAt]);
        }),
      ),
    ));

  it('never leaves its end again, even if the clock went back', () =>
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 9 * HOUR }), (one, back) =>
        play(one, (grant, now) => {
          const over = settled(grant, now);
          if (over.endedAt !== null) expect(next(over, now - back).kind).toBe('rest');
        }),
      ),
    ));
});

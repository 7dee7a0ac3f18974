import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, dueAt, eventOf, expired, leased, next, PENDING_MS, record } from '../../shared/domains/rules.ts';
import type { Attempt, Domain, Outcome } from '../../shared/domains/schema.ts';
import type { Rest } from '../../shared/platform/settle.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/platform/time.ts';
import { T0 } from '../grants/a-grant.ts';
import { aDomain } from './a-domain.ts';

const anAttempt = (at: number, outcome: Outcome): Attempt => ({
  id: 'evt_1',
  version: 1,
  domainId: aDomain().id,
  at,
  outcome,
  finding: { severity: 'INFO', code: 'c', message: 'm', fix: 'f' },
  exchanges: [],
});
const looked = (domain: Domain, at: number, outcome: Outcome) => record(domain, anAttempt(at, outcome));
const isRest = (action: Action | Rest): action is Rest => action.kind === 'wait' || action.kind === 'rest';

describe('S3 a domain that is not proved yet', () => {
  it('is looked at first one minute after it was added, then ever more seldom, and expires after 30 days', () => {
    let domain = aDomain();
    const gaps: number[] = [];
    let now = T0;
    for (;;) {
      const action = next(domain, now);
      if (action.kind === 'rest') break;
      if (action.kind === 'wait') {
        gaps.push(action.until - now);
        now = action.until;
      } else domain = action.kind === 'expire' ? expired(domain) : looked(domain, now, 'NOT_PROVED');
    }
    expect(gaps.slice(0, 5)).toEqual([1, 2, 4, 8, 16].map((minutes) => minutes * MINUTE_MS));
    expect(Math.max(...gaps)).toBe(6 * HOUR_MS);
    expect(now).toBe(T0 + PENDING_MS);
    expect(domain.status).toBe('EXPIRED');
  });
});

describe('S3 a verified domain that stops proving ownership', () => {
  const verified = looked(aDomain(), T0, 'PROVED');
  const after = (...looks: [days: number, outcome: Outcome][]) =>
    looks.reduce((domain, [days, outcome]) => looked(domain, T0 + days * DAY_MS, outcome), verified).status;

  it('is warned about first and suspended only after three failures over 72 hours', () => {
    expect(after([1, 'NOT_PROVED'])).toBe('LAPSING');
    expect(after([1, 'NOT_PROVED'], [2, 'NOT_PROVED'], [3, 'NOT_PROVED'])).toBe('LAPSING');
    expect(after([1, 'NOT_PROVED'], [2, 'NOT_PROVED'], [4, 'NOT_PROVED'])).toBe('SUSPENDED');
    expect(after([1, 'NOT_PROVED'], [9, 'NOT_PROVED'])).toBe('LAPSING');
  });

  it('is not suspended because we, its resolver or its web server were down', () => {
    expect(after([1, 'UNKNOWN'], [2, 'UNKNOWN'], [30, 'UNKNOWN'], [300, 'UNKNOWN'])).toBe('VERIFIED');
    expect(next(verified, T0 + 300 * DAY_MS).kind).toBe('look');
  });

  it('is restored by one success, and told so', () => {
    expect(after([1, 'NOT_PROVED'], [2, 'NOT_PROVED'], [5, 'NOT_PROVED'], [6, 'PROVED'])).toBe('VERIFIED');
    expect(eventOf('SUSPENDED', 'VERIFIED')).toBe('domain.restored');
    expect(eventOf('PENDING', 'VERIFIED')).toBe('domain.verified');
    expect(eventOf('VERIFIED', 'VERIFIED')).toBeNull();
  });
});

type Happening = { readonly passMs: number; readonly outcome: Outcome | 'died' };
const history = fc.array(
  fc.record({
    passMs: fc.oneof(fc.integer({ min: 0, max: HOUR_MS }), fc.integer({ min: 0, max: 3 * DAY_MS })),
    outcome: fc.constantFrom('PROVED', 'NOT_PROVED', 'UNKNOWN', 'died'),
  }),
  { maxLength: 60 },
);

/** Time passes, the worker comes and looks if it is to, and sometimes dies in the middle of a look. */
function live(happenings: readonly Happening[], see: (domain: Domain, now: number) => void): void {
  let domain = aDomain();
  let now = T0;
  for (const { passMs, outcome } of happenings) {
    now += passMs;
    see(domain, now);
    const action = next(domain, now);
    if (action.kind === 'expire') domain = expired(domain);
    if (action.kind !== 'look') continue;
    domain = leased(domain, now);
    see(domain, now);
    if (outcome !== 'died') domain = looked(domain, now + 1000, outcome);
  }
  see(domain, now);
}

describe('over any history', () => {
  it('waits exactly until dueAt, and is never due without something to do', () =>
    fc.assert(
      fc.property(history, (one) =>
        live(one, (domain, now) => {
          const action = next(domain, now);
          const due = dueAt(domain);
          if (action.kind === 'wait') expect(action.until).toBe(due);
          expect(isRest(action)).toBe(due === null || now < due);
        }),
      ),
    ));

  it('rests after one look, whatever it showed', () =>
    fc.assert(
      fc.property(history, fc.constantFrom<Outcome>('PROVED', 'NOT_PROVED', 'UNKNOWN'), (one, outcome) =>
        live(one, (domain, now) => {
          if (next(domain, now).kind !== 'look') return;
          const after = looked(leased(domain, now), now, outcome);
          expect(next(after, now).kind).toMatch(/^(wait|expire)$/);
        }),
      ),
    ));

  it('is suspended only after three failures in a row that were seen, over at least 72 hours', () =>
    fc.assert(
      fc.property(history, (one) => {
        let before = aDomain();
        live(one, (domain) => {
          if (domain.status === 'SUSPENDED' && before.status !== 'SUSPENDED') {
            expect(domain.failures).toBeGreaterThanOrEqual(3);
            expect((domain.lastAttempt?.at ?? 0) - (domain.failingSince ?? 0)).toBeGreaterThanOrEqual(3 * DAY_MS);
            expect(domain.lastAttempt?.outcome).toBe('NOT_PROVED');
          }
          before = domain;
        });
      }),
    ));

  it('never leaves EXPIRED, and time alone never suspends', () =>
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 999 * DAY_MS }), (one, later) =>
        live(one, (domain, now) => {
          if (domain.status === 'EXPIRED') expect(next(domain, now + later).kind).toBe('rest');
          else expect(next(domain, now + later).kind).not.toBe('suspend');
        }),
      ),
    ));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../shared/domains/findings.ts';
import {
  type Action,
  dueAt,
  eventOf,
  expired,
  FIRST_CHECK_AFTER_MS,
  isOver,
  LEASE_MS,
  leased,
  next,
  PENDING_MS,
  record,
  SUSPEND_AFTER_MS,
} from '../../shared/domains/rules.ts';
import type { Attempt, Domain, DomainStatus, Outcome } from '../../shared/domains/schema.ts';
import type { Rest } from '../../shared/platform/settle.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/platform/time.ts';
import { T0 } from '../grants/a-grant.ts';
import { aDomain } from './a-domain.ts';

let attempts = 0;
const anAttempt = (at: number, outcome: Outcome): Attempt => ({
  id: `att_${++attempts}`,
  version: 1,
  domainId: aDomain().id,
  at,
  outcome,
  finding: { severity: 'INFO', code: 'c', message: 'm', fix: 'f' },
  exchanges: [],
});
const looked = (domain: Domain, at: number, outcome: Outcome) => record(domain, anAttempt(at, outcome));
const isRest = (action: Action | Rest): action is Rest => action.kind === 'wait' || action.kind === 'rest';
const verified = looked(aDomain(), T0, 'PROVED');
type Look = readonly [afterMs: number, outcome: Outcome];
const after = (...looks: Look[]) =>
  looks.reduce((domain, [afterMs, outcome]) => looked(domain, T0 + afterMs, outcome), verified);

describe('S3 a domain that is not proved yet', () => {
  it('is looked at first one minute after it was added, then ever more seldom, and expires after 30 days', () => {
    let domain = aDomain();
    const gaps: number[] = [];
    let now = T0;
    for (let step = 0; step < 1000; step++) {
      const action = next(domain, now);
      if (action.kind === 'rest') break;
      if (action.kind === 'wait') {
        gaps.push(action.until - now);
        now = action.until;
      } else domain = action.kind === 'expire' ? expired(domain) : looked(domain, now, 'NOT_PROVED');
    }
    expect(gaps.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360].map((minutes) => minutes * MINUTE_MS));
    expect(gaps.slice(9, -1).every((gap) => gap === 6 * HOUR_MS)).toBe(true);
    expect(now).toBe(T0 + PENDING_MS);
    expect(domain).toMatchObject({ status: 'EXPIRED', verifiedAt: null });
    expect(dueAt(domain)).toBeNull();
  });

  it.each([
    [FIRST_CHECK_AFTER_MS - 1, 'wait'],
    [FIRST_CHECK_AFTER_MS, 'look'],
    [PENDING_MS - 1, 'look'],
    [PENDING_MS, 'expire'],
    [PENDING_MS + 1, 'expire'],
  ])('%i ms after it was added: %s', (ms, kind) => expect(next(aDomain(), T0 + ms).kind).toBe(kind));

  it('is not looked at more seldom because somebody asked for it many times', () => {
    let domain = aDomain();
    for (let second = 1; second <= 50; second++) domain = looked(domain, T0 + second * 1000, 'NOT_PROVED');
    expect(dueAt(domain)).toBe(T0 + 50_000 + 50_000 + MINUTE_MS);
  });

  it('is not verified by a proof that comes too late', () => {
    expect(looked(aDomain(), T0 + PENDING_MS - 1, 'PROVED').status).toBe('VERIFIED');
    expect(looked(aDomain(), T0 + PENDING_MS, 'PROVED')).toEqual(aDomain());
    expect(isOver(aDomain(), T0 + PENDING_MS)).toBe(true);
  });

  it('stays pending however often the proof was seen to be missing', () => {
    let domain = aDomain();
    for (let day = 1; day < 30; day++) domain = looked(domain, T0 + day * DAY_MS, 'NOT_PROVED');
    expect(domain).toMatchObject({ status: 'PENDING', attempts: 29 });
    expect(looked(domain, T0 + 29.5 * DAY_MS, 'PROVED')).toMatchObject({ status: 'VERIFIED', failures: 0 });
  });
});

describe('S3 a verified domain that stops proving ownership', () => {
  const no = 'NOT_PROVED';
  it.each<[string, Look[], DomainStatus]>([
    ['one failure', [[DAY_MS, no]], 'LAPSING'],
    [
      'two failures, however far apart',
      [
        [DAY_MS, no],
        [90 * DAY_MS, no],
      ],
      'LAPSING',
    ],
    [
      'three within 72 hours less a millisecond',
      [
        [DAY_MS, no],
        [2 * DAY_MS, no],
        [4 * DAY_MS - 1, no],
      ],
      'LAPSING',
    ],
    [
      'three over 72 hours',
      [
        [DAY_MS, no],
        [2 * DAY_MS, no],
        [4 * DAY_MS, no],
      ],
      'SUSPENDED',
    ],
    ['a hundred in one hour', Array.from({ length: 100 }, (_, n): Look => [n * 30_000, no]), 'LAPSING'],
    [
      'three, with a success between',
      [
        [DAY_MS, no],
        [2 * DAY_MS, 'PROVED'],
        [9 * DAY_MS, no],
        [11 * DAY_MS, no],
      ],
      'LAPSING',
    ],
    [
      'three, with outages between',
      [
        [DAY_MS, no],
        [2 * DAY_MS, 'UNKNOWN'],
        [3 * DAY_MS, no],
        [4 * DAY_MS, 'UNKNOWN'],
        [5 * DAY_MS, no],
      ],
      'SUSPENDED',
    ],
    [
      'nothing but outages for a year',
      [
        [DAY_MS, 'UNKNOWN'],
        [30 * DAY_MS, 'UNKNOWN'],
        [365 * DAY_MS, 'UNKNOWN'],
      ],
      'VERIFIED',
    ],
    [
      'two failures, then outages',
      [
        [DAY_MS, no],
        [2 * DAY_MS, no],
        [30 * DAY_MS, 'UNKNOWN'],
        [60 * DAY_MS, 'UNKNOWN'],
      ],
      'LAPSING',
    ],
  ])('%s', (_what, looks, status) => expect(after(...looks).status).toBe(status));

  it('is not suspended because we were down for a month: it is looked at first', () => {
    const lapsing = after([DAY_MS, no], [2 * DAY_MS, no]);
    expect(next(lapsing, T0 + 32 * DAY_MS)).toEqual({ kind: 'look' });
    expect(looked(lapsing, T0 + 32 * DAY_MS, 'PROVED').status).toBe('VERIFIED');
    expect(next(verified, T0 + 300 * DAY_MS)).toEqual({ kind: 'look' });
  });

  it('is looked at every day, and after an hour when a look could not tell', () => {
    expect(dueAt(verified)).toBe(T0 + DAY_MS);
    expect(dueAt(after([DAY_MS, no]))).toBe(T0 + 2 * DAY_MS);
    expect(dueAt(after([DAY_MS, 'UNKNOWN']))).toBe(T0 + DAY_MS + HOUR_MS);
  });

  it('is restored by one success, keeps when it was first verified, and begins to count anew', () => {
    const suspended = after([DAY_MS, no], [2 * DAY_MS, no], [5 * DAY_MS, no]);
    expect(suspended.status).toBe('SUSPENDED');
    const restored = looked(suspended, T0 + 6 * DAY_MS, 'PROVED');
    expect(restored).toMatchObject({ status: 'VERIFIED', verifiedAt: T0, failures: 0, failingSince: null });
    expect(looked(restored, T0 + 7 * DAY_MS, no).status).toBe('LAPSING');
  });

  it('never expires', () => {
    const suspended = after([DAY_MS, no], [2 * DAY_MS, no], [5 * DAY_MS, no]);
    expect(next(suspended, T0 + 999 * DAY_MS)).toEqual({ kind: 'look' });
  });
});

describe('what the owner is told', () => {
  it.each<[DomainStatus, DomainStatus, string | null]>([
    ['PENDING', 'VERIFIED', 'domain.verified'],
    ['VERIFIED', 'LAPSING', 'domain.lapsing'],
    ['LAPSING', 'SUSPENDED', 'domain.suspended'],
    ['LAPSING', 'VERIFIED', 'domain.restored'],
    ['SUSPENDED', 'VERIFIED', 'domain.restored'],
    ['VERIFIED', 'VERIFIED', null],
    ['LAPSING', 'LAPSING', null],
    ['PENDING', 'PENDING', null],
    ['PENDING', 'EXPIRED', null],
  ])('%s → %s: %s', (before, then, event) => expect(eventOf(before, then)).toBe(event));

  const lines = (domain: Domain) => findingsOf(domain).map(({ code, message, fix }) => `${code}: ${message} ${fix}`);
  it('says since when a domain lapses and from when on it is suspended', () => {
    const [seen, status] = lines(after([DAY_MS, 'NOT_PROVED']));
    expect(seen).toBe('c: m f');
    expect(status).toContain(new Date(T0 + DAY_MS).toISOString());
    expect(status).toContain(`suspended from ${new Date(T0 + DAY_MS + SUSPEND_AFTER_MS).toISOString()} on`);
  });
  it('says what a suspension ends and what restores it', () => {
    const [, status] = lines(after([1, 'NOT_PROVED'], [2, 'NOT_PROVED'], [1 + SUSPEND_AFTER_MS, 'NOT_PROVED']));
    expect(status).toMatch(
      /^domain-suspended: .*Sign-in discovery .* have ended; live grants go on.*one success restores/,
    );
  });
  it('says that an expired one is to be added anew, and nothing of one that is well', () => {
    expect(lines(expired(aDomain()))).toEqual([expect.stringMatching(/^domain-expired: .* Add the domain anew/)]);
    expect(lines(aDomain())).toEqual([]);
    expect(lines(verified)).toEqual(['c: m f']);
  });
});

type Happening = { readonly passMs: number; readonly outcome: Outcome | 'died' };
const history = fc.array(
  fc.record({
    passMs: fc.oneof(
      fc.constantFrom(0, 1, MINUTE_MS, DAY_MS, DAY_MS - 1, LEASE_MS),
      fc.integer({ min: 0, max: HOUR_MS }),
      fc.integer({ min: 0, max: 3 * DAY_MS }),
    ),
    outcome: fc.constantFrom('PROVED', 'NOT_PROVED', 'NOT_PROVED', 'UNKNOWN', 'died'),
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
    now += 1000; // a look takes a while
    if (outcome !== 'died') domain = looked(domain, now, outcome);
    see(domain, now);
  }
}
/** The domain before and after each step of a history. */
const steps = (happenings: readonly Happening[], see: (before: Domain, then: Domain, now: number) => void): void => {
  let before = aDomain();
  live(happenings, (domain, now) => {
    see(before, domain, now);
    before = domain;
  });
};
const overAnyHistory = (see: (before: Domain, then: Domain, now: number) => void): void =>
  fc.assert(fc.property(history, (happenings) => steps(happenings, see)));

describe('S3 over any history', () => {
  it('waits exactly until dueAt, neither forgotten nor spinning', () =>
    overAnyHistory((_before, domain, now) => {
      const action = next(domain, now);
      const due = dueAt(domain);
      if (action.kind === 'wait') {
        expect(action.until).toBe(due);
        expect(next(domain, action.until - 1).kind).toBe('wait');
        expect(next(domain, action.until).kind).not.toBe('wait');
      }
      expect(action.kind === 'rest').toBe(due === null);
      expect(isRest(action)).toBe(due === null || now < due);
    }));

  it('rests within three steps, whatever is seen', () =>
    fc.assert(
      fc.property(history, fc.constantFrom<Outcome>('PROVED', 'NOT_PROVED', 'UNKNOWN'), (happenings, outcome) =>
        live(happenings, (start, now) => {
          let domain = start;
          let taken = 0;
          for (let action = next(domain, now); !isRest(action); action = next(domain, now)) {
            domain = action.kind === 'expire' ? expired(domain) : looked(leased(domain, now), now, outcome);
            expect(++taken).toBeLessThanOrEqual(3);
          }
        }),
      ),
    ));

  it('counts the same look once', () =>
    overAnyHistory((_before, domain, now) => {
      for (const outcome of ['PROVED', 'NOT_PROVED', 'UNKNOWN'] as const) {
        const attempt = anAttempt(now, outcome);
        const once = record(domain, attempt);
        expect(record(once, attempt)).toEqual(once);
      }
    }));

  it('does not look while another may be looking, and does once the lease has run out', () =>
    overAnyHistory((_before, domain, now) => {
      const held = leased(domain, now);
      if (domain.status === 'EXPIRED') return;
      expect(next(held, now + LEASE_MS - 1).kind).toBe('wait');
      expect(dueAt(held)).toBeGreaterThanOrEqual(now + LEASE_MS);
    }));

  it('is suspended only by a look, after three in a row that were seen to fail over at least 72 hours', () => {
    let failures: number[] = [];
    overAnyHistory((before, domain, now) => {
      if (before.lastAttempt === null) failures = [];
      if (domain.lastAttempt && domain.lastAttempt.id !== before.lastAttempt?.id) {
        if (domain.lastAttempt.outcome === 'PROVED') failures = [];
        if (domain.lastAttempt.outcome === 'NOT_PROVED') failures.push(domain.lastAttempt.at);
      }
      if (domain.status !== 'SUSPENDED' || before.status === 'SUSPENDED') return;
      expect(domain.lastAttempt).toMatchObject({ at: now, outcome: 'NOT_PROVED' });
      expect(failures.length).toBeGreaterThanOrEqual(3);
      expect(now - (failures[0] ?? now)).toBeGreaterThanOrEqual(3 * DAY_MS);
    });
  });

  it('an outage of any length changes no status but the end of an unproved domain', () =>
    fc.assert(
      fc.property(history, fc.array(fc.integer({ min: 0, max: 99 * DAY_MS }), { maxLength: 20 }), (happenings, gaps) =>
        live(happenings, (start, startedAt) => {
          let domain = start;
          let now = startedAt;
          for (const gap of gaps) {
            now += gap;
            const action = next(domain, now);
            if (action.kind === 'expire') domain = expired(domain);
            if (action.kind === 'look') domain = looked(leased(domain, now), now, 'UNKNOWN');
          }
          if (domain.status !== 'EXPIRED') expect(domain.status).toBe(start.status);
          else expect(['PENDING', 'EXPIRED']).toContain(start.status);
        }),
      ),
    ));

  it('one success makes it verified, unless it has expired', () =>
    overAnyHistory((_before, domain, now) => {
      const expected = isOver(domain, now) ? domain.status : 'VERIFIED';
      expect(looked(domain, now, 'PROVED').status).toBe(expected);
    }));

  it('never leaves EXPIRED, and only a pending one expires', () =>
    overAnyHistory((before, domain, now) => {
      if (before.status === 'EXPIRED') expect(domain.status).toBe('EXPIRED');
      if (domain.status === 'EXPIRED') expect(next(domain, now + 999 * DAY_MS).kind).toBe('rest');
      if (domain.status === 'EXPIRED') expect(domain.verifiedAt).toBeNull();
      expect(next(domain, now).kind === 'expire').toBe(
        domain.status === 'PENDING' && now >= T0 + PENDING_MS && (dueAt(domain) ?? now) <= now,
      );
    }));

  it('a clock that goes back changes nothing', () =>
    overAnyHistory((_before, domain, now) => {
      expect(next(domain, now - 99 * DAY_MS).kind).toBe(domain.status === 'EXPIRED' ? 'rest' : 'wait');
    }));
});

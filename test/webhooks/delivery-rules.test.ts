import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/platform/time.ts';
import {
  ATTEMPTS_KEPT,
  deliveryId,
  JITTER,
  next,
  RETRY_AFTER_MS,
  record,
  replayed,
} from '../../shared/webhooks/delivery-rules.ts';
import type { Outcome } from '../../shared/webhooks/judge.ts';
import type { Delivery } from '../../shared/webhooks/schema.ts';
import { T0 } from '../grants/a-grant.ts';
import { aDelivery } from './a-webhook.ts';

type Learnt = Pick<Outcome, 'kind' | 'retryAfterMs'>;
const FAILED: Learnt = { kind: 'FAILED', retryAfterMs: null };
const RECEIVED: Learnt = { kind: 'RECEIVED', retryAfterMs: null };

const tried = (delivery: Delivery, at: number, learnt: Learnt, spread = 0, turn = delivery.turn): Delivery =>
  record(delivery, { at, durationMs: 0, status: 500, finding: null }, learnt, { turn, spread });
/** As often as it asks for it, each attempt at the instant at which it falls due. */
function triedUntilRest(learnt: Learnt, spread = 0): Delivery[] {
  const all = [aDelivery()];
  for (let last = all[0]; last?.nextAttemptAt != null; last = all.at(-1)) {
    all.push(tried(last, last.nextAttemptAt, learnt, spread));
  }
  return all;
}

describe('A7 the schedule of a delivery', () => {
  it('is that of Standard Webhooks: at once, then 5 s, 5 and 30 min, 2, 5, 10, 14, 20 and 24 h, then FAILED', () => {
    const all = triedUntilRest(FAILED);
    const waits = all.slice(1, -1).map(({ nextAttemptAt }, at) => (nextAttemptAt ?? 0) - (all[at]?.nextAttemptAt ?? 0));
    expect(waits).toEqual([
      5 * SECOND_MS,
      5 * MINUTE_MS,
      30 * MINUTE_MS,
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
    ]);
    expect(all.at(-1)).toMatchObject({ status: 'FAILED', nextAttemptAt: null, attemptCount: 10 });
  });

  it('is spread by up to a tenth, always later', () => {
    const [, first] = triedUntilRest(FAILED, 0.999);
    expect(first?.nextAttemptAt).toBe(T0 + Math.round(5 * SECOND_MS * (1 + JITTER * 0.999)));
  });

  it('waits to the millisecond', () => {
    const once = tried(aDelivery(), T0, FAILED);
    expect(next(once, T0 + 5 * SECOND_MS - 1)).toEqual({ kind: 'wait', until: T0 + 5 * SECOND_MS });
    expect(next(once, T0 + 5 * SECOND_MS)).toEqual({ kind: 'send' });
  });

  it('waits longer when it is asked to, and never shorter', () => {
    const asked = (retryAfterMs: number) => tried(aDelivery(), T0, { kind: 'SLOW_DOWN', retryAfterMs }).nextAttemptAt;
    expect(asked(HOUR_MS)).toBe(T0 + HOUR_MS);
    expect(asked(1)).toBe(T0 + 5 * SECOND_MS);
  });

  it('counts from the end of an attempt, however long it hung', () => {
    const hung = record(aDelivery(), { at: T0, durationMs: 15_000, status: null, finding: null }, FAILED, {
      turn: 0,
      spread: 0,
    });
    expect(hung.nextAttemptAt).toBe(T0 + 20 * SECOND_MS);
  });

  it('ends with the first 2xx, and with 410', () => {
    expect(tried(aDelivery(), T0, RECEIVED)).toMatchObject({ status: 'DELIVERED', nextAttemptAt: null });
    const gone = tried(aDelivery(), T0, { kind: 'GONE', retryAfterMs: null });
    expect(gone).toMatchObject({ status: 'FAILED', nextAttemptAt: null });
  });

  it('begins anew with a replay, whatever has become of it', () => {
    for (const before of [aDelivery(), tried(aDelivery(), T0, RECEIVED), triedUntilRest(FAILED).at(-1)]) {
      const again = before && replayed(before, T0 + DAY_MS);
      expect(again).toMatchObject({ status: 'PENDING', nextAttemptAt: T0 + DAY_MS, failures: 0, id: before?.id });
    }
  });

  it('keeps a replay that was asked for while an attempt was under way', () => {
    const again = replayed(aDelivery(), T0 + 1);
    for (const learnt of [RECEIVED, FAILED]) {
      expect(tried(again, T0 + 2, learnt, 0, 0)).toMatchObject({
        status: 'PENDING',
        nextAttemptAt: T0 + 1,
        failures: 0,
      });
    }
  });
});

describe('A7 the identifier of a delivery', () => {
  const [event, webhook] = ['evt_01KDX0000000000000000000E1', 'whk_01KDX0000000000000000000W1'];
  it('is one for each event and webhook, sorted as events are', () => {
    expect(deliveryId(event, webhook)).toBe(deliveryId(event, webhook));
    expect(deliveryId(event, webhook)).toMatch(/^dlv_01KDX00000[0-9A-HJKMNP-TV-Z]{16}$/);
    expect(deliveryId(event, `${webhook.slice(0, -1)}2`)).not.toBe(deliveryId(event, webhook));
    expect(deliveryId(`${event.slice(0, -1)}2`, webhook)).not.toBe(deliveryId(event, webhook));
  });
});

const learnt = fc.record({
  kind: fc.constantFrom<Outcome['kind']>('RECEIVED', 'GONE', 'SLOW_DOWN', 'FAILED', 'FAILED', 'FAILED'),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: HOUR_MS })),
});
const happening = fc.record({
  passMs: fc.oneof(fc.constantFrom(0, 1, 5 * SECOND_MS, DAY_MS), fc.integer({ min: 0, max: 2 * DAY_MS })),
  learnt,
  spread: fc.double({ min: 0, max: 0.999, noNaN: true }),
  replays: fc.boolean(),
  died: fc.boolean(),
});

/** Time passes, the worker comes and sends if it is to, sometimes dies before it records, and somebody asks for replays. */
const overAnyHistory = (see: (before: Delivery, then: Delivery, now: number) => void): void =>
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (history) => {
      let delivery = aDelivery();
      let now = T0;
      for (const { passMs, learnt: answer, spread, replays, died } of history) {
        now += passMs;
        const before = delivery;
        if (replays && passMs % 5 === 0) delivery = replayed(delivery, now);
        else if (next(delivery, now).kind === 'send' && !died) delivery = tried(delivery, now, answer, spread);
        see(before, delivery, now);
      }
    }),
  );

describe('A7 over any history', () => {
  it('is due exactly while it is pending', () =>
    overAnyHistory((_before, { status, nextAttemptAt }) => {
      expect(nextAttemptAt === null).toBe(status !== 'PENDING');
    }));
  it('waits exactly until its next attempt', () =>
    overAnyHistory((_before, delivery, now) => {
      const action = next(delivery, now);
      if (action.kind !== 'wait') return;
      expect(next(delivery, action.until - 1).kind).toBe('wait');
      expect(next(delivery, action.until).kind).toBe('send');
    }));
  it('keeps its identifiers', () =>
    overAnyHistory((_before, { id, eventId, webhookId }) => {
      const { id: one, eventId: event, webhookId: webhook } = aDelivery();
      expect([id, eventId, webhookId]).toEqual([one, event, webhook]);
    }));
  it('is tried ten times at most, until it is replayed', () =>
    overAnyHistory((_before, { failures, status }) => {
      expect(failures).toBeLessThanOrEqual(RETRY_AFTER_MS.length + 1);
      if (failures === RETRY_AFTER_MS.length + 1) expect(status).toBe('FAILED');
    }));
  it('stays small', () =>
    overAnyHistory((_before, { attempts, attemptCount }) => {
      expect(attempts.length).toBe(Math.min(attemptCount, ATTEMPTS_KEPT));
    }));
  it('that was delivered is sent again only by a replay', () =>
    overAnyHistory((before, then) => {
      if (before.status === 'DELIVERED' && then.status !== 'DELIVERED') expect(then.turn).toBe(before.turn + 1);
    }));
});

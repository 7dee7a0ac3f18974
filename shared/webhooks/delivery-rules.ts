/**
 * A delivery is PENDING until an attempt gets through (DELIVERED) or the last of its schedule has failed (FAILED). Time
 * alone only makes us try. Whoever dies after sending and before recording sends again, under the same id. Pure.
 */
import type { OutgoingEvent } from '../platform/event-item.ts';
import { derivedId } from '../platform/ids.ts';
import type { Rest } from '../platform/settle.ts';
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import type { Outcome } from './judge.ts';
import type { Attempt, Delivery } from './schema.ts';

/** Waits between attempts, the first of which is made at once (Standard Webhooks 1.0.0, 'Retry schedule'). */
export const RETRY_AFTER_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** Each wait is longer by up to this part of it: what failed together does not come again together. */
export const JITTER = 0.1;
/** More than a schedule and two replays have; an item stays small. */
export const ATTEMPTS_KEPT = 30;

export type Action = { readonly kind: 'send' };

/** What this delivery needs now. */
export function next({ nextAttemptAt }: Delivery, now: Instant): Action | Rest {
  if (nextAttemptAt === null) return { kind: 'rest' };
  return now < nextAttemptAt ? { kind: 'wait', until: nextAttemptAt } : { kind: 'send' };
}

/** One for each event and webhook, whoever makes it: two fan-outs make the same. */
export const deliveryId = (eventId: string, webhookId: string): string => derivedId('dlv', eventId, webhookId);

export const newDelivery = (event: OutgoingEvent, webhookId: string, now: Instant): Delivery => ({
  id: deliveryId(event.id, webhookId),
  version: 1,
  federationId: event.federationId,
  webhookId,
  eventId: event.id,
  type: event.type,
  subject: event.subject,
  at: event.at,
  status: 'PENDING',
  nextAttemptAt: now,
  failures: 0,
  turn: 0,
  attemptCount: 0,
  attempts: [],
  createdAt: now,
  updatedAt: now,
});

/**
 * The facts after one attempt, and what follows from them.
 * @param turn of the delivery when it was sent: a replay that was asked for meanwhile is not used up by it
 * @param spread in [0, 1), for the jitter
 */
export function record(
  delivery: Delivery,
  attempt: Attempt,
  outcome: Pick<Outcome, 'kind' | 'retryAfterMs'>,
  { turn, spread }: { readonly turn: number; readonly spread: number },
): Delivery {
  const tried: Delivery = {
    ...delivery,
    attemptCount: delivery.attemptCount + 1,
    attempts: [...delivery.attempts, attempt].slice(-ATTEMPTS_KEPT),
    updatedAt: attempt.at + attempt.durationMs,
  };
  if (delivery.turn !== turn || delivery.nextAttemptAt === null) return tried;
  switch (outcome.kind) {
    case 'RECEIVED':
      return { ...tried, status: 'DELIVERED', nextAttemptAt: null };
    case 'GONE':
      return { ...tried, status: 'FAILED', failures: delivery.failures + 1, nextAttemptAt: null };
    case 'SLOW_DOWN':
    case 'FAILED': {
      const wait = RETRY_AFTER_MS[delivery.failures];
      const failures = delivery.failures + 1;
      if (wait === undefined) return { ...tried, status: 'FAILED', failures, nextAttemptAt: null };
      const afterMs = Math.max(Math.round(wait * (1 + JITTER * spread)), outcome.retryAfterMs ?? 0);
      return { ...tried, failures, nextAttemptAt: tried.updatedAt + afterMs };
    }
  }
}

/** Its schedule begins anew, at once. */
export const replayed = (delivery: Delivery, now: Instant): Delivery => ({
  ...delivery,
  status: 'PENDING',
  nextAttemptAt: now,
  failures: 0,
  turn: delivery.turn + 1,
  updatedAt: now,
});

/** The event itself is no longer there to be sent. */
export const lost = (delivery: Delivery, now: Instant): Delivery => ({
  ...delivery,
  status: 'FAILED',
  nextAttemptAt: null,
  updatedAt: now,
});

/** One attempt of one delivery: sent, judged, and recorded with what it has shown of the webhook. */
import { type Commit, Stale } from '../platform/commit.ts';
import { eventItem, eventKey } from '../platform/event-item.ts';
import { jitter } from '../platform/ids.ts';
import type { Cause } from '../platform/plan.ts';
import type { Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import { lost, next, record } from './delivery-rules.ts';
import { judge, type Outcome } from './judge.ts';
import { planRecord, planStray } from './plans.ts';
import { heard } from './rules.ts';
import type { Attempt, Delivery, Waiting, Webhook } from './schema.ts';
import type { Send } from './send.ts';
import { deliveryItem, deliveryKey, keptUntil, strayRemoval, waitsAt, webhookItem } from './store.ts';

export interface DeliverParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly send: Send;
}

/** Tries to record one attempt while its siblings write to the same webhook. */
const RECORDS_MAX = 20;

export const causeOf = (now: Instant, correlationId: string): Cause => ({
  actor: { type: 'SYSTEM', id: 'webhook-work' },
  now,
  correlationId,
  source: null,
});

export const deliverWith = ({ table, commit, clock, send }: DeliverParts) => {
  const conclude = async (
    sent: Delivery,
    to: Webhook,
    attempt: Attempt,
    answered: Outcome,
    correlationId: string,
  ): Promise<void> => {
    const by = { turn: sent.turn, spread: jitter() };
    for (let round = 1; ; round++) {
      const [before, webhook] = await Promise.all([
        deliveryItem.read(table, deliveryItem.key(sent)),
        webhookItem.read(table, { pk: sent.webhookId, sk: webhookItem.name }),
      ]);
      if (!before) return; // forgotten meanwhile
      const now = clock();
      // What an address answered says nothing about another one that the owner has given since: there it is tried again.
      const isMoved = webhook !== undefined && webhook.url !== to.url;
      const isOld = isMoved && answered.kind !== 'RECEIVED';
      const outcome = isOld ? { ...answered, kind: 'FAILED' as const, retryAfterMs: null } : answered;
      const delivery = { before, after: record(before, attempt, outcome, by) };
      const facts = webhook && !isMoved ? { before: webhook, after: heard(webhook, outcome.kind, now) } : undefined;
      try {
        return await commit(planRecord(delivery, facts), causeOf(now, correlationId));
      } catch (error) {
        if (!(error instanceof Stale) || round === RECORDS_MAX) throw error;
      }
    }
  };

  /** @returns what came of it, or undefined when nothing was to be sent after all */
  return async (webhook: Webhook, waiting: Waiting, correlationId: string): Promise<Outcome | undefined> => {
    const delivery = await deliveryItem.read(table, deliveryKey(waiting.deliveryId));
    if (!waitsAt(waiting, delivery) || clock() >= keptUntil(delivery)) {
      await commit(planStray(strayRemoval(waiting)), causeOf(clock(), correlationId));
      return undefined;
    }
    const at = clock();
    if (next(delivery, at).kind !== 'send') return undefined;
    const event = await eventItem.read(table, eventKey(delivery.eventId));
    if (!event) {
      await commit(planRecord({ before: delivery, after: lost(delivery, at) }, undefined), causeOf(at, correlationId));
      return undefined;
    }
    const answer = await send(webhook, event, at);
    const now = clock(); // anew: the exchange took seconds
    const outcome = judge(answer, now);
    const { status, finding } = outcome;
    const attempt = { at, durationMs: Math.max(0, now - at), status, finding };
    await conclude(delivery, webhook, attempt, outcome, event.correlationId);
    return outcome;
  };
};

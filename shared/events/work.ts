/** What the queue asks of events: a delivery for each webhook that wants it, then the bus. */
import type { Commit } from '../platform/commit.ts';
import { eventItem, type OutgoingEvent } from '../platform/event-item.ts';
import type { Cause, Plan } from '../platform/plan.ts';
import { FAN_OUT_BUDGET_MS, settle } from '../platform/settle.ts';
import type { Key, Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import { fanOutWith } from '../webhooks/fan-out.ts';
import type { Publish } from './bus.ts';
import { fannedOut, next, published } from './rules.ts';

export interface EventWorkParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly publish: Publish;
}

const causeOf = (now: Instant, correlationId: string): Cause => ({
  actor: { type: 'SYSTEM', id: 'event-work' },
  now,
  correlationId,
  source: null,
});
const planTold = (after: OutgoingEvent): Plan => ({ writes: [eventItem.replace(after)], audit: [], events: [] });

export const eventWork = (parts: EventWorkParts) => {
  const { table, commit, clock, publish } = parts;
  const fanOut = fanOutWith(parts);
  /** Safe to run twice, late, or at the same time as another. */
  return (key: Key, _correlationId: string): Promise<void> =>
    settle({
      name: key.pk,
      budgetMs: FAN_OUT_BUDGET_MS,
      clock,
      load: () => eventItem.read(table, key),
      next,
      carryOut: async (event, action) => {
        switch (action.kind) {
          case 'fan-out': {
            const last = await fanOut(event, action.after);
            const now = clock();
            return commit(planTold(fannedOut(event, last, now)), causeOf(now, event.correlationId));
          }
          case 'publish': {
            await publish(event);
            const now = clock();
            return commit(planTold(published(event, now)), causeOf(now, event.correlationId));
          }
        }
      },
    });
};

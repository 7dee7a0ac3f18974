/** What the queue asks of events: a delivery for each webhook that wants it, then the bus. */
import type { Commit } from '../platform/commit.ts';
import { eventItem, type OutgoingEvent } from '../platform/event-item.ts';
import type { Log } from '../platform/log.ts';
import type { Cause, Plan } from '../platform/plan.ts';
import { FAN_OUT_BUDGET_MS, settle } from '../platform/settle.ts';
import type { Key, Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import { fanOutWith } from '../webhooks/fan-out.ts';
import type { Publish } from './bus.ts';
import { fannedOut, isStuck, next, published, refused } from './rules.ts';
import { BUS_STUCK } from './words.ts';

export interface EventWorkParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly log: Log;
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
  const { table, commit, clock, log, publish } = parts;
  const fanOut = fanOutWith(parts);

  const offer = async (event: OutgoingEvent): Promise<OutgoingEvent> => {
    try {
      await publish(event);
      return published(event, clock());
    } catch (error) {
      const after = refused(event, clock());
      if (isStuck(after)) log.error({ err: error, event: event.id, refusals: after.refusals }, BUS_STUCK);
      else log.warn({ err: error, event: event.id }, 'the bus did not take an event; it is offered again');
      return after;
    }
  };

  const keep = (after: OutgoingEvent): Promise<void> => commit(planTold(after), causeOf(clock(), after.correlationId));

  /** Safe to run twice, late, or at the same time as another. */
  return (key: Key, _correlationId: string): Promise<void> =>
    settle({
      name: key.pk,
      budgetMs: FAN_OUT_BUDGET_MS,
      clock,
      load: () => eventItem.read(table, key),
      next,
      isLast: ({ kind }) => kind === 'publish',
      carryOut: async (event, action) => {
        switch (action.kind) {
          case 'fan-out': {
            const last = await fanOut(event, action.after);
            const after = fannedOut(event, last, clock());
            // The last page and the bus in one commit: who dies before it fans out again, which twice is once.
            return keep(last === null ? await offer(after) : after);
          }
          case 'publish':
            return keep(await offer(event));
        }
      },
    });
};

/** From one event to a delivery for each webhook that wants it. */
import { childrenPage } from '../platform/children.ts';
import { type Commit, Stale } from '../platform/commit.ts';
import type { OutgoingEvent } from '../platform/event-item.ts';
import type { Cause } from '../platform/plan.ts';
import { keyText, type Table } from '../platform/table.ts';
import type { Clock } from '../platform/time.ts';
import { newDelivery } from './delivery-rules.ts';
import { isAwake, woken } from './lane-rules.ts';
import { planDeliveries, planLane } from './plans.ts';
import { wants } from './rules.ts';
import { deliveryItem, laneItem, laneKey, webhookItem } from './store.ts';

export interface FanOutParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
}

/** Webhooks seen to in one step: each takes two of the 100 items that one transaction takes. */
const PAGE = 40;
/** Tries to wake one lane while others write to it: it is awake long before. */
const TRIES_MAX = 10;

export const fanOutWith = ({ table, commit, clock }: FanOutParts) => {
  const causeOf = ({ correlationId }: OutgoingEvent): Cause => ({
    actor: { type: 'SYSTEM', id: 'event-work' },
    now: clock(),
    correlationId,
    source: null,
  });

  /** After the delivery was written, never before: `lane-rules.ts` says why. */
  const wake = async (webhookId: string, event: OutgoingEvent): Promise<void> => {
    for (let round = 1; ; round++) {
      const lane = await laneItem.read(table, laneKey(webhookId));
      const now = clock();
      if (!lane || isAwake(lane, now)) return; // deleted meanwhile, or it will be seen
      try {
        return await commit(planLane(woken(lane, now)), causeOf(event));
      } catch (error) {
        if (!(error instanceof Stale) || round === TRIES_MAX) throw error;
      }
    }
  };

  /**
   * One page of the federation's webhooks. Twice is once: what is there already is left as it is, and lanes are woken
   * again in case the first one died in between.
   * @returns the last webhook of the page, or null when there is no further one
   */
  return async (event: OutgoingEvent, after: string | null): Promise<string | null> => {
    const page = await childrenPage(table, webhookItem, event.federationId, { after: after ?? undefined, limit: PAGE });
    const wanting = page.items.filter((webhook) => wants(webhook, event.type));
    const now = clock();
    const deliveries = wanting.map(({ id }) => newDelivery(event, id, now));
    const present = await table.batchGet(deliveries.map(deliveryItem.key));
    await commit(
      planDeliveries(deliveries.filter((delivery) => !present.has(keyText(deliveryItem.key(delivery))))),
      causeOf(event),
    );
    await Promise.all(deliveries.map(({ webhookId }) => wake(webhookId, event)));
    return page.last ?? null;
  };
};

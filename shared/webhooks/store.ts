import { EVENT_KEPT_MS } from '../platform/event-item.ts';
import { childrenOf, itemKind } from '../platform/item.ts';
import { deletion, type Key, keyText, type Table, type Write } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import { dueAt } from './lane-rules.ts';
import { Delivery, Lane, Waiting, Webhook } from './schema.ts';

export const webhookItem = itemKind<Webhook>({
  name: 'WEBHOOK',
  schema: Webhook,
  key: ({ id }) => webhookKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'WEBHOOK'),
});
export const webhookKey = (id: string): Key => ({ pk: id, sk: 'WEBHOOK' });

/** The only one of a webhook's items that falls due: whatever waits for it, the dispatcher finds one thing. */
export const laneItem = itemKind<Lane>({
  name: 'LANE',
  schema: Lane,
  key: ({ webhookId }) => laneKey(webhookId),
  dueAt,
});
export const laneKey = (webhookId: string): Key => ({ pk: webhookId, sk: 'LANE' });

/** As long as its event. */
export const keptUntil = ({ at }: Pick<Delivery, 'at'>): Instant => at + EVENT_KEPT_MS;

export const deliveryItem = itemKind<Delivery>({
  name: 'DELIVERY',
  schema: Delivery,
  key: ({ id }) => deliveryKey(id),
  parentKey: ({ webhookId }) => childrenOf(webhookId, 'DELIVERY'),
  forgetAt: keptUntil,
});
export const deliveryKey = (id: string): Key => ({ pk: id, sk: 'DELIVERY' });

const WAITING = 'WAITING#';
/** Digits of an instant, so that text sorts as numbers do: until the year 2286. */
const INSTANT_DIGITS = 13;
const waitingKey = ({ webhookId, deliveryId, at }: Pick<Waiting, 'webhookId' | 'deliveryId' | 'at'>): Key => ({
  pk: webhookId,
  sk: `${WAITING}${String(at).padStart(INSTANT_DIGITS, '0')}#${deliveryId}`,
});
const waitingItem = itemKind<Waiting>({
  name: 'WAITING',
  schema: Waiting,
  key: waitingKey,
  forgetAt: ({ forgetAt }) => forgetAt,
});
const waitingFor = (delivery: Delivery): Waiting | undefined =>
  delivery.nextAttemptAt === null
    ? undefined
    : {
        webhookId: delivery.webhookId,
        deliveryId: delivery.id,
        version: 1,
        at: delivery.nextAttemptAt,
        forgetAt: keptUntil(delivery),
      };

/** The delivery, and its place in the lane. */
export const creationOf = (delivery: Delivery): Write[] => {
  const waiting = waitingFor(delivery);
  return [
    deliveryItem.create(delivery, () => 'stale'),
    ...(waiting ? [waitingItem.create(waiting, () => 'stale')] : []),
  ];
};

/** The delivery as it is now, in its new place in the lane or out of it. */
export const replacementOf = (before: Delivery, after: Delivery): Write[] => {
  const [from, to] = [waitingFor(before), waitingFor(after)];
  const stays = from && to && keyText(waitingKey(from)) === keyText(waitingKey(to));
  return [
    deliveryItem.replace(after),
    ...(from && !stays ? [deletion(waitingKey(from))] : []),
    ...(to && !stays ? [waitingItem.create(to, () => 'stale')] : []),
  ];
};

/** A place whose delivery is no longer there, or waits elsewhere. */
export const strayRemoval = (waiting: Waiting): Write => deletion(waitingKey(waiting));
export const waitsAt = (waiting: Waiting, delivery: Delivery | undefined): delivery is Delivery =>
  delivery?.nextAttemptAt === waiting.at;

/** The first that wait for the webhook, soonest first (consistent read). */
export async function waitingIn(table: Table, webhookId: string, limit: number): Promise<Waiting[]> {
  const { items } = await table.query({ partition: webhookId, prefix: WAITING, limit });
  return items.map((item) => waitingItem.parse(item));
}

/** One page of a webhook's deliveries, newest first, by an index that may be late by a moment; each as it is now. */
export async function deliveriesPage(
  table: Table,
  webhookId: string,
  now: Instant,
  page: { after?: string | undefined; limit: number },
) {
  const { items, more } = await table.query({
    index: 'children',
    partition: childrenOf(webhookId, deliveryItem.name),
    newestFirst: true,
    limit: page.limit,
    ...(page.after !== undefined && { after: page.after }),
  });
  const keys = items.map(({ id }) => deliveryKey(String(id)));
  const byKey = await table.batchGet(keys);
  const deliveries = keys.flatMap((key) => {
    const stored = byKey.get(keyText(key));
    const delivery = stored && deliveryItem.parse(stored);
    return delivery && now < keptUntil(delivery) ? [delivery] : []; // TTL deletes late
  });
  return { deliveries, last: more ? String(items.at(-1)?.id) : undefined };
}

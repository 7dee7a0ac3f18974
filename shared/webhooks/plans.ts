/** Plans for webhooks, their deliveries and lanes. Pure. */
import { frameOf } from '../api/view.ts';
import { typeOf } from '../events/cloud-event.ts';
import type { Plan } from '../platform/plan.ts';
import { deletion, type Write } from '../platform/table.ts';
import { formatInstant, formatInstantOrNull } from '../platform/time.ts';
import { parentExists } from '../tenants/rules.ts';
import { newLane } from './lane-rules.ts';
import { viewWebhook } from './rules.ts';
import type { Attempt, Delivery, Lane, Webhook } from './schema.ts';
import { creationOf, laneItem, laneKey, replacementOf, webhookItem } from './store.ts';
import type { AttemptView, DeliveryView } from './view-schema.ts';

const viewAttempt = ({ at, durationMs, status, finding }: Attempt): AttemptView => ({
  at: formatInstant(at),
  durationMs,
  status,
  finding,
});

/** @param isSent whether its webhook is enabled: else no attempt is planned, whatever the schedule says */
export const viewDelivery = (delivery: Delivery, isSent: boolean): DeliveryView => ({
  ...frameOf({ ...delivery, revision: delivery.turn + 1 }),
  webhookId: delivery.webhookId,
  eventId: delivery.eventId,
  type: typeOf(delivery.type),
  subject: delivery.subject,
  status: delivery.status,
  nextAttemptAt: isSent ? formatInstantOrNull(delivery.nextAttemptAt) : null,
  attemptCount: delivery.attemptCount,
  attempts: delivery.attempts.map(viewAttempt),
});

const audit = (verb: string, before: Webhook | null, after: Webhook | null, { id, federationId }: Webhook) => ({
  federationId,
  action: `webhook.${verb}`,
  resource: { type: 'webhook', id },
  before: before && viewWebhook(before),
  after: after && viewWebhook(after),
});

const written = (...writes: Write[]): Plan => ({ writes, audit: [], events: [] });

export const planCreation = (webhook: Webhook): Plan => ({
  writes: [
    webhookItem.create(webhook, () => 'stale'),
    laneItem.create(newLane(webhook.id), () => 'stale'),
    parentExists.federation(webhook.federationId),
  ],
  audit: [audit('create', null, webhook, webhook)],
  events: [],
});

/** @param lane as it goes on, when the change lets what was held back be sent */
export const planChange = (before: Webhook, after: Webhook, lane: Lane | undefined): Plan => ({
  writes: [webhookItem.replace(after), ...(lane ? [laneItem.replace(lane)] : [])],
  audit: [audit('change', before, after, after)],
  events: [],
});

export const planRotation = (before: Webhook, after: Webhook): Plan => ({
  writes: [webhookItem.replace(after)],
  audit: [audit('rotate-secret', before, after, after)],
  events: [],
});

/** Deliveries are no longer to be found, and end with their time. */
export const planRemoval = (webhook: Webhook): Plan => ({
  writes: [webhookItem.remove(webhook), deletion(laneKey(webhook.id))],
  audit: [audit('delete', webhook, null, webhook)],
  events: [],
});

export const planReplay = (before: Delivery, after: Delivery, lane: Lane): Plan => ({
  writes: [...replacementOf(before, after), laneItem.replace(lane)],
  audit: [
    {
      federationId: after.federationId,
      action: 'webhook.replay',
      resource: { type: 'webhook', id: after.webhookId },
      before: viewDelivery(before, true),
      after: viewDelivery(after, true),
    },
  ],
  events: [],
});

export const planDeliveries = (deliveries: readonly Delivery[]): Plan => written(...deliveries.flatMap(creationOf));
export const planLane = (after: Lane): Plan => written(laneItem.replace(after));
export const planStray = (removal: Write): Plan => written(removal);

/** What an attempt has shown of the delivery, and of the webhook if that is worth a write. */
export function planRecord(
  delivery: { readonly before: Delivery; readonly after: Delivery },
  webhook: { readonly before: Webhook; readonly after: Webhook } | undefined,
): Plan {
  const writes = replacementOf(delivery.before, delivery.after);
  if (!webhook || webhook.after === webhook.before) return written(...writes);
  const { before, after } = webhook;
  const isDisabled = after.status !== before.status;
  return {
    writes: [...writes, webhookItem.replace(after)],
    audit: isDisabled ? [audit('disable', before, after, after)] : [],
    events: isDisabled
      ? [{ federationId: after.federationId, type: 'webhook.disabled', subject: after.id, data: viewWebhook(after) }]
      : [],
  };
}

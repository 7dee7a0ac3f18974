import type { OutgoingEvent } from '../../shared/platform/event-item.ts';
import { newDelivery } from '../../shared/webhooks/delivery-rules.ts';
import { newWebhook } from '../../shared/webhooks/rules.ts';
import type { Delivery, Webhook } from '../../shared/webhooks/schema.ts';
import { ids, T0 } from '../grants/a-grant.ts';

/** An event that happened at `T0`. */
export const anEvent = (part: Partial<OutgoingEvent> = {}): OutgoingEvent => ({
  id: 'evt_01KDX0000000000000000000E1',
  version: 1,
  federationId: ids.fed,
  type: 'grant.created',
  subject: 'grt_01KDX0000000000000000000G1',
  data: { id: 'grt_01KDX0000000000000000000G1' },
  at: T0,
  correlationId: 'test',
  after: null,
  fannedOutAt: null,
  publishedAt: null,
  refusals: 0,
  retryAt: null,
  ...part,
});

/** One that wants everything. */
export const aWebhook = (part: Partial<Webhook> = {}): Webhook => ({
  ...newWebhook('whk_01KDX0000000000000000000W1', ids.fed, { url: 'https://hooks.acme.com/' }, 'sealed', T0),
  ...part,
});

/** Made at `T0`, not sent yet. */
export const aDelivery = (part: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery(anEvent(), 'whk_01KDX0000000000000000000W1', T0),
  ...part,
});

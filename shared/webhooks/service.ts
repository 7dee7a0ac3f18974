/** What callers ask of webhooks and their deliveries. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize } from '../callers/rights.ts';
import { firstChildren } from '../platform/children.ts';
import type { Ids } from '../platform/ids.ts';
import { NOTHING } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { replayed } from './delivery-rules.ts';
import { releasedAndWoken } from './lane-rules.ts';
import { planChange, planCreation, planRemoval, planReplay, planRotation, viewDelivery } from './plans.ts';
import { changed, newWebhook, rotated, viewWebhook } from './rules.ts';
import type { Delivery, Lane, NewWebhook, Webhook, WebhookChange } from './schema.ts';
import { secretPurpose } from './send.ts';
import { formatSecret, SECRET_CHARACTERS } from './signature.ts';
import {
  deliveriesPage,
  deliveryItem,
  deliveryKey,
  keptUntil,
  laneItem,
  laneKey,
  webhookItem,
  webhookKey,
} from './store.ts';

export interface WebhookParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  readonly sealer: Sealer;
}

/** Of one federation, as far as the index knows: each event costs a delivery for each. */
const WEBHOOKS_MAX = 50;

export const webhookService = ({ table, ids, pager, sealer }: WebhookParts) => {
  const fresh = async (id: string): Promise<Webhook> => {
    const webhook = await webhookItem.read(table, webhookKey(id));
    if (!webhook) throw new Problem('not-found', {});
    return webhook;
  };
  const laneOf = async ({ id }: Webhook): Promise<Lane> => {
    const lane = await laneItem.read(table, laneKey(id));
    if (!lane) throw new Problem('not-found', {}); // it goes with its webhook only
    return lane;
  };
  const find = async (call: Call, id: string): Promise<Webhook> => {
    const webhook = await fresh(id);
    authorize(call, { federationId: webhook.federationId });
    return webhook;
  };
  const freshDelivery = async (webhookId: string, id: string, now: number): Promise<Delivery> => {
    const delivery = await deliveryItem.read(table, deliveryKey(id));
    if (delivery?.webhookId !== webhookId || now >= keptUntil(delivery)) throw new Problem('not-found', {});
    return delivery;
  };
  const newSecret = (webhookId: string) => {
    const secret = formatSecret(ids.secret(SECRET_CHARACTERS));
    return { secret, sealed: sealer.seal(secret, secretPurpose(webhookId)) };
  };

  return {
    /** @throws Problem `not-found` · `forbidden` */
    find,

    /** @throws Problem `not-found` for a delivery that is not this webhook's, or is no longer kept · `forbidden` */
    async findDelivery(call: Call, webhookId: string, id: string): Promise<{ webhook: Webhook; delivery: Delivery }> {
      const webhook = await find(call, webhookId);
      return { webhook, delivery: await freshDelivery(webhookId, id, call.now) };
    },

    /** The answer has the secret, this once. @throws Problem `too-many-webhooks` */
    create: (call: Call, federation: Federation, wish: NewWebhook) =>
      call.transact(async (now) => {
        const present = await firstChildren(table, federation.id, webhookItem.name, WEBHOOKS_MAX);
        if (present.length >= WEBHOOKS_MAX) throw new Problem('too-many-webhooks', { most: WEBHOOKS_MAX });
        const id = ids.next('whk');
        const { secret, sealed } = newSecret(id);
        const webhook = newWebhook(id, federation.id, wish, sealed, now);
        return { plan: planCreation(webhook), view: { ...viewWebhook(webhook), secret } };
      }),

    /** Another address, or being enabled again, lets what was held back be sent at once. */
    change: (call: Call, { id }: Webhook, change: WebhookChange) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        checkIfMatch(call.ifMatch, before.revision);
        const after = changed(before, change, now);
        if (after === before) return { plan: NOTHING, view: viewWebhook(before) };
        const isMended = after.url !== before.url || after.status !== before.status;
        const lane = isMended && after.status === 'ENABLED' ? releasedAndWoken(await laneOf(before), now) : undefined;
        return { plan: planChange(before, after, lane), view: viewWebhook(after) };
      }),

    /** The answer has the new secret, this once; the one before lives on for a day. */
    rotateSecret: (call: Call, { id }: Webhook) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        const { secret, sealed } = newSecret(id);
        const after = rotated(before, sealed, now);
        return { plan: planRotation(before, after), view: { ...viewWebhook(after), secret } };
      }),

    remove: (call: Call, { id }: Webhook) =>
      call.transact(async () => {
        const webhook = await fresh(id);
        checkIfMatch(call.ifMatch, webhook.revision);
        return { plan: planRemoval(webhook), view: viewWebhook(webhook) };
      }),

    list: (federation: Federation, query: ListQuery) =>
      listChildren({ table, pager }, webhookItem, federation.id, query, (all) => all.map(viewWebhook)),

    /** Newest first, as far back as they are kept. */
    async deliveries({ now }: Call, { id, status }: Webhook, query: ListQuery) {
      const name = `deliveries ${id}`;
      const page = await deliveriesPage(table, id, now, { after: pager.after(query, name), limit: query.limit });
      const views = page.deliveries.map((delivery) => viewDelivery(delivery, status === 'ENABLED'));
      return pager.answer(views, name, page.last);
    },

    /** Sends it again under the same id, whatever has become of it. @throws Problem `webhook-disabled` */
    replay: (call: Call, { webhook, delivery }: { webhook: Webhook; delivery: Delivery }) =>
      call.transact(async (now) => {
        const { id, status } = await fresh(webhook.id);
        if (status === 'DISABLED') throw new Problem('webhook-disabled', { id });
        const before = await freshDelivery(id, delivery.id, now);
        const after = replayed(before, now);
        const lane = releasedAndWoken(await laneOf(webhook), now);
        return { plan: planReplay(before, after, lane), view: viewDelivery(after, true) };
      }),
  };
};
export type WebhookService = ReturnType<typeof webhookService>;

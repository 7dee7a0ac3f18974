import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import type { Trust } from '../platform/addresses.ts';
import { webhookBodies } from './schema.ts';
import { DeliveryView, NewWebhookView, WebhookView } from './view-schema.ts';

const ALL = '/v1/federations/{federationId}/webhooks';
const ONE = '/v1/webhooks/{webhookId}';

/** @param trust whether a webhook may be on loopback: decides which addresses the bodies take */
export const webhookOperations = (trust: Trust) => {
  const { NewWebhook, WebhookChange } = webhookBodies(trust);
  return {
    createWebhook: operation({
      id: 'createWebhook',
      tag: 'Webhooks',
      summary: 'Create a webhook',
      description:
        'Gets every event of the federation from now on, or those named, as a signed CloudEvent (Standard Webhooks 1.0.0). The secret is shown this once.',
      method: 'POST',
      path: ALL,
      action: 'webhook.write',
      status: 201,
      body: NewWebhook,
      answer: NewWebhookView,
      problems: ['too-many-webhooks'],
    }),
    listWebhooks: operation({
      id: 'listWebhooks',
      tag: 'Webhooks',
      summary: 'List webhooks',
      method: 'GET',
      path: ALL,
      action: 'webhook.read',
      status: 200,
      query: ListQuery,
      answer: listOf(WebhookView),
    }),
    getWebhook: operation({
      id: 'getWebhook',
      tag: 'Webhooks',
      summary: 'Read a webhook',
      method: 'GET',
      path: ONE,
      action: 'webhook.read',
      status: 200,
      answer: WebhookView,
    }),
    changeWebhook: operation({
      id: 'changeWebhook',
      tag: 'Webhooks',
      summary: 'Change, disable or enable a webhook',
      description:
        '`{"status": "ENABLED"}` enables one that a 410 or days of failure have disabled: what was waiting goes on. What waits goes to a changed address, too.',
      method: 'PATCH',
      path: ONE,
      action: 'webhook.write',
      status: 200,
      body: WebhookChange,
      answer: WebhookView,
    }),
    deleteWebhook: operation({
      id: 'deleteWebhook',
      tag: 'Webhooks',
      summary: 'Delete a webhook',
      description: 'What waits for it is not sent any more, and its deliveries can no longer be read.',
      method: 'DELETE',
      path: ONE,
      action: 'webhook.write',
      status: 204,
      answer: WebhookView,
    }),
    rotateWebhookSecret: operation({
      id: 'rotateWebhookSecret',
      tag: 'Webhooks',
      summary: 'Make a new secret for a webhook',
      description:
        'Shown this once. For 24 hours everything is signed with the new secret and the one before; one older than that ends at once.',
      method: 'POST',
      path: `${ONE}/rotate-secret`,
      action: 'webhook.write',
      status: 200,
      answer: NewWebhookView,
    }),
    listDeliveries: operation({
      id: 'listDeliveries',
      tag: 'Webhooks',
      summary: 'List the deliveries of a webhook, newest first',
      description:
        'Of the last 30 days, with each attempt: when, what came back, how long it took, and when the next is due.',
      method: 'GET',
      path: `${ONE}/deliveries`,
      action: 'webhook.read',
      status: 200,
      query: ListQuery,
      answer: listOf(DeliveryView),
    }),
    replayDelivery: operation({
      id: 'replayDelivery',
      tag: 'Webhooks',
      summary: 'Send a delivery again',
      description:
        'Under the same `webhook-id`, whatever has become of it; its schedule of attempts begins anew, at once.',
      method: 'POST',
      path: `${ONE}/deliveries/{deliveryId}/replay`,
      action: 'webhook.write',
      status: 202,
      answer: DeliveryView,
      problems: ['webhook-disabled'],
    }),
  };
};

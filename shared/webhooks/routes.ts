import { param, type Route, route } from '../api/route.ts';
import type { Trust } from '../platform/addresses.ts';
import type { TenantService } from '../tenants/service.ts';
import { webhookOperations } from './operations.ts';
import { viewWebhook } from './rules.ts';
import type { WebhookService } from './service.ts';

/** @param trust whether a webhook may be on loopback */
export const webhookRoutes = (webhooks: WebhookService, tenants: TenantService, trust: Trust): Route[] => {
  const operations = webhookOperations(trust);
  return [
    route(operations.createWebhook, {
      find: (call, params) => tenants.federation(call, param(params, 'federationId')),
      handle: (call, federation, { body }) => webhooks.create(call, federation, body),
    }),
    route(operations.listWebhooks, {
      find: (call, params) => tenants.federation(call, param(params, 'federationId')),
      handle: (_call, federation, { query }) => webhooks.list(federation, query),
    }),
    route(operations.getWebhook, {
      find: (call, params) => webhooks.find(call, param(params, 'webhookId')),
      handle: async (_call, webhook) => viewWebhook(webhook),
    }),
    route(operations.changeWebhook, {
      find: (call, params) => webhooks.find(call, param(params, 'webhookId')),
      handle: (call, webhook, { body }) => webhooks.change(call, webhook, body),
    }),
    route(operations.deleteWebhook, {
      find: (call, params) => webhooks.find(call, param(params, 'webhookId')),
      handle: (call, webhook) => webhooks.remove(call, webhook),
    }),
    route(operations.rotateWebhookSecret, {
      find: (call, params) => webhooks.find(call, param(params, 'webhookId')),
      handle: (call, webhook) => webhooks.rotateSecret(call, webhook),
    }),
    route(operations.listDeliveries, {
      find: (call, params) => webhooks.find(call, param(params, 'webhookId')),
      handle: (call, webhook, { query }) => webhooks.deliveries(call, webhook, query),
    }),
    route(operations.replayDelivery, {
      find: (call, params) => webhooks.findDelivery(call, param(params, 'webhookId'), param(params, 'deliveryId')),
      handle: (call, found) => webhooks.replay(call, found),
    }),
  ];
};

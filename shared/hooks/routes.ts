import { operation } from '../api/operation.ts';
import { bodyBytes, correlationOf } from '../api/request.ts';
import { param, type Route, route, type SignedRoute } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import type { HookDeliveries } from './deliver.ts';
import * as operations from './operations.ts';
import { PAYLOAD_BYTES_MAX } from './payload.ts';
import type { HookService } from './service.ts';
import type { HookTrial } from './trial.ts';

export interface HookRouteParts {
  readonly hooks: HookService;
  readonly tenants: TenantService;
  readonly deliveries: HookDeliveries;
  readonly trial: HookTrial;
}

export const hookRoutes = ({ hooks, tenants, deliveries, trial }: HookRouteParts): (Route | SignedRoute)[] => [
  route(operations.createHook, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation, { body }) => hooks.create(call, federation, body),
  }),
  route(operations.listHooks, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation, { query }) => hooks.list(call, federation, query),
  }),
  route(operations.getHook, {
    find: (call, params) => hooks.find(call, param(params, 'hookId')),
    handle: (call, hook) => hooks.show(call, hook),
  }),
  route(operations.changeHook, {
    find: (call, params) => hooks.find(call, param(params, 'hookId')),
    handle: (call, hook, { body }) => hooks.change(call, hook, body),
  }),
  route(operations.deleteHook, {
    find: (call, params) => hooks.find(call, param(params, 'hookId')),
    handle: (call, hook) => hooks.remove(call, hook),
  }),
  route(operations.rotateHookSecret, {
    find: (call, params) => hooks.find(call, param(params, 'hookId')),
    handle: (call, hook, { body }) => hooks.rotateSecret(call, hook, body),
  }),
  deliveryRoute(hooks, deliveries, trial),
];

function deliveryRoute(hooks: HookService, deliveries: HookDeliveries, trial: HookTrial): SignedRoute {
  const { answer: _answer, trial: answer, ...signed } = operations.deliverToHook;
  return {
    method: 'POST',
    path: signed.path,
    signed: (event, params) =>
      deliveries.deliver({
        hookId: param(params, 'hookId'),
        headers: event.headers,
        body: bodyBytes(event, PAYLOAD_BYTES_MAX),
        source: event.requestContext.http.sourceIp,
        correlationId: correlationOf(event),
      }),
    trial: route(operation<unknown, Record<string, never>, unknown>({ ...signed, answer }), {
      find: (call, params) => hooks.find(call, param(params, 'hookId')),
      handle: (call, hook, { body }) => trial(call, hook, body),
    }),
  };
}

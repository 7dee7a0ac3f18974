import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import type { CallerService } from './service.ts';

export const callerRoutes = (callers: CallerService, tenants: TenantService): Route[] => [
  route(operations.createApiKey, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation, { body }) => callers.create(call, federation, body),
  }),
  route(operations.listApiKeys, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (_call, federation, { query }) => callers.list(federation, query),
  }),
  route(operations.getApiKey, {
    find: (call, params) => callers.find(call, param(params, 'apiKeyId')),
    handle: (_call, key) => callers.show(key),
  }),
  route(operations.deleteApiKey, {
    find: (call, params) => callers.find(call, param(params, 'apiKeyId')),
    handle: (call, key) => callers.remove(call, key),
  }),
];

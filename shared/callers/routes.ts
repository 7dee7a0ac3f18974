import { ListQuery } from '../api/paging.ts';
import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import { viewApiKey } from './rules.ts';
import { NewApiKey } from './schema.ts';
import type { CallerService } from './service.ts';

export const callerRoutes = (callers: CallerService, tenants: TenantService): Route[] => [
  route({
    method: 'POST',
    path: '/v1/federations/{federationId}/api-keys',
    status: 201,
    body: NewApiKey,
    find: (call, params) => tenants.federation(call, 'api-key.write', param(params, 'federationId')),
    handle: (call, federation, { body }) => callers.create(call, federation, body),
  }),
  route({
    method: 'GET',
    path: '/v1/federations/{federationId}/api-keys',
    status: 200,
    query: ListQuery,
    find: (call, params) => tenants.federation(call, 'api-key.read', param(params, 'federationId')),
    handle: (_call, federation, { query }) => callers.list(federation, query),
  }),
  route({
    method: 'GET',
    path: '/v1/api-keys/{apiKeyId}',
    status: 200,
    find: (call, params) => callers.find(call, 'api-key.read', param(params, 'apiKeyId')),
    handle: async (_call, key) => viewApiKey(key),
  }),
  route({
    method: 'DELETE',
    path: '/v1/api-keys/{apiKeyId}',
    status: 204,
    find: (call, params) => callers.find(call, 'api-key.write', param(params, 'apiKeyId')),
    handle: (call, key) => callers.remove(call, key),
  }),
];

import { batchRoute } from '../api/batch.ts';
import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import { NewGrant } from './schema.ts';
import type { GrantService } from './service.ts';

export const grantRoutes = (grants: GrantService, tenants: TenantService): Route[] => [
  route(operations.createGrant, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: (call, project, { body }) => grants.create(call, project, body),
  }),
  batchRoute(operations.createGrants, {
    many: 'grants',
    one: 'grant',
    wish: NewGrant,
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    laneOf: ({ identityProviderId, principal: { type, name } }) => `${identityProviderId} ${type} ${name}`,
    create: (call, project, wish) => grants.create(call, project, wish),
  }),
  route(operations.listGrants, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: (call, project, { query }) => grants.list(call, project, query),
  }),
  route(operations.getGrant, {
    find: (call, params) => grants.find(call, param(params, 'grantId')),
    handle: (call, grant) => grants.show(call, grant),
  }),
  route(operations.changeGrant, {
    find: (call, params) => grants.find(call, param(params, 'grantId')),
    handle: (call, grant, { body }) => grants.change(call, grant, body),
  }),
  route(operations.endGrant, {
    find: (call, params) => grants.find(call, param(params, 'grantId')),
    handle: (call, grant) => grants.end(call, grant),
  }),
];

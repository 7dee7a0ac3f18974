import { ListQuery } from '../api/paging.ts';
import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import { GrantChange, NewGrant } from './schema.ts';
import type { GrantService } from './service.ts';

export const grantRoutes = (grants: GrantService, tenants: TenantService): Route[] => [
  route({
    method: 'POST',
    path: '/v1/projects/{projectId}/grants',
    status: 201,
    body: NewGrant,
    find: (call, params) => tenants.project(call, 'grant.write', param(params, 'projectId')),
    handle: (call, project, { body }) => grants.create(call, project, body),
  }),
  route({
    method: 'GET',
    path: '/v1/projects/{projectId}/grants',
    status: 200,
    query: ListQuery,
    find: (call, params) => tenants.project(call, 'grant.read', param(params, 'projectId')),
    handle: (call, project, { query }) => grants.list(call, project, query),
  }),
  route({
    method: 'GET',
    path: '/v1/grants/{grantId}',
    status: 200,
    find: (call, params) => grants.find(call, 'grant.read', param(params, 'grantId')),
    handle: (call, grant) => grants.show(call, grant),
  }),
  route({
    method: 'PATCH',
    path: '/v1/grants/{grantId}',
    status: 200,
    body: GrantChange,
    find: (call, params) => grants.find(call, 'grant.write', param(params, 'grantId')),
    handle: (call, grant, { body }) => grants.change(call, grant, body),
  }),
  route({
    method: 'DELETE',
    path: '/v1/grants/{grantId}',
    status: 204,
    find: (call, params) => grants.find(call, 'grant.write', param(params, 'grantId')),
    handle: (call, grant) => grants.end(call, grant),
  }),
];

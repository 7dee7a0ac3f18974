import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import type { AccessPolicyService } from './service.ts';

export const accessPolicyRoutes = (policies: AccessPolicyService, tenants: TenantService): Route[] => [
  route(operations.getAccessPolicy, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: (call, project) => policies.show(call, project),
  }),
  route(operations.replaceAccessPolicy, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: (call, project, { body }) => policies.replace(call, project, body),
  }),
];

import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import { viewRoleBinding } from './rules.ts';
import type { RoleBindingService } from './service.ts';

export const roleBindingRoutes = (bindings: RoleBindingService, tenants: TenantService): Route[] => [
  route(operations.createRoleBinding, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation, { body }) => bindings.create(call, federation, body),
  }),
  route(operations.listRoleBindings, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (_call, federation, { query }) => bindings.list(federation, query),
  }),
  route(operations.getRoleBinding, {
    find: (call, params) => bindings.find(call, param(params, 'roleBindingId')),
    handle: async (_call, binding) => viewRoleBinding(binding),
  }),
  route(operations.deleteRoleBinding, {
    find: (call, params) => bindings.find(call, param(params, 'roleBindingId')),
    handle: (call, binding) => bindings.remove(call, binding),
  }),
];

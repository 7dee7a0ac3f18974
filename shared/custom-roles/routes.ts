import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import type { CustomRoleService } from './service.ts';

export const customRoleRoutes = (customRoles: CustomRoleService, tenants: TenantService): Route[] => {
  const one = async (call: Parameters<TenantService['project']>[0], params: Readonly<Record<string, string>>) => {
    const project = await tenants.project(call, param(params, 'projectId'));
    const name = param(params, 'roleName');
    await customRoles.show(project, name); // what is not there is 404 whatever the body
    return { project, name };
  };
  return [
    route(operations.createCustomRole, {
      find: (call, params) => tenants.project(call, param(params, 'projectId')),
      handle: (call, project, { body }) => customRoles.create(call, project, body),
    }),
    route(operations.listCustomRoles, {
      find: (call, params) => tenants.project(call, param(params, 'projectId')),
      handle: (_call, project, { query }) => customRoles.list(project, query),
    }),
    route(operations.getCustomRole, {
      find: one,
      handle: (_call, { project, name }) => customRoles.show(project, name),
    }),
    route(operations.replaceCustomRole, {
      find: one,
      handle: (call, { project, name }, { body }) => customRoles.replace(call, project, name, body),
    }),
    route(operations.deleteCustomRole, {
      find: one,
      handle: (call, { project, name }) => customRoles.remove(call, project, name),
    }),
  ];
};

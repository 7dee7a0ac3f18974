import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import { viewConnection } from './rules.ts';
import type { ConnectionService } from './service.ts';

export const connectionRoutes = (connections: ConnectionService, tenants: TenantService): Route[] => [
  route(operations.connect, {
    find: (call, params) => tenants.organization(call, param(params, 'organizationId')),
    handle: (call, organization, { body }) => connections.connect(call, organization, body),
  }),
  route(operations.listConnections, {
    find: (call, params) => tenants.organization(call, param(params, 'organizationId')),
    handle: (_call, organization, { query }) => connections.list(organization, query),
  }),
  route(operations.getConnection, {
    find: async (call, params) => {
      const organization = await tenants.organization(call, param(params, 'organizationId'));
      return connections.shown(organization, param(params, 'identityProviderId'));
    },
    handle: async (_call, connection) => viewConnection(connection),
  }),
  route(operations.disconnect, {
    find: async (call, params) => {
      const organization = await tenants.organization(call, param(params, 'organizationId'));
      return { organization, identityProviderId: param(params, 'identityProviderId') };
    },
    handle: (call, { organization, identityProviderId }) =>
      connections.disconnect(call, organization, identityProviderId),
  }),
];

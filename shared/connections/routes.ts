import { ListQuery } from '../api/paging.ts';
import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import { viewConnection } from './rules.ts';
import { NewConnection } from './schema.ts';
import type { ConnectionService } from './service.ts';

const ONE = '/v1/organizations/{organizationId}/connections/{identityProviderId}';

export const connectionRoutes = (connections: ConnectionService, tenants: TenantService): Route[] => [
  route({
    method: 'POST',
    path: '/v1/organizations/{organizationId}/connections',
    status: 201,
    body: NewConnection,
    find: (call, params) => tenants.organization(call, 'connection.write', param(params, 'organizationId')),
    handle: (call, organization, { body }) => connections.connect(call, organization, body),
  }),
  route({
    method: 'GET',
    path: '/v1/organizations/{organizationId}/connections',
    status: 200,
    query: ListQuery,
    find: (call, params) => tenants.organization(call, 'connection.read', param(params, 'organizationId')),
    handle: (_call, organization, { query }) => connections.list(organization, query),
  }),
  route({
    method: 'GET',
    path: ONE,
    status: 200,
    find: async (call, params) => {
      const organization = await tenants.organization(call, 'connection.read', param(params, 'organizationId'));
      return connections.shown(organization, param(params, 'identityProviderId'));
    },
    handle: async (_call, connection) => viewConnection(connection),
  }),
  route({
    method: 'DELETE',
    path: ONE,
    status: 202,
    find: async (call, params) => {
      const organization = await tenants.organization(call, 'connection.write', param(params, 'organizationId'));
      return { organization, identityProviderId: param(params, 'identityProviderId') };
    },
    handle: (call, { organization, identityProviderId }) =>
      connections.disconnect(call, organization, identityProviderId),
  }),
];

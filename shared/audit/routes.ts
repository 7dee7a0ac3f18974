import { ListQuery } from '../api/paging.ts';
import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import type { AuditService } from './service.ts';

export const auditRoutes = (audit: AuditService, tenants: TenantService): Route[] => [
  route({
    method: 'GET',
    path: '/v1/federations/{federationId}/audit-events',
    status: 200,
    query: ListQuery,
    find: (call, params) => tenants.federation(call, 'audit-event.read', param(params, 'federationId')),
    handle: (_call, federation, { query }) => audit.list(federation, query),
  }),
];

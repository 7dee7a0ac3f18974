import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import type { AuditService } from './service.ts';

export const auditRoutes = (audit: AuditService, tenants: TenantService): Route[] => [
  route(operations.listAuditEvents, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (_call, federation, { query }) => audit.list(federation, query),
  }),
];

import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import { viewDomain } from './plans.ts';
import type { DomainService } from './service.ts';

export const domainRoutes = (domains: DomainService, tenants: TenantService): Route[] => [
  route(operations.createDomain, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation, { body }) => domains.add(call, federation, body),
  }),
  route(operations.listDomains, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (_call, federation, { query }) => domains.list(federation, query),
  }),
  route(operations.getDomain, {
    find: (call, params) => domains.find(call, param(params, 'domainId')),
    handle: async (_call, domain) => viewDomain(domain),
  }),
  route(operations.changeDomain, {
    find: (call, params) => domains.find(call, param(params, 'domainId')),
    handle: (call, domain, { body }) => domains.change(call, domain, body),
  }),
  route(operations.deleteDomain, {
    find: (call, params) => domains.find(call, param(params, 'domainId')),
    handle: (call, domain) => domains.remove(call, domain),
  }),
  route(operations.verifyDomain, {
    find: (call, params) => domains.find(call, param(params, 'domainId')),
    handle: (call, domain) => domains.verify(call, domain),
  }),
  route(operations.listVerifications, {
    find: (call, params) => domains.find(call, param(params, 'domainId')),
    handle: (call, domain, { query }) => domains.attempts(call, domain, query),
  }),
];

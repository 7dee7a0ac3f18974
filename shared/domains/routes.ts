import { ListQuery } from '../api/paging.ts';
import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import { viewDomain } from './plans.ts';
import { DomainChange, NewDomain } from './schema.ts';
import type { DomainService } from './service.ts';

export const domainRoutes = (domains: DomainService, tenants: TenantService): Route[] => [
  route({
    method: 'POST',
    path: '/v1/federations/{federationId}/domains',
    status: 201,
    body: NewDomain,
    find: (call, params) => tenants.federation(call, 'domain.write', param(params, 'federationId')),
    handle: (call, federation, { body }) => domains.add(call, federation, body),
  }),
  route({
    method: 'GET',
    path: '/v1/federations/{federationId}/domains',
    status: 200,
    query: ListQuery,
    find: (call, params) => tenants.federation(call, 'domain.read', param(params, 'federationId')),
    handle: (_call, federation, { query }) => domains.list(federation, query),
  }),
  route({
    method: 'GET',
    path: '/v1/domains/{domainId}',
    status: 200,
    find: (call, params) => domains.find(call, 'domain.read', param(params, 'domainId')),
    handle: async (_call, domain) => viewDomain(domain),
  }),
  route({
    method: 'PATCH',
    path: '/v1/domains/{domainId}',
    status: 200,
    body: DomainChange,
    find: (call, params) => domains.find(call, 'domain.write', param(params, 'domainId')),
    handle: (call, domain, { body }) => domains.change(call, domain, body),
  }),
  route({
    method: 'DELETE',
    path: '/v1/domains/{domainId}',
    status: 204,
    find: (call, params) => domains.find(call, 'domain.write', param(params, 'domainId')),
    handle: (call, domain) => domains.remove(call, domain),
  }),
  route({
    method: 'POST',
    path: '/v1/domains/{domainId}/verifications',
    status: 200,
    find: (call, params) => domains.find(call, 'domain.write', param(params, 'domainId')),
    handle: (call, domain) => domains.verify(call, domain),
  }),
  route({
    method: 'GET',
    path: '/v1/domains/{domainId}/verifications',
    status: 200,
    query: ListQuery,
    find: (call, params) => domains.find(call, 'domain.read', param(params, 'domainId')),
    handle: (call, domain, { query }) => domains.attempts(call, domain, query),
  }),
];

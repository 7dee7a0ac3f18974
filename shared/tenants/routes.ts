import { ListQuery } from '../api/paging.ts';
import { param, type Route, route } from '../api/route.ts';
import { Problem } from '../platform/problems.ts';
import { viewFederation, viewOrganization, viewProject } from './rules.ts';
import { NewTenant, TenantChange } from './schema.ts';
import type { TenantService } from './service.ts';

export const tenantRoutes = (tenants: TenantService): Route[] => [
  route({
    method: 'POST',
    path: '/v1/federations',
    status: 201,
    body: NewTenant,
    // Only the bootstrap key stands above federations.
    find: async ({ caller }) => {
      if (caller.kind !== 'BOOTSTRAP')
        throw new Problem('forbidden', { role: caller.role, action: 'federation.create' });
    },
    handle: (call, _found, { body }) => tenants.createFederation(call, body),
  }),
  route({
    method: 'GET',
    path: '/v1/federations',
    status: 200,
    query: ListQuery,
    find: async () => undefined,
    handle: (call, _found, { query }) => tenants.listFederations(call, query),
  }),
  route({
    method: 'GET',
    path: '/v1/federations/{federationId}',
    status: 200,
    find: (call, params) => tenants.federation(call, 'federation.read', param(params, 'federationId')),
    handle: async (_call, federation) => viewFederation(federation),
  }),
  route({
    method: 'PATCH',
    path: '/v1/federations/{federationId}',
    status: 200,
    body: TenantChange,
    find: (call, params) => tenants.federation(call, 'federation.write', param(params, 'federationId')),
    handle: (call, federation, { body }) => tenants.changeFederation(call, federation, body),
  }),
  route({
    method: 'DELETE',
    path: '/v1/federations/{federationId}',
    status: 204,
    find: (call, params) => tenants.federation(call, 'federation.write', param(params, 'federationId')),
    handle: (call, federation) => tenants.removeFederation(call, federation),
  }),
  route({
    method: 'POST',
    path: '/v1/federations/{federationId}/organizations',
    status: 201,
    body: NewTenant,
    find: (call, params) => tenants.federation(call, 'organization.write', param(params, 'federationId')),
    handle: (call, federation, { body }) => tenants.createOrganization(call, federation, body),
  }),
  route({
    method: 'GET',
    path: '/v1/federations/{federationId}/organizations',
    status: 200,
    query: ListQuery,
    find: (call, params) => tenants.federation(call, 'organization.read', param(params, 'federationId')),
    handle: (_call, federation, { query }) => tenants.listOrganizations(federation, query),
  }),
  route({
    method: 'GET',
    path: '/v1/organizations/{organizationId}',
    status: 200,
    find: (call, params) => tenants.organization(call, 'organization.read', param(params, 'organizationId')),
    handle: async (_call, organization) => viewOrganization(organization),
  }),
  route({
    method: 'PATCH',
    path: '/v1/organizations/{organizationId}',
    status: 200,
    body: TenantChange,
    find: (call, params) => tenants.organization(call, 'organization.write', param(params, 'organizationId')),
    handle: (call, organization, { body }) => tenants.changeOrganization(call, organization, body),
  }),
  route({
    method: 'DELETE',
    path: '/v1/organizations/{organizationId}',
    status: 204,
    find: (call, params) => tenants.organization(call, 'organization.write', param(params, 'organizationId')),
    handle: (call, organization) => tenants.removeOrganization(call, organization),
  }),
  route({
    method: 'POST',
    path: '/v1/organizations/{organizationId}/projects',
    status: 201,
    body: NewTenant,
    find: (call, params) => tenants.organization(call, 'project.write', param(params, 'organizationId')),
    handle: (call, organization, { body }) => tenants.createProject(call, organization, body),
  }),
  route({
    method: 'GET',
    path: '/v1/organizations/{organizationId}/projects',
    status: 200,
    query: ListQuery,
    find: (call, params) => tenants.organization(call, 'project.read', param(params, 'organizationId')),
    handle: (_call, organization, { query }) => tenants.listProjects(organization, query),
  }),
  route({
    method: 'GET',
    path: '/v1/projects/{projectId}',
    status: 200,
    find: (call, params) => tenants.project(call, 'project.read', param(params, 'projectId')),
    handle: async (_call, project) => viewProject(project),
  }),
  route({
    method: 'PATCH',
    path: '/v1/projects/{projectId}',
    status: 200,
    body: TenantChange,
    find: (call, params) => tenants.project(call, 'project.write', param(params, 'projectId')),
    handle: (call, project, { body }) => tenants.changeProject(call, project, body),
  }),
  route({
    method: 'DELETE',
    path: '/v1/projects/{projectId}',
    status: 204,
    find: (call, params) => tenants.project(call, 'project.write', param(params, 'projectId')),
    handle: (call, project) => tenants.removeProject(call, project),
  }),
];

import { param, type Route, route } from '../api/route.ts';
import { authorizeAnywhere } from '../callers/rights.ts';
import * as operations from './operations.ts';
import { viewFederation, viewOrganization, viewProject } from './rules.ts';
import type { TenantService } from './service.ts';

export const tenantRoutes = (tenants: TenantService): Route[] => [
  route(operations.createFederation, {
    find: async (call) => authorizeAnywhere(call),
    handle: (call, _found, { body }) => tenants.createFederation(call, body),
  }),
  route(operations.listFederations, {
    find: async (call) => authorizeAnywhere(call),
    handle: (call, _found, { query }) => tenants.listFederations(call, query),
  }),
  route(operations.getFederation, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: async (_call, federation) => viewFederation(federation),
  }),
  route(operations.changeFederation, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation, { body }) => tenants.changeFederation(call, federation, body),
  }),
  route(operations.deleteFederation, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation) => tenants.removeFederation(call, federation),
  }),
  route(operations.createOrganization, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation, { body }) => tenants.createOrganization(call, federation, body),
  }),
  route(operations.listOrganizations, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (_call, federation, { query }) => tenants.listOrganizations(federation, query),
  }),
  route(operations.getOrganization, {
    find: (call, params) => tenants.organization(call, param(params, 'organizationId')),
    handle: async (_call, organization) => viewOrganization(organization),
  }),
  route(operations.changeOrganization, {
    find: (call, params) => tenants.organization(call, param(params, 'organizationId')),
    handle: (call, organization, { body }) => tenants.changeOrganization(call, organization, body),
  }),
  route(operations.deleteOrganization, {
    find: (call, params) => tenants.organization(call, param(params, 'organizationId')),
    handle: (call, organization) => tenants.removeOrganization(call, organization),
  }),
  route(operations.createProject, {
    find: (call, params) => tenants.organization(call, param(params, 'organizationId')),
    handle: (call, organization, { body }) => tenants.createProject(call, organization, body),
  }),
  route(operations.listProjects, {
    find: (call, params) => tenants.organization(call, param(params, 'organizationId')),
    handle: (_call, organization, { query }) => tenants.listProjects(organization, query),
  }),
  route(operations.getProject, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: async (_call, project) => viewProject(project),
  }),
  route(operations.changeProject, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: (call, project, { body }) => tenants.changeProject(call, project, body),
  }),
  route(operations.deleteProject, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: (call, project) => tenants.removeProject(call, project),
  }),
];

import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { NewTenant, TenantChange } from './schema.ts';
import { FederationView, OrganizationView, ProjectView } from './view-schema.ts';

export const createFederation = operation({
  id: 'createFederation',
  tag: 'Federations',
  summary: 'Create a federation',
  description: 'Only the bootstrap key makes federations; what it makes belongs to it.',
  method: 'POST',
  path: '/v1/federations',
  action: 'federation.create',
  status: 201,
  body: NewTenant,
  answer: FederationView,
});

export const listFederations = operation({
  id: 'listFederations',
  tag: 'Federations',
  summary: 'List federations',
  description: 'The bootstrap key sees all; other callers see those in whose whole they hold a role.',
  method: 'GET',
  path: '/v1/federations',
  action: 'federation.read',
  status: 200,
  query: ListQuery,
  answer: listOf(FederationView),
});

export const getFederation = operation({
  id: 'getFederation',
  tag: 'Federations',
  summary: 'Read a federation',
  method: 'GET',
  path: '/v1/federations/{federationId}',
  action: 'federation.read',
  status: 200,
  answer: FederationView,
});

export const changeFederation = operation({
  id: 'changeFederation',
  tag: 'Federations',
  summary: 'Change a federation',
  method: 'PATCH',
  path: '/v1/federations/{federationId}',
  action: 'federation.write',
  status: 200,
  body: TenantChange,
  answer: FederationView,
});

export const deleteFederation = operation({
  id: 'deleteFederation',
  tag: 'Federations',
  summary: 'Delete a federation',
  description: 'What still hangs on it is named and must be removed first.',
  method: 'DELETE',
  path: '/v1/federations/{federationId}',
  action: 'federation.write',
  status: 204,
  answer: FederationView,
  problems: ['still-in-use'],
});

export const createOrganization = operation({
  id: 'createOrganization',
  tag: 'Organizations',
  summary: 'Create an organization',
  method: 'POST',
  path: '/v1/federations/{federationId}/organizations',
  action: 'organization.write',
  status: 201,
  body: NewTenant,
  answer: OrganizationView,
  problems: ['name-taken'],
});

export const listOrganizations = operation({
  id: 'listOrganizations',
  tag: 'Organizations',
  summary: 'List organizations',
  method: 'GET',
  path: '/v1/federations/{federationId}/organizations',
  action: 'organization.read',
  status: 200,
  query: ListQuery,
  answer: listOf(OrganizationView),
});

export const getOrganization = operation({
  id: 'getOrganization',
  tag: 'Organizations',
  summary: 'Read an organization',
  method: 'GET',
  path: '/v1/organizations/{organizationId}',
  action: 'organization.read',
  status: 200,
  answer: OrganizationView,
});

export const changeOrganization = operation({
  id: 'changeOrganization',
  tag: 'Organizations',
  summary: 'Change an organization',
  method: 'PATCH',
  path: '/v1/organizations/{organizationId}',
  action: 'organization.write',
  status: 200,
  body: TenantChange,
  answer: OrganizationView,
  problems: ['name-taken'],
});

export const deleteOrganization = operation({
  id: 'deleteOrganization',
  tag: 'Organizations',
  summary: 'Delete an organization',
  method: 'DELETE',
  path: '/v1/organizations/{organizationId}',
  action: 'organization.write',
  status: 204,
  answer: OrganizationView,
  problems: ['still-in-use'],
});

export const createProject = operation({
  id: 'createProject',
  tag: 'Projects',
  summary: 'Create a project',
  method: 'POST',
  path: '/v1/organizations/{organizationId}/projects',
  action: 'project.write',
  status: 201,
  body: NewTenant,
  answer: ProjectView,
  problems: ['name-taken'],
});

export const listProjects = operation({
  id: 'listProjects',
  tag: 'Projects',
  summary: 'List projects',
  method: 'GET',
  path: '/v1/organizations/{organizationId}/projects',
  action: 'project.read',
  status: 200,
  query: ListQuery,
  answer: listOf(ProjectView),
});

export const getProject = operation({
  id: 'getProject',
  tag: 'Projects',
  summary: 'Read a project',
  method: 'GET',
  path: '/v1/projects/{projectId}',
  action: 'project.read',
  status: 200,
  answer: ProjectView,
});

export const changeProject = operation({
  id: 'changeProject',
  tag: 'Projects',
  summary: 'Change a project',
  method: 'PATCH',
  path: '/v1/projects/{projectId}',
  action: 'project.write',
  status: 200,
  body: TenantChange,
  answer: ProjectView,
  problems: ['name-taken'],
});

export const deleteProject = operation({
  id: 'deleteProject',
  tag: 'Projects',
  summary: 'Delete a project',
  method: 'DELETE',
  path: '/v1/projects/{projectId}',
  action: 'project.write',
  status: 204,
  answer: ProjectView,
  problems: ['still-in-use'],
});

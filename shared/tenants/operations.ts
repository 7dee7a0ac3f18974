import { operation } from '../api/operation.ts';
import { ListQuery } from '../api/paging.ts';
import { NewTenant, TenantChange } from './schema.ts';

export const createFederation = operation({
  id: 'createFederation',
  tag: 'Federations',
  summary: 'Create a federation',
  method: 'POST',
  path: '/v1/federations',
  action: 'federation.create',
  status: 201,
  body: NewTenant,
});

export const listFederations = operation({
  id: 'listFederations',
  tag: 'Federations',
  summary: 'List federations',
  method: 'GET',
  path: '/v1/federations',
  action: 'federation.read',
  status: 200,
  query: ListQuery,
});

export const getFederation = operation({
  id: 'getFederation',
  tag: 'Federations',
  summary: 'Read a federation',
  method: 'GET',
  path: '/v1/federations/{federationId}',
  action: 'federation.read',
  status: 200,
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
});

export const deleteFederation = operation({
  id: 'deleteFederation',
  tag: 'Federations',
  summary: 'Delete a federation',
  method: 'DELETE',
  path: '/v1/federations/{federationId}',
  action: 'federation.write',
  status: 204,
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
});

export const getOrganization = operation({
  id: 'getOrganization',
  tag: 'Organizations',
  summary: 'Read an organization',
  method: 'GET',
  path: '/v1/organizations/{organizationId}',
  action: 'organization.read',
  status: 200,
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
});

export const deleteOrganization = operation({
  id: 'deleteOrganization',
  tag: 'Organizations',
  summary: 'Delete an organization',
  method: 'DELETE',
  path: '/v1/organizations/{organizationId}',
  action: 'organization.write',
  status: 204,
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
});

export const getProject = operation({
  id: 'getProject',
  tag: 'Projects',
  summary: 'Read a project',
  method: 'GET',
  path: '/v1/projects/{projectId}',
  action: 'project.read',
  status: 200,
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
});

export const deleteProject = operation({
  id: 'deleteProject',
  tag: 'Projects',
  summary: 'Delete a project',
  method: 'DELETE',
  path: '/v1/projects/{projectId}',
  action: 'project.write',
  status: 204,
});

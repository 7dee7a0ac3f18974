import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { CustomRoleReplacement, NewCustomRole } from './schema.ts';
import { CustomRoleView } from './view-schema.ts';

const ALL = '/v1/projects/{projectId}/custom-roles';
const ONE = `${ALL}/{roleName}`;

export const createCustomRole = operation({
  id: 'createCustomRole',
  tag: 'Custom roles',
  summary: 'Create a custom role',
  description:
    'Actions on resources, and roles it inherits: built-in ones, and custom ones of the project, without a cycle.',
  method: 'POST',
  path: ALL,
  action: 'custom-role.write',
  status: 201,
  body: NewCustomRole,
  answer: CustomRoleView,
  problems: ['name-taken'],
});

export const listCustomRoles = operation({
  id: 'listCustomRoles',
  tag: 'Custom roles',
  summary: 'List custom roles',
  description: 'By name.',
  method: 'GET',
  path: ALL,
  action: 'custom-role.read',
  status: 200,
  query: ListQuery,
  answer: listOf(CustomRoleView),
});

export const getCustomRole = operation({
  id: 'getCustomRole',
  tag: 'Custom roles',
  summary: 'Read a custom role',
  method: 'GET',
  path: ONE,
  action: 'custom-role.read',
  status: 200,
  answer: CustomRoleView,
});

export const replaceCustomRole = operation({
  id: 'replaceCustomRole',
  tag: 'Custom roles',
  summary: 'Replace a custom role',
  description: 'Takes effect on running grants with the next verdict. The name is fixed.',
  method: 'PUT',
  path: ONE,
  action: 'custom-role.write',
  status: 200,
  body: CustomRoleReplacement,
  answer: CustomRoleView,
});

export const deleteCustomRole = operation({
  id: 'deleteCustomRole',
  tag: 'Custom roles',
  summary: 'Delete a custom role',
  description: 'Not while a live grant or another custom role names it.',
  method: 'DELETE',
  path: ONE,
  action: 'custom-role.write',
  status: 204,
  answer: CustomRoleView,
  problems: ['still-in-use'],
});

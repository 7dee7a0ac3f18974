import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { NewRoleBinding } from './schema.ts';
import { RoleBindingView } from './view-schema.ts';

const ALL = '/v1/federations/{federationId}/role-bindings';
const ONE = '/v1/role-bindings/{roleBindingId}';

export const createRoleBinding = operation({
  id: 'createRoleBinding',
  tag: 'Callers',
  summary: 'Bind a user or group of an identity provider to a role',
  description:
    'The person calls with an access token of the connected identity provider. An owner binds any role; an access administrator only roles below its own.',
  method: 'POST',
  path: ALL,
  action: 'role-binding.write',
  status: 201,
  body: NewRoleBinding,
  problems: ['role-bound-already'],
  answer: RoleBindingView,
});

export const listRoleBindings = operation({
  id: 'listRoleBindings',
  tag: 'Callers',
  summary: 'List role bindings',
  method: 'GET',
  path: ALL,
  action: 'role-binding.read',
  status: 200,
  query: ListQuery,
  answer: listOf(RoleBindingView),
});

export const getRoleBinding = operation({
  id: 'getRoleBinding',
  tag: 'Callers',
  summary: 'Read a role binding',
  method: 'GET',
  path: ONE,
  action: 'role-binding.read',
  status: 200,
  answer: RoleBindingView,
});

export const deleteRoleBinding = operation({
  id: 'deleteRoleBinding',
  tag: 'Callers',
  summary: 'Delete a role binding',
  description: 'The person’s next call is without it.',
  method: 'DELETE',
  path: ONE,
  action: 'role-binding.write',
  status: 204,
  answer: RoleBindingView,
});

import { operation } from '../api/operation.ts';
import { ListQuery } from '../api/paging.ts';
import { GrantChange, NewGrant } from './schema.ts';

export const createGrant = operation({
  id: 'createGrant',
  tag: 'Grants',
  summary: 'Create a grant',
  method: 'POST',
  path: '/v1/projects/{projectId}/grants',
  action: 'grant.write',
  status: 201,
  body: NewGrant,
});

export const listGrants = operation({
  id: 'listGrants',
  tag: 'Grants',
  summary: 'List grants',
  method: 'GET',
  path: '/v1/projects/{projectId}/grants',
  action: 'grant.read',
  status: 200,
  query: ListQuery,
});

export const getGrant = operation({
  id: 'getGrant',
  tag: 'Grants',
  summary: 'Read a grant',
  method: 'GET',
  path: '/v1/grants/{grantId}',
  action: 'grant.read',
  status: 200,
});

export const changeGrant = operation({
  id: 'changeGrant',
  tag: 'Grants',
  summary: 'Extend or shorten a grant, or make it permanent',
  method: 'PATCH',
  path: '/v1/grants/{grantId}',
  action: 'grant.write',
  status: 200,
  body: GrantChange,
});

export const endGrant = operation({
  id: 'endGrant',
  tag: 'Grants',
  summary: 'End a grant now',
  method: 'DELETE',
  path: '/v1/grants/{grantId}',
  action: 'grant.write',
  status: 204,
});

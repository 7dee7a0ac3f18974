import { operation } from '../api/operation.ts';
import { ListQuery } from '../api/paging.ts';
import { NewApiKey } from './schema.ts';

export const createApiKey = operation({
  id: 'createApiKey',
  tag: 'Callers',
  summary: 'Create an API key',
  method: 'POST',
  path: '/v1/federations/{federationId}/api-keys',
  action: 'api-key.write',
  status: 201,
  body: NewApiKey,
});

export const listApiKeys = operation({
  id: 'listApiKeys',
  tag: 'Callers',
  summary: 'List apiKeys',
  method: 'GET',
  path: '/v1/federations/{federationId}/api-keys',
  action: 'api-key.read',
  status: 200,
  query: ListQuery,
});

export const getApiKey = operation({
  id: 'getApiKey',
  tag: 'Callers',
  summary: 'Read an API key',
  method: 'GET',
  path: '/v1/api-keys/{apiKeyId}',
  action: 'api-key.read',
  status: 200,
});

export const deleteApiKey = operation({
  id: 'deleteApiKey',
  tag: 'Callers',
  summary: 'Delete an API key',
  method: 'DELETE',
  path: '/v1/api-keys/{apiKeyId}',
  action: 'api-key.write',
  status: 204,
});

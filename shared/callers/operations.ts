import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { NewApiKey } from './schema.ts';
import { ApiKeyView, NewApiKeyView } from './view-schema.ts';

export const createApiKey = operation({
  id: 'createApiKey',
  tag: 'Callers',
  summary: 'Create an API key',
  description:
    'The secret is shown this once, and is kept as its SHA-256 only. A DATA_PLANE key has the scope CLUSTER or PROJECT.',
  method: 'POST',
  path: '/v1/federations/{federationId}/api-keys',
  action: 'api-key.write',
  status: 201,
  body: NewApiKey,
  answer: NewApiKeyView,
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
  answer: listOf(ApiKeyView),
});

export const getApiKey = operation({
  id: 'getApiKey',
  tag: 'Callers',
  summary: 'Read an API key',
  method: 'GET',
  path: '/v1/api-keys/{apiKeyId}',
  action: 'api-key.read',
  status: 200,
  answer: ApiKeyView,
});

export const deleteApiKey = operation({
  id: 'deleteApiKey',
  tag: 'Callers',
  summary: 'Delete an API key',
  description: 'Access tokens that were issued to client credentials end with them.',
  method: 'DELETE',
  path: '/v1/api-keys/{apiKeyId}',
  action: 'api-key.write',
  status: 204,
  answer: ApiKeyView,
});

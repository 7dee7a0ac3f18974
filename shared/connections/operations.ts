import { operation } from '../api/operation.ts';
import { ListQuery } from '../api/paging.ts';
import { NewConnection } from './schema.ts';

const ONE = '/v1/organizations/{organizationId}/connections/{identityProviderId}';

export const connect = operation({
  id: 'connect',
  tag: 'Connections',
  summary: 'Connect an identity provider to an organization',
  method: 'POST',
  path: '/v1/organizations/{organizationId}/connections',
  action: 'connection.write',
  status: 201,
  body: NewConnection,
});

export const listConnections = operation({
  id: 'listConnections',
  tag: 'Connections',
  summary: 'List the connections of an organization',
  method: 'GET',
  path: '/v1/organizations/{organizationId}/connections',
  action: 'connection.read',
  status: 200,
  query: ListQuery,
});

export const getConnection = operation({
  id: 'getConnection',
  tag: 'Connections',
  summary: 'Read a connection',
  method: 'GET',
  path: ONE,
  action: 'connection.read',
  status: 200,
});

export const disconnect = operation({
  id: 'disconnect',
  tag: 'Connections',
  summary: 'Disconnect an identity provider from an organization',
  method: 'DELETE',
  path: ONE,
  action: 'connection.write',
  status: 202,
});

import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { NewConnection } from './schema.ts';
import { ConnectionView } from './view-schema.ts';

const ONE = '/v1/organizations/{organizationId}/connections/{identityProviderId}';

export const connect = operation({
  id: 'connect',
  tag: 'Connections',
  summary: 'Connect an identity provider to an organization',
  description: 'Enables the identity provider for every project of the organization.',
  method: 'POST',
  path: '/v1/organizations/{organizationId}/connections',
  action: 'connection.write',
  status: 201,
  body: NewConnection,
  answer: ConnectionView,
  problems: ['already-connected'],
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
  answer: listOf(ConnectionView),
});

export const getConnection = operation({
  id: 'getConnection',
  tag: 'Connections',
  summary: 'Read a connection',
  method: 'GET',
  path: ONE,
  action: 'connection.read',
  status: 200,
  answer: ConnectionView,
});

export const disconnect = operation({
  id: 'disconnect',
  tag: 'Connections',
  summary: 'Disconnect an identity provider from an organization',
  description:
    'Verdicts say no from the answer on. The dry run names the projects, principals and grants that lose access.',
  method: 'DELETE',
  path: ONE,
  action: 'connection.write',
  status: 202,
  answer: ConnectionView,
});

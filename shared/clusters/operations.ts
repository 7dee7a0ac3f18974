import { operation } from '../api/operation.ts';
import { ListQuery } from '../api/paging.ts';
import { ClusterChange, NewCluster } from './schema.ts';

export const createCluster = operation({
  id: 'createCluster',
  tag: 'Clusters',
  summary: 'Create a cluster',
  method: 'POST',
  path: '/v1/projects/{projectId}/clusters',
  action: 'cluster.write',
  status: 201,
  body: NewCluster,
});

export const listClusters = operation({
  id: 'listClusters',
  tag: 'Clusters',
  summary: 'List clusters',
  method: 'GET',
  path: '/v1/projects/{projectId}/clusters',
  action: 'cluster.read',
  status: 200,
  query: ListQuery,
});

export const getCluster = operation({
  id: 'getCluster',
  tag: 'Clusters',
  summary: 'Read a cluster',
  method: 'GET',
  path: '/v1/clusters/{clusterId}',
  action: 'cluster.read',
  status: 200,
});

export const changeCluster = operation({
  id: 'changeCluster',
  tag: 'Clusters',
  summary: 'Change a cluster',
  method: 'PATCH',
  path: '/v1/clusters/{clusterId}',
  action: 'cluster.write',
  status: 200,
  body: ClusterChange,
});

export const deleteCluster = operation({
  id: 'deleteCluster',
  tag: 'Clusters',
  summary: 'Delete a cluster',
  method: 'DELETE',
  path: '/v1/clusters/{clusterId}',
  action: 'cluster.write',
  status: 204,
});

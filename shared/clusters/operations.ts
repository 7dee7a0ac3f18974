import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { ClusterChange, NewCluster } from './schema.ts';
import { ClusterView } from './view-schema.ts';

export const createCluster = operation({
  id: 'createCluster',
  tag: 'Clusters',
  summary: 'Create a cluster',
  description:
    'Workforce access needs a dedicated tier (M10 or larger, or SELF_MANAGED) and MongoDB 7.0.11 or later (Percona 7.0.24-13 or 8.0.12-4): all else is refused with the reason.',
  method: 'POST',
  path: '/v1/projects/{projectId}/clusters',
  action: 'cluster.write',
  status: 201,
  body: NewCluster,
  answer: ClusterView,
  problems: ['name-taken'],
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
  answer: listOf(ClusterView),
});

export const getCluster = operation({
  id: 'getCluster',
  tag: 'Clusters',
  summary: 'Read a cluster',
  method: 'GET',
  path: '/v1/clusters/{clusterId}',
  action: 'cluster.read',
  status: 200,
  answer: ClusterView,
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
  answer: ClusterView,
  problems: ['name-taken'],
});

export const deleteCluster = operation({
  id: 'deleteCluster',
  tag: 'Clusters',
  summary: 'Delete a cluster',
  description: 'Grants that name it hold nothing up: they no longer reach it.',
  method: 'DELETE',
  path: '/v1/clusters/{clusterId}',
  action: 'cluster.write',
  status: 204,
  answer: ClusterView,
});

import { ListQuery } from '../api/paging.ts';
import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import { viewCluster } from './rules.ts';
import { ClusterChange, NewCluster } from './schema.ts';
import type { ClusterService } from './service.ts';

export const clusterRoutes = (clusters: ClusterService, tenants: TenantService): Route[] => [
  route({
    method: 'POST',
    path: '/v1/projects/{projectId}/clusters',
    status: 201,
    body: NewCluster,
    find: (call, params) => tenants.project(call, 'cluster.write', param(params, 'projectId')),
    handle: (call, project, { body }) => clusters.create(call, project, body),
  }),
  route({
    method: 'GET',
    path: '/v1/projects/{projectId}/clusters',
    status: 200,
    query: ListQuery,
    find: (call, params) => tenants.project(call, 'cluster.read', param(params, 'projectId')),
    handle: (_call, project, { query }) => clusters.list(project, query),
  }),
  route({
    method: 'GET',
    path: '/v1/clusters/{clusterId}',
    status: 200,
    find: (call, params) => clusters.find(call, 'cluster.read', param(params, 'clusterId')),
    handle: async (_call, cluster) => viewCluster(cluster),
  }),
  route({
    method: 'PATCH',
    path: '/v1/clusters/{clusterId}',
    status: 200,
    body: ClusterChange,
    find: (call, params) => clusters.find(call, 'cluster.write', param(params, 'clusterId')),
    handle: (call, cluster, { body }) => clusters.change(call, cluster, body),
  }),
  route({
    method: 'DELETE',
    path: '/v1/clusters/{clusterId}',
    status: 204,
    find: (call, params) => clusters.find(call, 'cluster.write', param(params, 'clusterId')),
    handle: (call, cluster) => clusters.remove(call, cluster),
  }),
];

import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import { viewCluster } from './rules.ts';
import type { ClusterService } from './service.ts';

export const clusterRoutes = (clusters: ClusterService, tenants: TenantService): Route[] => [
  route(operations.createCluster, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: (call, project, { body }) => clusters.create(call, project, body),
  }),
  route(operations.listClusters, {
    find: (call, params) => tenants.project(call, param(params, 'projectId')),
    handle: (_call, project, { query }) => clusters.list(project, query),
  }),
  route(operations.getCluster, {
    find: (call, params) => clusters.find(call, param(params, 'clusterId')),
    handle: async (_call, cluster) => viewCluster(cluster),
  }),
  route(operations.changeCluster, {
    find: (call, params) => clusters.find(call, param(params, 'clusterId')),
    handle: (call, cluster, { body }) => clusters.change(call, cluster, body),
  }),
  route(operations.deleteCluster, {
    find: (call, params) => clusters.find(call, param(params, 'clusterId')),
    handle: (call, cluster) => clusters.remove(call, cluster),
  }),
];

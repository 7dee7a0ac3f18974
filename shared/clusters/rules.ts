/** Plans for clusters. Pure. */
import { firstVersion, frameOf } from '../api/view.ts';
import type { Plan } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Instant } from '../platform/time.ts';
import { claimName, parentExists, releaseName } from '../tenants/rules.ts';
import type { Project } from '../tenants/schema.ts';
import { defaultDistribution, eligibilityFaults } from './eligibility.ts';
import type { Cluster, ClusterChange, NewCluster } from './schema.ts';
import { clusterItem } from './store.ts';
import type { ClusterView } from './view-schema.ts';

export const viewCluster = (cluster: Cluster): ClusterView => ({
  ...frameOf(cluster),
  name: cluster.name,
  kind: cluster.kind,
  tier: cluster.tier,
  distribution: cluster.distribution,
  mongoDbVersion: cluster.mongoDbVersion,
  connector: cluster.connector,
  verdictMaxAge: cluster.verdictMaxAge,
  projectId: cluster.projectId,
  organizationId: cluster.organizationId,
  federationId: cluster.federationId,
});

/** @throws Problem `invalid-body` with every reason why the cluster cannot take part */
function checkEligible(cluster: Cluster): Cluster {
  const errors = eligibilityFaults(cluster);
  if (errors.length > 0) throw new Problem('invalid-body', {}, { errors });
  return cluster;
}

export const newCluster = (id: string, wish: NewCluster, project: Project, now: Instant): Cluster =>
  checkEligible({
    id,
    federationId: project.federationId,
    organizationId: project.organizationId,
    projectId: project.id,
    ...wish,
    distribution: wish.distribution ?? defaultDistribution(wish.tier),
    ...firstVersion(now),
  });

export function changedCluster(before: Cluster, change: ClusterChange, now: Instant): Cluster {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return checkEligible({ ...before, ...given, revision: before.revision + 1, updatedAt: now });
}

const audit = (verb: string, before: Cluster | null, after: Cluster | null, { id, federationId }: Cluster) => ({
  federationId,
  action: `cluster.${verb}`,
  resource: { type: 'cluster', id },
  before: before && viewCluster(before),
  after: after && viewCluster(after),
});

export const planCreation = (cluster: Cluster): Plan => ({
  writes: [
    clusterItem.create(cluster, () => 'stale'),
    parentExists.project(cluster.projectId),
    claimName(cluster.projectId, 'cluster', cluster.name, cluster.id),
  ],
  audit: [audit('create', null, cluster, cluster)],
  events: [],
});

export const planChange = (before: Cluster, after: Cluster): Plan => ({
  writes: [
    clusterItem.replace(after),
    ...(before.name === after.name
      ? []
      : [
          releaseName(before.projectId, 'cluster', before.name, before.id),
          claimName(after.projectId, 'cluster', after.name, after.id),
        ]),
  ],
  audit: [audit('change', before, after, after)],
  events: [],
});

export const planRemoval = (cluster: Cluster): Plan => ({
  writes: [clusterItem.remove(cluster), releaseName(cluster.projectId, 'cluster', cluster.name, cluster.id)],
  audit: [audit('delete', cluster, null, cluster)],
  events: [],
});

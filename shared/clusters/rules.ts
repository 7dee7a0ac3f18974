/** Plans for clusters. Pure. */
import { firstVersion, frameOf } from '../api/view.ts';
import type { Plan } from '../platform/plan.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import type { Write } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import { claimName, parentExists, releaseName } from '../tenants/rules.ts';
import type { Project } from '../tenants/schema.ts';
import { type Connector, viewConnector } from './connector-schema.ts';
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
  connector: viewConnector(cluster.connector),
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

export const newCluster = (
  id: string,
  wish: Omit<NewCluster, 'connector'> & { readonly connector: Connector },
  project: Project,
  now: Instant,
): Cluster =>
  checkEligible({
    id,
    federationId: project.federationId,
    organizationId: project.organizationId,
    projectId: project.id,
    ...wish,
    distribution: wish.distribution ?? defaultDistribution(wish.tier),
    ...firstVersion(now),
  });

/**
 * What lies on a cluster is found by what its connector is. @throws Problem `invalid-body` for another kind of connector
 * than one that holds users, or another prefix of their names
 */
export function checkConnector(before: Connector, after: Connector | undefined): void {
  if (!after || before.type === 'introspection') return;
  if (after.type !== before.type) {
    const message = `What was put there by "${before.type}" would be left behind. Create another cluster, and delete this one.`;
    throw refuseField('/connector/type', message);
  }
  if (after.authNamePrefix !== before.authNamePrefix) {
    throw refuseField('/connector/authNamePrefix', `It is fixed: ${before.authNamePrefix}.`);
  }
}

export function changedCluster(
  before: Cluster,
  change: Omit<ClusterChange, 'connector'> & { readonly connector?: Connector | undefined },
  now: Instant,
): Cluster {
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

/** @param beside what else is written when the cluster holds users and roles, or no longer does */
export const planCreation = (cluster: Cluster, beside: readonly Write[]): Plan => ({
  writes: [
    ...beside,
    clusterItem.create(cluster, () => 'stale'),
    parentExists.project(cluster.projectId),
    claimName(cluster.projectId, 'cluster', cluster.name, cluster.id),
  ],
  audit: [audit('create', null, cluster, cluster)],
  events: [],
});

export const planChange = (before: Cluster, after: Cluster, beside: readonly Write[]): Plan => ({
  writes: [
    ...beside,
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

export const planRemoval = (cluster: Cluster, beside: readonly Write[]): Plan => ({
  writes: [...beside, clusterItem.remove(cluster), releaseName(cluster.projectId, 'cluster', cluster.name, cluster.id)],
  audit: [audit('delete', cluster, null, cluster)],
  events: [],
});

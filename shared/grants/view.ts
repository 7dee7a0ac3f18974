/** A grant as the API shows it at one instant. Pure. */
import { frameOf } from '../api/view.ts';
import { formatInstant, formatInstantOrNull, type Instant, SECOND_MS } from '../platform/time.ts';
import { type Standing, type Stands, standOf } from '../sync/standing.ts';
import { asOf, type Epochs, onEndOf } from './rules.ts';
import type { Grant } from './schema.ts';
import { type GrantUse, UNUSED } from './use.ts';
import type { GrantStatus, GrantView } from './view-schema.ts';

/** What a view needs beside the grant. */
export interface Surroundings {
  readonly connection: Epochs | undefined;
  /** The project's clusters: what 'all' means now. */
  readonly clusterIds: readonly string[];
  /** Freezes that stop it, whatever they are of. */
  readonly frozen: readonly string[];
  /** Of the clusters that it reaches, those that hold users or roles of ours, with what was seen there. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** Left out of what is only just being made. */
  readonly use?: GrantUse;
}

/** Clusters that one view lists: a page of a hundred grants stays far below what one answer holds (6 MB). */
const CLUSTERS_SHOWN_MAX = 100;

export function viewGrant(stored: Grant, surroundings: Surroundings, now: Instant): GrantView {
  const { connection, clusterIds, frozen, standings, use = UNUSED } = surroundings;
  const grant = asOf(stored, connection, now);
  const status = statusOf(grant, surroundings, now);
  const shown = [...new Set(grant.clusterIds ?? [...clusterIds, ...standings.keys()])].slice(0, CLUSTERS_SHOWN_MAX);
  return {
    ...frameOf(grant),
    projectId: grant.projectId,
    federationId: grant.federationId,
    identityProviderId: grant.identityProviderId,
    principal: grant.principal,
    roles: grant.roles,
    scope: grant.clusterIds === null ? {} : { clusterIds: grant.clusterIds },
    status,
    ...(frozen.length > 0 && grant.endedAt === null && { frozen: [...frozen] }),
    startsAt: formatInstant(grant.startsAt),
    expiresAt: formatInstantOrNull(grant.expiresAt),
    remainingSeconds: remainingSeconds(grant, now),
    endedAt: formatInstantOrNull(grant.endedAt),
    endReason: grant.endReason,
    onEnd: onEndOf(grant),
    ticket: grant.ticket,
    approval: viewApproval(grant),
    policyRule: grant.policyRule,
    reviewBy: formatInstantOrNull(grant.reviewBy),
    lastUsedAt: formatInstantOrNull(use.lastUsedAt),
    useCount: use.useCount,
    createdBy: grant.createdBy,
    clusters: shown.map((clusterId) => {
      const standing = standings.get(clusterId);
      const stands = standing ? standOf(grant, frozen.length > 0, standing, now) : standAsking(grant, now);
      return { clusterId, ...viewStands(stands) };
    }),
  };
}

function viewApproval({ approval, ticket }: Grant): GrantView['approval'] {
  return approval && ticket?.approver !== undefined ? { approver: ticket.approver, ...approval } : null;
}

/** ENDING while a cluster still has it, or may. */
function statusOf(grant: Grant, { frozen, standings }: Surroundings, now: Instant): GrantStatus {
  if (grant.endedAt === null) return now < grant.startsAt ? 'SCHEDULED' : 'ACTIVE';
  const stands = [...standings.values()].map((standing) => standOf(grant, frozen.length > 0, standing, now));
  return stands.every(({ state }) => state === 'REMOVED') ? 'ENDED' : 'ENDING';
}

/** Floored; null when permanent, 0 once ended. */
function remainingSeconds(grant: Grant, now: Instant): number | null {
  if (grant.endedAt !== null) return 0;
  if (grant.expiresAt === null) return null;
  return Math.max(0, Math.floor((grant.expiresAt - now) / SECOND_MS));
}

/** Nothing lies on a cluster that asks us: with the verdict it is gone. */
function standAsking({ endedAt, startsAt, createdAt }: Grant, now: Instant): Stands {
  if (endedAt !== null) return { state: 'REMOVED', since: endedAt, removedAt: endedAt, lagMs: 0 };
  return now < startsAt ? { state: 'PENDING', since: createdAt } : { state: 'IN_SYNC', since: startsAt };
}

function viewStands({ since, removedAt, ...stands }: Stands): Omit<GrantView['clusters'][number], 'clusterId'> {
  const removal = removedAt === undefined ? {} : { removedAt: formatInstant(removedAt) };
  return { ...stands, since: formatInstant(since), ...removal };
}

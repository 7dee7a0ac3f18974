/** A grant as the API shows it at one instant. Pure. */
import { frameOf } from '../api/view.ts';
import { formatInstant, formatInstantOrNull, type Instant, SECOND_MS } from '../platform/time.ts';
import { asOf, type Epochs } from './rules.ts';
import type { Grant } from './schema.ts';
import type { GrantStatus, GrantView } from './view-schema.ts';

/** What a view needs beside the grant. */
export interface Surroundings {
  readonly connection: Epochs | undefined;
  /** The project's clusters: what 'all' means now. */
  readonly clusterIds: readonly string[];
  /** Freezes that stop it, whatever they are of. */
  readonly frozen: readonly string[];
}

export function viewGrant(stored: Grant, { connection, clusterIds, frozen }: Surroundings, now: Instant): GrantView {
  const grant = asOf(stored, connection, now);
  const status = statusOf(grant, now);
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
    onEnd: grant.onEnd ?? (grant.expiresAt === null ? 'DROP' : 'DROP_AND_END_SESSIONS'),
    ticket: grant.ticket,
    approval: viewApproval(grant),
    policyRule: grant.policyRule,
    createdBy: grant.createdBy,
    clusters: (grant.clusterIds ?? clusterIds).map((clusterId) => ({ clusterId, ...clusterState(grant, status) })),
  };
}

function viewApproval({ approval, ticket }: Grant): GrantView['approval'] {
  return approval && ticket?.approver !== undefined ? { approver: ticket.approver, ...approval } : null;
}

/** Nothing lies on a cluster that asks us: with the verdict it is gone, so no grant is ever ENDING there. */
function statusOf(grant: Grant, now: Instant): GrantStatus {
  if (grant.endedAt !== null) return 'ENDED';
  return now < grant.startsAt ? 'SCHEDULED' : 'ACTIVE';
}

/** Floored; null when permanent, 0 once ended. */
function remainingSeconds(grant: Grant, now: Instant): number | null {
  if (grant.endedAt !== null) return 0;
  if (grant.expiresAt === null) return null;
  return Math.max(0, Math.floor((grant.expiresAt - now) / SECOND_MS));
}

function clusterState(grant: Grant, status: GrantStatus): Omit<GrantView['clusters'][number], 'clusterId'> {
  if (grant.endedAt !== null) {
    const removedAt = formatInstant(grant.endedAt);
    return { state: 'REMOVED', since: removedAt, removedAt, lagMs: 0 };
  }
  const state = status === 'SCHEDULED' ? 'PENDING' : 'IN_SYNC';
  return { state, since: formatInstant(status === 'SCHEDULED' ? grant.createdAt : grant.startsAt) };
}

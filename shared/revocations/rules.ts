/**
 * A revocation is true at once for verdicts: raising the key generation is the revoking. What goes on in the background
 * is telling every cluster; it does not rest until the last one has been told. Pure.
 */
import { frameOf } from '../api/view.ts';
import type { Rest } from '../platform/settle.ts';
import { formatInstant, formatInstantOrNull, type Instant } from '../platform/time.ts';
import type { ClusterProgress, NewRevocation, Position, Revocation } from './schema.ts';
import type { RevocationClusterView, RevocationView } from './view-schema.ts';

/** Tells the clusters after this position, one page. */
export type Action = { readonly kind: 'tell'; readonly after: Position | null };

export const next = ({ finishedAt, position }: Revocation): Action | Rest =>
  finishedAt === null ? { kind: 'tell', after: position } : { kind: 'rest' };

/** From its first instant, until every cluster has been told. */
export const dueAt = ({ finishedAt, effectiveAt }: Revocation): Instant | null =>
  finishedAt === null ? effectiveAt : null;

/** What one page of telling has shown: these clusters have been told; no position means that they were the last. */
export const told = (revocation: Revocation, position: Position | null, now: Instant): Revocation =>
  position === null ? { ...revocation, finishedAt: now } : { ...revocation, position };

export const newRevocation = (
  id: string,
  wish: NewRevocation,
  about: { federationId: string; identityProviderId: string; keyGeneration: number; createdBy: string },
  now: Instant,
): Revocation => ({
  id,
  version: 1,
  revision: 1,
  ...about,
  reason: wish.reason,
  incident: wish.incident ?? null,
  effectiveAt: now,
  position: null,
  finishedAt: null,
  createdAt: now,
  updatedAt: now,
});

/** A cluster that asks us for verdicts has nothing to forget: what it asks is answered by the new keys. */
export const acknowledged = (revocationId: string, clusterId: string, now: Instant): ClusterProgress => ({
  version: 1,
  revocationId,
  clusterId,
  state: 'ACKNOWLEDGED',
  at: now,
  detail: 'It asks for a verdict at every use, and no verdict uses an older key.',
});

export const viewProgress = ({ effectiveAt }: Revocation, progress: ClusterProgress): RevocationClusterView => ({
  clusterId: progress.clusterId,
  state: progress.state,
  at: formatInstant(progress.at),
  lagMs: Math.max(0, progress.at - effectiveAt),
  nodes: [],
  detail: progress.detail,
});

const pending = (clusterId: string): RevocationClusterView => ({
  clusterId,
  state: 'PENDING',
  at: null,
  lagMs: null,
  nodes: [],
  detail: null,
});

/** @param waiting clusters that are still to be told */
export const viewRevocation = (
  revocation: Revocation,
  progress: readonly ClusterProgress[],
  waiting: readonly string[],
): RevocationView => ({
  ...frameOf(revocation),
  identityProviderId: revocation.identityProviderId,
  federationId: revocation.federationId,
  reason: revocation.reason,
  incident: revocation.incident,
  status: revocation.finishedAt === null ? 'PROPAGATING' : 'FINISHED',
  effectiveAt: formatInstant(revocation.effectiveAt),
  finishedAt: formatInstantOrNull(revocation.finishedAt),
  createdBy: revocation.createdBy,
  clusters: [...progress.map((one) => viewProgress(revocation, one)), ...waiting.map(pending)],
});

/** Plans for revocations. Pure. */
import { type Gate, gateItem } from '../identity-providers/gate.ts';
import type { DomainEvent, Plan } from '../platform/plan.ts';
import { acknowledged, viewProgress, viewRevocation } from './rules.ts';
import type { Position, Revocation } from './schema.ts';
import { progressItem, revocationItem } from './store.ts';

const event = (type: string, revocation: Revocation, data: unknown): DomainEvent => ({
  federationId: revocation.federationId,
  type,
  subject: revocation.id,
  data,
});

/** The raised gate and the order in one transaction: whoever reads the gate from then on uses no older key. */
export function planRevocation(revocation: Revocation, gate: Gate): Plan {
  const view = viewRevocation(revocation, [], []);
  const raised = { ...gate, keyGeneration: revocation.keyGeneration, revokedAt: revocation.effectiveAt };
  const { federationId, id } = revocation;
  return {
    writes: [gateItem.replace(raised), revocationItem.create(revocation, () => 'stale')],
    audit: [
      { federationId, action: 'revocation.create', resource: { type: 'revocation', id }, before: null, after: view },
    ],
    events: [event('revocation.started', revocation, view)],
  };
}

/** One page of clusters that have been told. */
export function planTold(after: Revocation, clusters: readonly Position[], now: number): Plan {
  const told = clusters.map(({ clusterId }) => acknowledged(after.id, clusterId, now));
  return {
    writes: [revocationItem.replace(after), ...told.map((progress) => progressItem.create(progress, () => 'stale'))],
    audit: [],
    events: [
      ...told.map((progress) => event('revocation.cluster-acknowledged', after, viewProgress(after, progress))),
      ...(after.finishedAt === null ? [] : [event('revocation.finished', after, viewRevocation(after, told, []))]),
    ],
  };
}

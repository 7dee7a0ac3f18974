import type { Grant } from '../../shared/grants/schema.ts';

/** 2026-11-25T00:00:00Z: an instant to count from. */
export const T0 = Date.UTC(2026, 10, 25);

export const ids = {
  fed: 'fed_01KDX0000000000000000000F1',
  org: 'org_01KDX0000000000000000000G1',
  prj: 'prj_01KDX0000000000000000000P1',
  idp: 'idp_01KDX0000000000000000000J1',
  grt: 'grt_01KDX0000000000000000000K1',
  cls: 'cls_01KDX0000000000000000000C1',
};

/** A six-hour grant of a group on all clusters that began at `T0`, unless said otherwise. */
export const aGrant = (part: Partial<Grant> = {}): Grant => {
  const startsAt = part.startsAt ?? T0;
  return {
    id: ids.grt,
    version: 1,
    revision: 1,
    federationId: ids.fed,
    organizationId: ids.org,
    projectId: ids.prj,
    identityProviderId: ids.idp,
    epoch: 1,
    principal: { type: 'GROUP', name: 'db-oncall' },
    roles: { builtIn: 'readWriteAnyDatabase', custom: [], privileges: [] },
    clusterIds: null,
    startsAt,
    expiresAt: startsAt + 6 * 3600_000,
    startedAt: startsAt <= T0 ? startsAt : null,
    endedAt: null,
    endReason: null,
    onEnd: null,
    ticket: null,
    approval: null,
    policyRule: null,
    warnedAt: null,
    reviewBy: null,
    reviewToldAt: null,
    createdBy: 'bootstrap',
    createdAt: T0,
    updatedAt: T0,
    ...part,
  };
};

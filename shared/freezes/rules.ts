/** What a freeze stops. Nothing ends by it: when it is lifted, what still holds by its own times goes on. Pure. */
import { frameOf } from '../api/view.ts';
import type { Grant } from '../grants/schema.ts';
import type { Gate } from '../identity-providers/gate.ts';
import type { OrderScope } from '../sync/schema.ts';
import type { Freeze, Frozen } from './schema.ts';
import type { FreezeView } from './view-schema.ts';

/** Freezes of one project or federation, and frozen principals of one identity provider: an incident has a few. */
export const FREEZES_MAX = 100;
const FROZEN_PRINCIPALS_MAX = 500;
/** Their names may be long, an item holds 400 KB, and every verdict and every revocation reads the gate. */
const FROZEN_BYTES_MAX = 200_000;

/** Whether the gate takes one more frozen principal. */
export const hasRoomFor = ({ frozen }: Pick<Gate, 'frozen'>, { type, name }: Grant['principal']): boolean =>
  frozen.length < FROZEN_PRINCIPALS_MAX &&
  Buffer.byteLength(JSON.stringify([...frozen, { freezeId: '', type, name }])) <= FROZEN_BYTES_MAX;

export const viewFreeze = (freeze: Freeze): FreezeView => ({
  ...frameOf({ ...freeze, revision: 1, updatedAt: freeze.createdAt }),
  federationId: freeze.federationId,
  target: freeze.target,
  reason: freeze.reason,
  createdBy: freeze.createdBy,
});

/** Whose access on clusters it touches. */
export function scopeOf({ federationId, target }: Freeze): OrderScope {
  switch (target.type) {
    case 'FEDERATION':
      return { kind: 'FEDERATION', federationId: target.id };
    case 'PROJECT':
      return { kind: 'PROJECT', projectId: target.id };
    case 'PRINCIPAL': {
      const { identityProviderId, principal } = target;
      return { kind: 'PRINCIPAL', federationId, identityProviderId, principal };
    }
  }
}

/** The freezes that stop one principal, by the gate of its identity provider. */
export const freezesOfPrincipal = (gate: Pick<Gate, 'frozen'>, { type, name }: Grant['principal']): string[] =>
  gate.frozen.filter((one) => one.type === type && one.name === name).map(({ freezeId }) => freezeId);

/** What stops a grant, whatever stops it: for its view. */
export const freezesOfGrant = (
  grant: Pick<Grant, 'principal'>,
  wide: readonly (Frozen | undefined)[],
  gate: Pick<Gate, 'frozen'> | undefined,
): string[] => [
  ...wide.flatMap((frozen) => frozen?.freezeIds ?? []),
  ...(gate ? freezesOfPrincipal(gate, grant.principal) : []),
];

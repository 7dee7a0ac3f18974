/**
 * Whom a caller may see identity providers as. They belong to a federation; a caller whose scope lies below it sees
 * those that its organization is connected to, and changes none. Pure.
 */
import { type Action, allows } from '../callers/rights.ts';
import type { Caller } from '../callers/schema.ts';
import { Problem } from '../platform/problems.ts';

export interface Below {
  readonly federationId: string;
  readonly organizationId: string;
}

/** The organization in which a caller with a scope below the federation stands; undefined for all others. */
export function standsBelow(caller: Caller): Below | undefined {
  if (caller.kind === 'BOOTSTRAP' || caller.scope.type === 'FEDERATION') return undefined;
  const { federationId, organizationId } = caller.place;
  // Every scope below a federation lies in an organization; a caller without one sees nothing.
  return { federationId, organizationId: organizationId ?? 'none' };
}

/** @throws Problem `forbidden` for what may be seen from below and is not to be done from there */
export function authorizeBelow(caller: Caller, action: Action): void {
  if (action.endsWith('.read') && allows(caller.role, action)) return;
  throw new Problem('forbidden', { role: caller.role, action });
}

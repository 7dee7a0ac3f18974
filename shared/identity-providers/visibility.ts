/**
 * Whom a caller may see identity providers as. They belong to a federation; a caller whose scope lies below it sees
 * those that its organizations are connected to, and changes none. Pure.
 */
import { type Asks, allows, forbidden, heldAt } from '../callers/rights.ts';
import type { Caller, Held } from '../callers/schema.ts';

/** Whether the caller holds a role in the whole federation, or stands above all. */
export const holdsFederation = (caller: Caller, federationId: string): boolean =>
  caller.kind === 'BOOTSTRAP' || heldAt(caller, { federationId }).length > 0;

/** What a caller holds in organizations of the federation, or in parts of them. */
export const heldBelow = (caller: Caller, federationId: string): readonly Held[] =>
  caller.holds.filter(({ scope, place }) => scope.type !== 'FEDERATION' && place.federationId === federationId);

/** The organizations in which it holds something, each once, in order. Every scope below a federation lies in one. */
export const organizationsOf = (held: readonly Held[]): string[] =>
  [...new Set(held.flatMap(({ place }) => place.organizationId ?? []))].sort();

/** @throws Problem `forbidden` for what may be seen from below and is not to be done from there */
export function authorizeBelow({ action }: Asks, held: readonly Held[]): void {
  if (action === 'identity-provider.read' && held.some(({ role }) => allows(role, action))) return;
  throw forbidden(held, action);
}

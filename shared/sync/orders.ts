/** Orders to look at what lies on clusters: one item in the transaction that changes what is wanted there. Pure. */
import { derivedId } from '../platform/ids.ts';
import type { Write } from '../platform/table.ts';
import { type Instant, SECOND_MS } from '../platform/time.ts';
import type { OrderScope, SyncOrder } from './schema.ts';
import { syncOrderItem } from './store.ts';

/**
 * Whoever is found by an index may have come into it a moment too late to be met: all are gone through a second time.
 * What one grant reaches is read from the table itself, once.
 */
const ROUNDS: Record<OrderScope['kind'], number> = { GRANT: 1, PRINCIPAL: 1, CLUSTER: 2, PROJECT: 2, FEDERATION: 2 };
/** Until an index surely shows what was there when the order was made. */
export const BETWEEN_ROUNDS_MS = 30 * SECOND_MS;

/** @param origin what is done that makes it needed: an identifier of the change, from which the order's is derived */
export function orderSync(scope: OrderScope, origin: string, now: Instant): Write {
  const id = derivedId('syn', origin, JSON.stringify(scope));
  const order: SyncOrder = { id, version: 1, scope, position: null, rounds: ROUNDS[scope.kind], dueAt: now };
  return syncOrderItem.create(order, () => 'stale');
}

/** As far as this one. */
export const advanced = (order: SyncOrder, position: string): SyncOrder => ({ ...order, position });

/** Once more from the beginning, or undefined: that was the last time. */
export function nextRound(order: SyncOrder, now: Instant): SyncOrder | undefined {
  const rounds = order.rounds - 1;
  return rounds > 0 ? { ...order, rounds, position: null, dueAt: now + BETWEEN_ROUNDS_MS } : undefined;
}

/** What the queue asks of an order: to have every place of it looked at. */
import type { Commit } from '../platform/commit.ts';
import { settle } from '../platform/settle.ts';
import { type Key, keyText, type Table, type Write } from '../platform/table.ts';
import { type Clock, type Instant, SECOND_MS } from '../platform/time.ts';
import { advanced, nextRound } from './orders.ts';
import { planAsking } from './plans.ts';
import { asked, newPresence } from './rules.ts';
import type { SyncOrder } from './schema.ts';
import { presenceId, presenceItem, presenceKey, syncOrderItem } from './store.ts';
import { type Stop, walk } from './walk.ts';

export interface OrderWorkParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
}

/** Places in one transaction. */
const PAGE = 25;
/** One walk is gone on with for so long; what is left is still due. Well below the function's minute. */
const WALK_MS = 30 * SECOND_MS;

export const orderWork = ({ table, commit, clock }: OrderWorkParts) => {
  /** Presences that are there, asked again; the others, made. */
  const asking = async (stops: readonly Stop[], now: Instant): Promise<Write[]> => {
    const places = new Map(stops.map(({ place }) => [presenceId(place), place]));
    const found = await table.batchGet([...places.keys()].map(presenceKey));
    return [...places].map(([id, place]) => {
      const item = found.get(keyText(presenceKey(id)));
      if (!item) return presenceItem.create(newPresence(id, place, now), () => 'stale');
      return presenceItem.replace(asked(presenceItem.parse(item), now));
    });
  };

  const goOn = async (order: SyncOrder, correlationId: string): Promise<void> => {
    const until = clock() + WALK_MS;
    const cause = (now: Instant) => ({
      actor: { type: 'SYSTEM', id: 'sync-order-work' } as const,
      now,
      correlationId,
      source: null,
    });
    let present = order;
    const send = async (stops: readonly Stop[], last: Stop | undefined): Promise<boolean> => {
      const now = clock();
      const after = last ? advanced(present, last.position) : nextRound(present, now);
      await commit(planAsking(await asking(stops, now), present, after), cause(now));
      if (after) present = { ...after, version: present.version + 1 };
      return clock() < until;
    };
    let page: Stop[] = [];
    for await (const stop of walk(table, order.scope, order.position)) {
      page.push(stop);
      if (page.length < PAGE) continue;
      if (!(await send(page, stop))) return;
      page = [];
    }
    await send(page, undefined);
  };

  return (key: Key, correlationId: string): Promise<void> =>
    settle({
      name: key.pk,
      clock,
      load: () => syncOrderItem.read(table, key),
      next: ({ dueAt }, now) => (now < dueAt ? { kind: 'wait', until: dueAt } : { kind: 'goOn' }),
      carryOut: (order) => goOn(order, correlationId),
      budgetMs: WALK_MS,
    });
};

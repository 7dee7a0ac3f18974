/**
 * Ending every grant of a ticket, page by page, whoever made them. The delivery does it before it answers; a worker goes
 * on where that died or ran out of time. Twice, late or side by side: the same end, as an ended grant stays as it is.
 */
import pMap from 'p-map';
import { transact } from '../api/transact.ts';
import { type EndGrant, grantEnder } from '../grants/end.ts';
import { grantsOfTicket } from '../grants/tickets.ts';
import type { Commit } from '../platform/commit.ts';
import type { Ids } from '../platform/ids.ts';
import type { Cause } from '../platform/plan.ts';
import { type Rest, settle } from '../platform/settle.ts';
import type { Key, Table } from '../platform/table.ts';
import { type Clock, SECOND_MS } from '../platform/time.ts';
import { type TicketEnd, ticketEndItem } from './store.ts';

export interface TicketEndParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Grants of one step: some two seconds of transactions. */
const PAGE = 100;
const AT_ONCE = 8;
/** Leaves a call that has 29 s in all time to answer; a worker comes back for the rest. */
const BUDGET_MS = 20 * SECOND_MS;

/** What is to be done until the last grant has ended. When a worker looks is `dueAt`'s: the call itself does not wait. */
export const next = ({ finishedAt, position }: TicketEnd): { kind: 'end'; after: string | null } | Rest =>
  finishedAt === null ? { kind: 'end', after: position } : { kind: 'rest' };

export const ticketEnder = ({ table, commit, ids, clock }: TicketEndParts) => {
  const end: EndGrant = grantEnder({ table, ids });
  return (key: Key, correlationId: string): Promise<void> =>
    settle({
      name: key.pk,
      clock,
      budgetMs: BUDGET_MS,
      load: () => ticketEndItem.read(table, key),
      next,
      async carryOut(order, { after }) {
        const actor = { type: 'CALLER', id: order.hookId } as const;
        const cause: Cause = { actor, now: clock(), correlationId, source: order.source };
        const call = {
          ifMatch: undefined,
          transact: <View>(attempt: Parameters<typeof transact<View>>[1]) =>
            transact({ table, commit, clock, cause, dryRun: false, alongside: () => [] }, attempt),
        };
        const page = { limit: PAGE, ...(after !== null && { after }) };
        const { grantIds, last } = await grantsOfTicket(table, order.projectId, order.ticket, page);
        await pMap(grantIds, (id) => end(call, { id }), { concurrency: AT_ONCE });
        const done = last === undefined ? { finishedAt: clock() } : { position: last };
        await commit({ writes: [ticketEndItem.replace({ ...order, ...done })], audit: [], events: [] }, cause);
      },
    });
};
export type EndTicket = ReturnType<typeof ticketEnder>;

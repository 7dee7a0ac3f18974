/** Ending one grant before its time, for whoever may. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import type { Ids } from '../platform/ids.ts';
import { NOTHING } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import { planEnd } from './plans.ts';
import { asOf, ended } from './rules.ts';
import { grantItem, grantKey } from './store.ts';
import { surroundingsOf } from './surroundings.ts';
import { viewGrant } from './view.ts';

/** Ends it now; one that has ended stays as it is. A dry run shows it as it would read. @throws Problem `not-found` */
export const grantEnder =
  ({ table, ids }: { readonly table: Table; readonly ids: Ids }) =>
  (call: Pick<Call, 'transact' | 'ifMatch'>, { id }: { readonly id: string }) =>
    call.transact(async (now) => {
      const before = await grantItem.read(table, grantKey(id));
      if (!before) throw new Problem('not-found', {});
      const surroundings = await surroundingsOf(table, before);
      const present = asOf(before, surroundings.connection, now);
      if (present.endedAt !== null) return { plan: NOTHING, view: viewGrant(present, surroundings, now) };
      checkIfMatch(call.ifMatch, before.revision);
      const after = { ...ended(before, 'ENDED', now), revision: before.revision + 1, updatedAt: now };
      const plan = planEnd(before, after, { surroundings, now, intervalId: ids.next('evt') });
      return { plan, view: viewGrant(after, surroundings, now) };
    });
export type EndGrant = ReturnType<typeof grantEnder>;

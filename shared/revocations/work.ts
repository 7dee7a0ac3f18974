/** What the queue asks of a revocation: to tell every cluster. */
import type { Commit } from '../platform/commit.ts';
import { FAN_OUT_BUDGET_MS, settle } from '../platform/settle.ts';
import type { Key, Table } from '../platform/table.ts';
import type { Clock } from '../platform/time.ts';
import { planTold } from './plans.ts';
import { next, told } from './rules.ts';
import { revocationItem, someClustersUnder } from './store.ts';

export interface RevocationWorkParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
}

/** Clusters told in one step: with their events some 80 of the 100 items that one transaction takes. */
const PAGE = 40;

export const revocationWork =
  ({ table, commit, clock }: RevocationWorkParts) =>
  (key: Key, correlationId: string): Promise<void> =>
    settle({
      name: key.pk,
      budgetMs: FAN_OUT_BUDGET_MS,
      clock,
      load: () => revocationItem.read(table, key),
      next,
      carryOut: async (revocation, { after }) => {
        const clusters = await someClustersUnder(table, revocation.identityProviderId, after, PAGE);
        const now = clock();
        const last = clusters.length === PAGE ? (clusters.at(-1) ?? null) : null;
        const actor = { type: 'SYSTEM', id: 'revocation-work' } as const;
        await commit(planTold(told(revocation, last, now), clusters, now), { actor, now, correlationId, source: null });
      },
    });

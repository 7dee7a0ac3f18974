import { type Commit, rehearse, Stale } from '../platform/commit.ts';
import type { Cause } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import { pause, type Table, type Write } from '../platform/table.ts';
import type { Clock } from '../platform/time.ts';
import type { Planned } from './call.ts';

/** Plans made before a caller is told to repeat: enough for a few dozen who change one item at once. */
const PLANS_MAX = 10;

export interface Transaction {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly cause: Cause;
  readonly dryRun: boolean;
  /** What is written with the plan because of the call itself: the answer to its Idempotency-Key. */
  readonly alongside: (view: unknown) => readonly Write[];
}

export async function transact<View>(
  transaction: Transaction,
  attempt: (now: number) => Promise<Planned<View>>,
): Promise<View> {
  const { table, commit, clock, cause, dryRun, alongside } = transaction;
  for (let round = 1; ; round++) {
    const now = clock(); // anew each time: what the plan depends on may have ended meanwhile
    const { plan, view } = await attempt(now);
    try {
      if (dryRun) await rehearse(table, plan);
      else await commit(plan, { ...cause, now }, alongside(view));
      return view;
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      if (round === PLANS_MAX) throw new Problem('version-conflict', { id: error.keys[0] ?? 'it' }, { cause: error });
      await pause(round);
    }
  }
}

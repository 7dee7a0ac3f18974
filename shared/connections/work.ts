/** What the queue asks of a connection: to end the grants of the epochs before a disconnect. */
import pMap from 'p-map';
import type { Grant } from '../grants/schema.ts';
import { everyLiveUnderEpoch } from '../grants/store.ts';
import { endRecorder, type GrantWorkParts } from '../grants/work.ts';
import { childrenPage } from '../platform/children.ts';
import { Stale } from '../platform/commit.ts';
import { FAN_OUT_BUDGET_MS, settle } from '../platform/settle.ts';
import type { Key } from '../platform/table.ts';
import { projectItem } from '../tenants/store.ts';
import { planSwept } from './plans.ts';
import { type Action, next, swept } from './rules.ts';
import type { Connection } from './schema.ts';
import { connectionItem } from './store.ts';

/** Grants ended side by side. */
const AT_ONCE = 8;
/** Grants ended in one step: some seconds of work. A project with more is gone on with in the next step. */
const ENDED_PER_STEP = 1000;

export const connectionWork = (parts: GrantWorkParts) => {
  const { table, commit, clock } = parts;
  const recordEnd = endRecorder(parts);

  /** Ends them one by one; false: there may be more. */
  const endAll = async (connection: Connection, projectId: string, fromEpoch: number, correlationId: string) => {
    let isDone = true;
    const end = async (grant: Grant) => {
      try {
        await recordEnd(grant, correlationId);
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
        isDone = false; // it ended by itself meanwhile, or is met again in the next step
      }
    };
    const { identityProviderId } = connection;
    let met = 0;
    for (let epoch = fromEpoch; epoch < connection.epoch; epoch++) {
      for await (const grants of everyLiveUnderEpoch(table, { projectId, identityProviderId, epoch })) {
        if (met >= ENDED_PER_STEP && grants.length > 0) return false;
        met += grants.length;
        await pMap(grants, end, { concurrency: AT_ONCE });
      }
    }
    return isDone;
  };

  const sweep = async (connection: Connection, { fromEpoch, afterProjectId }: Action, correlationId: string) => {
    const after = afterProjectId ?? undefined;
    const { items } = await childrenPage(table, projectItem, connection.organizationId, { after, limit: 1 });
    const project = items[0];
    if (project && !(await endAll(connection, project.id, fromEpoch, correlationId))) return;
    const actor = { type: 'SYSTEM', id: 'connection-work' } as const;
    const plan = planSwept(swept(connection, project?.id ?? null));
    await commit(plan, { actor, now: clock(), correlationId, source: null });
  };

  return (key: Key, correlationId: string): Promise<void> =>
    settle({
      name: `${key.pk} ${key.sk}`,
      budgetMs: FAN_OUT_BUDGET_MS,
      clock,
      load: () => connectionItem.read(table, key),
      next,
      carryOut: (connection, action) => sweep(connection, action, correlationId),
    });
};

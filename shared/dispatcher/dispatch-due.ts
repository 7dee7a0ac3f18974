/**
 * Finds what falls due soon and sends it to the queues, to arrive in its second. Keeps no state: what is sent twice is
 * looked at twice, and what a lost message left behind is found again a minute later.
 */
import { LOOK_AHEAD_MS } from '../platform/commit.ts';
import { DUE_SHARDS } from '../platform/item.ts';
import type { Log } from '../platform/log.ts';
import type { Nudger } from '../platform/nudge.ts';
import type { DueItem, Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';

export interface DispatcherParts {
  readonly table: Table;
  readonly nudger: Nudger;
  readonly clock: Clock;
  readonly log: Log;
}

/** Index entries read and sent at a time: what is in memory stays small, however much falls due. */
const PAGE = 1000;

/** @returns how many items were sent */
export const dispatchDue =
  ({ table, nudger, clock, log }: DispatcherParts) =>
  async (correlationId: string): Promise<number> => {
    const upTo = clock() + LOOK_AHEAD_MS;
    const counts = await Promise.all(DUE_SHARDS.map((shard) => dispatchShard(shard, upTo)));
    const sent = counts.reduce((sum, count) => sum + count, 0);
    log.info({ sent }, 'dispatched');
    return sent;

    async function dispatchShard(partition: string, until: Instant): Promise<number> {
      let sentHere = 0;
      let after: DueItem | undefined;
      for (;;) {
        const page = await table.due({ partition, upTo: until, limit: PAGE, after });
        if (page.length === 0) return sentHere;
        await nudger.nudge(page, clock(), correlationId);
        sentHere += page.length;
        if (page.length < PAGE) return sentHere;
        after = page.at(-1);
      }
    }
  };

/**
 * Finds what falls due soon and sends it to the queues, to arrive in its second. Keeps no state: what is sent twice is
 * looked at twice, and what a lost message left behind is found again a minute later.
 */
import { LOOK_AHEAD_MS } from '../platform/commit.ts';
import { DUE_SHARDS } from '../platform/item.ts';
import type { Log } from '../platform/log.ts';
import type { Nudger } from '../platform/nudge.ts';
import type { DueItem, Table } from '../platform/table.ts';
import { type Clock, type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';

export interface DispatcherParts {
  readonly table: Pick<Table, 'due'>;
  readonly nudger: Nudger;
  readonly clock: Clock;
  readonly log: Log;
}

/** Index entries read and sent at a time: what is in memory stays small, however much falls due. */
const PAGE = 1000;

/** What an earlier run has sent is sent once more in its last minute, to arrive when it should be done. */
const LAST_MS = MINUTE_MS;
const BACKSTOP_MS = 20 * SECOND_MS;

/**
 * Three runs see an item before it falls due. Sent three times it would be worked on three times in the same second; so
 * the later ones only make sure. What this instance has sent is a hint: without it everything is sent, as after a start.
 * @returns how many items were sent
 */
export const dispatchDue = ({ table, nudger, clock, log }: DispatcherParts) => {
  /** Until when this instance has sent everything. */
  let sentUpTo = 0;

  const wantedOf = (page: readonly DueItem[], now: Instant): DueItem[] =>
    page.flatMap((item) => {
      const { key, dueAt } = item;
      if (dueAt <= now || dueAt > sentUpTo) return [item];
      return dueAt <= now + LAST_MS ? [{ key, dueAt: dueAt + BACKSTOP_MS }] : [];
    });

  return async (correlationId: string): Promise<number> => {
    const upTo = clock() + LOOK_AHEAD_MS;
    const counts = await Promise.all(DUE_SHARDS.map((shard) => dispatchShard(shard, upTo)));
    const sent = counts.reduce((sum, count) => sum + count, 0);
    sentUpTo = upTo; // not when a shard failed: then it is sent anew
    log.info({ sent }, 'dispatched');
    return sent;

    async function dispatchShard(partition: string, until: Instant): Promise<number> {
      let sentHere = 0;
      let after: DueItem | undefined;
      for (;;) {
        const page = await table.due({ partition, upTo: until, limit: PAGE, after });
        if (page.length === 0) return sentHere;
        const now = clock();
        const wanted = wantedOf(page, now);
        await nudger.nudge(wanted, now, correlationId);
        sentHere += wanted.length;
        if (page.length < PAGE) return sentHere;
        after = page.at(-1);
      }
    }
  };
};

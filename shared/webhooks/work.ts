/** What the queue asks of lanes: to send what is due, a few side by side, and to say when the lane is next needed. */
import pMap from 'p-map';
import { type Commit, LOOK_AHEAD_MS, Stale } from '../platform/commit.ts';
import type { Log } from '../platform/log.ts';
import type { Nudger } from '../platform/nudge.ts';
import { settle } from '../platform/settle.ts';
import type { Key, Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import { causeOf, deliverWith } from './deliver.ts';
import * as lanes from './lane-rules.ts';
import { planLane } from './plans.ts';
import type { Lane, Webhook } from './schema.ts';
import type { Send } from './send.ts';
import { laneItem, laneKey, waitingIn, webhookItem, webhookKey } from './store.ts';

export interface WebhookWorkParts {
  readonly table: Table;
  /** Nudges no lane: that is done here, when the run is over. */
  readonly commit: Commit;
  readonly nudger: Nudger;
  readonly clock: Clock;
  readonly log: Log;
  readonly send: Send;
}

/** Tries to let a lane rest while deliveries arrive in it. */
const RESTS_MAX = 10;

export const webhookWork = (parts: WebhookWorkParts) => {
  const { table, commit, nudger, clock, log } = parts;
  const deliver = deliverWith(parts);

  const enabled = async (webhookId: string): Promise<Webhook | undefined> => {
    const webhook = await webhookItem.read(table, webhookKey(webhookId));
    return webhook?.status === 'ENABLED' ? webhook : undefined;
  };

  /** Round after round, until nothing is due, the time is over, the receiver is to be left alone, or it is disabled. */
  const rounds = async (lane: Lane, correlationId: string) => {
    const until = clock() + lanes.RUN_MS;
    let facts: Pick<Lane, 'failures' | 'heldUntil'> = { failures: lane.failures, heldUntil: null };
    let url: string | undefined;
    while (clock() < until && facts.heldUntil === null) {
      const webhook = await enabled(lane.webhookId);
      if (!webhook) break;
      url = webhook.url;
      const now = clock();
      const waiting = await waitingIn(table, lane.webhookId, lanes.SIDE_BY_SIDE);
      const due = waiting.filter(({ at }) => at <= now);
      if (due.length === 0) break;
      const outcomes = await pMap(due, (one) => deliver(webhook, one, correlationId), { stopOnError: false });
      facts = lanes.heard(
        facts,
        outcomes.filter((outcome) => outcome !== undefined),
        clock(),
      );
    }
    return { facts, url };
  };

  /** Lets go of the lane: drowsy first, then asleep until its soonest delivery is due. See `lane-rules.ts`. */
  const rest = async (
    held: Lane,
    { facts, url }: Awaited<ReturnType<typeof rounds>>,
    correlationId: string,
  ): Promise<Lane | undefined> => {
    const put = async (lane: Lane): Promise<Lane> => {
      await commit(planLane(lane), causeOf(clock(), correlationId));
      return { ...lane, version: lane.version + 1 };
    };
    for (let round = 1; ; round++) {
      const lane = await laneItem.read(table, laneKey(held.webhookId));
      if (lane?.leaseUntil !== held.leaseUntil) return undefined; // it took so long that another has it
      // After the lane: what enables a webhook writes to both at once, and would make this stale.
      const webhook = await enabled(held.webhookId);
      // What one address has shown holds nothing back from another that the owner has given since.
      const isMoved = webhook !== undefined && url !== undefined && webhook.url !== url;
      try {
        const drowsy = await put({ ...lane, ...(isMoved ? {} : facts), isDrowsy: true });
        const [first] = webhook ? await waitingIn(table, held.webhookId, 1) : [];
        return await put(lanes.rested(drowsy, first?.at ?? null, clock()));
      } catch (error) {
        if (!(error instanceof Stale) || round === RESTS_MAX) throw error;
      }
    }
  };

  const nudge = async (lane: Lane, now: Instant, correlationId: string): Promise<void> => {
    const dueAt = lanes.dueAt(lane);
    if (dueAt === null || dueAt > now + LOOK_AHEAD_MS || !lanes.mayNudge(lane)) return;
    try {
      await nudger.nudge([{ key: laneItem.key(lane), dueAt }], now, correlationId);
    } catch (error) {
      log.warn({ err: error }, 'nudge failed'); // the dispatcher finds it within a minute
    }
  };

  /** Safe to run twice, late, or at the same time as another: whoever finds the lane taken leaves it alone. */
  return (key: Key, correlationId: string): Promise<void> =>
    settle({
      name: key.pk,
      clock,
      budgetMs: lanes.RUN_MS,
      load: () => laneItem.read(table, key),
      next: lanes.next,
      carryOut: async (lane) => {
        const now = clock();
        const held = lanes.leased(lane, now);
        await commit(planLane(held), causeOf(now, correlationId));
        const rested = await rest(held, await rounds(held, correlationId), correlationId);
        if (rested) await nudge(rested, clock(), correlationId);
      },
    });
};

/**
 * Chains what has settled and has a root signed. Whatever it dies between, and however many run at once, no event is
 * chained twice or left out: a seal and a root each exist once for their sequence, and the next run reads where they stand.
 */
import pMap from 'p-map';
import { AUDIT_SHARDS } from '../platform/audit-item.ts';
import { type Commit, Stale } from '../platform/commit.ts';
import { drawnAt, idOf } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { Cause } from '../platform/plan.ts';
import { type Key, pause, type Table, type Write } from '../platform/table.ts';
import { type Clock, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import type { RootStore, Sign } from './root-store.ts';
import {
  endAt,
  GENESIS,
  isRootDue,
  type KeptRoot,
  nextRoot,
  nextSeal,
  signed,
  signedText,
  type Window,
  wholeMinute,
  windowAfter,
} from './seal-rules.ts';
import type { Head } from './seal-schema.ts';
import { chainOf, eventsAt, foundIn, newestRoot, newestRootItem, sealItem } from './seal-store.ts';

/** After an outage a run works so long, vouches for what it has done, and the next one goes on from there. */
const BUDGET_MS = 35 * SECOND_MS;
/** Shards in hand at once: a page of large events of each fits into memory. */
const SHARDS_AT_ONCE = 8;
/** A run that ends further behind fails at its end, so that the alarm rings: the window in which nothing shows is as long. */
const BEHIND_MS_MAX = HOUR_MS;
/** Of one shard against other runs. There are two at most, unless somebody runs it by hand. */
const TRIES_MAX = 5;

export interface SealerParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly roots: RootStore;
  readonly sign: Sign;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far one shard has come: everything of it that was drawn before `upTo` is in the chain. */
interface Progress {
  readonly shard: number;
  readonly head: Head;
  readonly upTo: Instant;
  readonly sealed: number;
}

export const auditSealer =
  ({ table, commit, roots, sign, clock, log }: SealerParts) =>
  async (correlationId: string): Promise<void> => {
    const now = clock();
    const until = now + BUDGET_MS;
    const cause: Cause = { actor: { type: 'SYSTEM', id: 'audit-sealer' }, now, correlationId, source: null };
    const write = (change: Write) => commit({ writes: [change], audit: [], events: [] }, cause);

    try {
      const hint = await newestRoot(table);
      const newest = await roots.newest(hint?.sequence ?? 0);
      const window = presentWindow(newest);
      const shards = await pMap(rotated(AUDIT_SHARDS, now / MINUTE_MS), (shard) => sealWith(shard, window, newest), {
        concurrency: SHARDS_AT_ONCE,
      });
      const sequence = await vouch(newest, shards);
      if (sequence !== undefined && sequence !== hint?.sequence)
        await write(
          hint
            ? newestRootItem.replace({ ...hint, sequence })
            : newestRootItem.create({ version: 1, sequence }, () => 'stale'),
        );
      const behind = window.upTo - reached(shards);
      if (behind > BEHIND_MS_MAX)
        throw new Error(
          `the audit is ${Math.floor(behind / MINUTE_MS)} minutes behind: the next run goes on from there`,
        );
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      log.info('other runs seal at the same time; this one leaves it to them');
    }

    /** @throws Error when the newest root is of a time that has not come: nothing would be sealed until it has */
    function presentWindow(newest: KeptRoot | undefined): Window {
      const present = clock();
      if (newest && Date.parse(newest.root.sealedUpTo) > present)
        throw new Error(`root ${newest.root.sequence} says that the future is sealed, up to ${newest.root.sealedUpTo}`);
      return windowAfter(newest?.root, present);
    }

    /** Another run that seals the same shard at the same time has a part of it done: from there. */
    async function sealWith(shard: number, window: Window, newest: KeptRoot | undefined): Promise<Progress> {
      for (let attempt = 1; ; attempt++) {
        try {
          return await sealShard(shard, window, newest);
        } catch (error) {
          if (!(error instanceof Stale) || attempt === TRIES_MAX) throw error;
          await pause(attempt);
        }
      }
    }

    async function sealShard(shard: number, window: Window, newest: KeptRoot | undefined): Promise<Progress> {
      const vouched = newest?.root.heads[shard] ?? GENESIS;
      const chain = await chainOf(table, shard, { window, vouched, settled: () => presentWindow(newest).upTo });
      let { end } = chain;
      let sealed = 0;
      for await (const { keys, isLast } of foundIn(table, shard, chain.left)) {
        if (keys[0] && clock() >= until)
          return { shard, head: end.head, upTo: wholeMinute(timeOf(keys[0]) ?? chain.left.from), sealed };
        const fresh = keys.filter(({ sk }) => !chain.sealed.has(sk));
        if (fresh.length === 0) continue;
        const events = await eventsAt(table, fresh);
        if (events.length < fresh.length) log.error({ shard }, 'events that the index knows are gone from the table');
        if (events.length === 0) continue;
        // A chain says no more than it has come to: the next run begins not far before it.
        const upTo = isLast ? window.upTo : (timeOf(keys.at(-1)) ?? end.upTo) + 1;
        const seal = nextSeal(end, { shard, at: clock(), upTo, events });
        await write(sealItem.create(seal, () => 'stale'));
        end = endAt(seal);
        sealed += events.length;
      }
      return { shard, head: end.head, upTo: window.upTo, sealed };
    }

    /** @returns the sequence of the newest root, a new one or not; undefined when there is none */
    async function vouch(newest: KeptRoot | undefined, shards: readonly Progress[]): Promise<number | undefined> {
      const heads = shards.toSorted((one, other) => one.shard - other.shard).map(({ head }) => head);
      const sealedBefore = newest ? Date.parse(newest.root.sealedUpTo) : 0;
      const upTo = Math.max(sealedBefore, reached(shards));
      if (!isRootDue(newest?.root, heads, upTo)) return newest?.root.sequence;
      const root = nextRoot(newest, { heads, at: clock(), upTo });
      const isOurs = await roots.put(signed(root, await sign(signedText(root))));
      const sealed = shards.reduce((sum, shard) => sum + shard.sealed, 0);
      log.info({ root: root.sequence, sealed, sealedUpTo: root.sealedUpTo, isOurs }, 'sealed');
      return root.sequence;
    }
  };

const reached = (shards: readonly Progress[]): Instant => Math.min(...shards.map(({ upTo }) => upTo));

/** Another one is the first each minute: when time is short, it is not always the same ones that get none. */
const rotated = <T>(all: readonly T[], by: number): T[] => {
  const first = Math.floor(by) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
};

/** When an event was drawn; undefined for a name that only somebody else than the system can have given one. */
const timeOf = (key: Key | undefined): Instant | undefined =>
  key && EventId.safeParse(key.sk).success ? drawnAt(key.sk) : undefined;
const EventId = idOf('evt');

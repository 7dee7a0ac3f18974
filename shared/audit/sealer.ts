/**
 * Chains what has settled and has a root signed. Whatever it dies between, and however many run at once, no event is
 * chained twice or left out: a seal and a root each exist once for their sequence, and the next run reads where they stand.
 */
import pMap from 'p-map';
import { AUDIT_SHARDS } from '../platform/audit-item.ts';
import { type Commit, Stale } from '../platform/commit.ts';
import { drawnAt } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { Cause } from '../platform/plan.ts';
import { pause, type Table, type Write } from '../platform/table.ts';
import { type Clock, type Instant, SECOND_MS } from '../platform/time.ts';
import type { RootStore, Sign } from './root-store.ts';
import {
  endAt,
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
      const window = windowAfter(newest?.root, now);
      const shards = await pMap(AUDIT_SHARDS, (shard) => sealWith(shard, window), { concurrency: SHARDS_AT_ONCE });
      const sequence = await vouch(newest, shards);
      if (sequence !== undefined && sequence !== hint?.sequence)
        await write(
          hint
            ? newestRootItem.replace({ ...hint, sequence })
            : newestRootItem.create({ version: 1, sequence }, () => 'stale'),
        );
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      log.info('other runs seal at the same time; this one leaves it to them');
    }

    /** Another run that seals the same shard at the same time has a part of it done: from there. */
    async function sealWith(shard: number, window: Window): Promise<Progress> {
      for (let attempt = 1; ; attempt++) {
        try {
          return await sealShard(shard, window);
        } catch (error) {
          if (!(error instanceof Stale) || attempt === TRIES_MAX) throw error;
          await pause(attempt);
        }
      }
    }

    async function sealShard(shard: number, window: Window): Promise<Progress> {
      const chain = await chainOf(table, shard, window);
      let end = chain.end;
      let sealed = 0;
      for await (const found of foundIn(table, shard, window)) {
        const fresh = found.filter(({ sk }) => !chain.sealed.has(sk));
        const [first] = fresh;
        if (!first) continue;
        if (clock() >= until) return { head: end.head, upTo: wholeMinute(drawnAt(first.sk)), sealed };
        const events = await eventsAt(table, fresh);
        if (events.length < fresh.length) log.error({ shard }, 'events that the index knows are gone from the table');
        if (events.length === 0) continue;
        const seal = nextSeal(end, { shard, at: clock(), upTo: window.upTo, events });
        await write(sealItem.create(seal, () => 'stale'));
        end = endAt(seal);
        sealed += events.length;
      }
      return { head: end.head, upTo: window.upTo, sealed };
    }

    /** @returns the sequence of the newest root, a new one or not; undefined when there is none */
    async function vouch(newest: KeptRoot | undefined, shards: readonly Progress[]): Promise<number | undefined> {
      const heads = shards.map(({ head }) => head);
      const sealedBefore = newest ? Date.parse(newest.root.sealedUpTo) : 0;
      const upTo = Math.max(sealedBefore, Math.min(...shards.map((shard) => shard.upTo)));
      if (!isRootDue(newest?.root, heads, upTo)) return newest?.root.sequence;
      const root = nextRoot(newest, { heads, at: clock(), upTo });
      const isOurs = await roots.put(signed(root, await sign(signedText(root))));
      const sealed = shards.reduce((sum, shard) => sum + shard.sealed, 0);
      log.info({ root: root.sequence, sealed, sealedUpTo: root.sealedUpTo, isOurs }, 'sealed');
      return root.sequence;
    }
  };

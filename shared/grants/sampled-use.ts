/**
 * Keeps the use of grants for a path where every write counts: the first use after a quiet time is written at once, so that
 * it is seen whatever comes afterwards; further ones are counted here and written at most every ten seconds.
 *
 * An instance on AWS is frozen once it has answered, and its timers with it: what it still counts then is written with its
 * next call, of whatever grant. If none comes, those uses, of ten seconds at most, are never counted. A write whose answer
 * is lost is not sent again either: a count may be too low and is never too high.
 */
import QuickLRU from 'quick-lru';
import type { Log } from '../platform/log.ts';
import { type Clock, type Instant, SECOND_MS } from '../platform/time.ts';
import type { Uses, WriteUses } from './use.ts';

/** Seen within 15 s (api.md, Use), of which the write may take a few. */
export const WRITTEN_EVERY_MS = 10 * SECOND_MS;
/** Grants that one instance counts for: some 2 MB. What else is used meanwhile is written when it is used later. */
const GRANTS_MAX = 10_000;
/** Writes under way at once. While the table is slow, uses are counted on, and no verdict's read waits behind them. */
const UNDER_WAY_MAX = 50;
/** A timer may be a moment early. */
const TIMER_MS_MIN = 20;

/** The table has refused them: nothing was written, and they are counted on. */
const REFUSED: readonly string[] = [
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
];

export interface SampledUseParts {
  readonly write: WriteUses;
  readonly log: Log;
  readonly clock: Clock;
  /** Runs it after so many milliseconds, if the process lives so long; keeps no process alive. */
  readonly later: (run: () => void, ms: number) => void;
}

export function sampledGrantUse({ write, log, clock, later }: SampledUseParts) {
  /** Counted and not written, in the order of their first use: the front is due first. */
  const counted = new Map<string, Uses & { readonly since: Instant }>();
  const writtenAt = new QuickLRU<string, Instant>({ maxSize: GRANTS_MAX });
  let underWay = 0;
  let isTimerSet = false;

  const count = (grantId: string, uses: Uses, now: Instant): void => {
    const known = counted.get(grantId);
    if (known === undefined && counted.size >= GRANTS_MAX) return;
    counted.set(grantId, {
      count: uses.count + (known?.count ?? 0),
      lastUsedAt: Math.max(uses.lastUsedAt, known?.lastUsedAt ?? 0),
      since: known?.since ?? now,
    });
  };
  const send = async (grantId: string, uses: Uses, now: Instant): Promise<void> => {
    counted.delete(grantId);
    writtenAt.set(grantId, now);
    underWay += 1;
    try {
      await write(grantId, uses);
    } catch (error) {
      const isRefused = error instanceof Error && REFUSED.includes(error.name);
      if (isRefused) count(grantId, uses, now);
      setTimer();
      log.warn({ err: error, grant: grantId, uses: uses.count, isRefused }, 'uses of a grant were not written');
    } finally {
      underWay -= 1;
    }
  };
  const isQuiet = (grantId: string, now: Instant): boolean => {
    const last = writtenAt.get(grantId);
    return (last === undefined || now - last >= WRITTEN_EVERY_MS) && !counted.has(grantId);
  };

  /** Begins to write what has been counted for long enough. */
  function flush(): void {
    const now = clock();
    for (const [grantId, uses] of counted) {
      if (now - uses.since < WRITTEN_EVERY_MS || underWay >= UNDER_WAY_MAX) break;
      void send(grantId, uses, now);
    }
  }
  function setTimer(): void {
    const [front] = counted.values();
    if (isTimerSet || front === undefined) return;
    isTimerSet = true;
    const run = () => {
      isTimerSet = false;
      flush();
      setTimer();
    };
    later(run, Math.max(TIMER_MS_MIN, front.since + WRITTEN_EVERY_MS - clock()));
  }

  return {
    flush,
    /** Notes that the grants let somebody in. Never rejects; resolves when those after a quiet time are written. */
    async used(grantIds: readonly string[], now: Instant): Promise<void> {
      const once = { count: 1, lastUsedAt: now };
      const atOnce = grantIds.map((grantId) => {
        if (isQuiet(grantId, now) && underWay < UNDER_WAY_MAX) return send(grantId, once, now);
        return count(grantId, once, now);
      });
      setTimer();
      await Promise.all(atOnce);
    },
  };
}

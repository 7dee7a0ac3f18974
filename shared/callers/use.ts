/**
 * How often a caller calls, and when it last did: one item for each, counted anew each minute. A fixed window lets twice
 * the limit pass across its border; in exchange it is one write a call, whatever the number of instances.
 */
import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import QuickLRU from 'quick-lru';
import type { Log } from '../platform/log.ts';
import { Problem } from '../platform/problems.ts';
import { type Key, keyText, type Table, toAttributes } from '../platform/table.ts';
import { type Instant, MINUTE_MS, SECOND_MS, WEEK_MS } from '../platform/time.ts';

/** Of every caller that has no limit of its own: two hundred a second, far above what a ticket system sends. */
export const CALLS_PER_MINUTE = 12_000;
/** Of an address that asks without a caller: a person signs in a few times a day, an office behind one address too. */
export const CALLS_PER_MINUTE_OF_ADDRESS = 100;
/** A counter that nobody has moved for so long is forgotten; `lastUsedAt` of what is used at all stays. */
const FORGOTTEN_AFTER_MS = 52 * WEEK_MS;
const forgottenAt = (now: Instant): number => Math.ceil((now + FORGOTTEN_AFTER_MS) / SECOND_MS);

/** Verdicts keep the use of a caller at most once in this time: a write each would cost more than the verdict. */
const SAMPLED_EVERY_MS = MINUTE_MS;
/** Data planes that one instance serves. */
const SAMPLED_MAX = 10_000;

/** Hashed, as a person's name may be longer than a key. */
export const useKey = (callerId: string): Key => ({
  pk: `USE#${createHash('sha256').update(callerId).digest('base64url')}`,
  sk: 'USE',
});

export interface Use {
  /**
   * Counts one call.
   * @throws Problem `rate-limited` beyond the limit of this minute
   */
  count(callerId: string, limit: number, now: Instant): Promise<void>;
  /** Keeps that a caller was seen, and counts nothing. */
  touch(callerId: string, now: Instant): Promise<void>;
  /** When each was last used, by ID (consistent reads); what never was is missing. */
  lastUsed(callerIds: readonly string[]): Promise<ReadonlyMap<string, Instant>>;
}

export const useOn = (table: Table): Use => {
  const update = async (key: Key, expression: string, condition: string, values: Record<string, number>) => {
    const { Attributes } = await table.client.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: toAttributes(key),
        UpdateExpression: expression,
        ConditionExpression: condition,
        ExpressionAttributeNames: { '#count': 'count', '#window': 'window', '#ttl': 'ttl' },
        ExpressionAttributeValues: toAttributes(values),
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Number(Attributes?.count?.N ?? 0);
  };
  const SEEN = 'lastUsedAt = :now, #ttl = :ttl';

  const counted = async (key: Key, now: Instant): Promise<number> => {
    const window = Math.floor(now / MINUTE_MS);
    const values = { ':window': window, ':one': 1, ':now': now, ':ttl': forgottenAt(now) };
    try {
      return await update(key, `SET ${SEEN} ADD #count :one`, '#window >= :window', values);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    try {
      const begin = `SET ${SEEN}, #count = :one, #window = :window`;
      return await update(key, begin, 'attribute_not_exists(#window) OR #window < :window', values);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return counted(key, now); // another began the minute in between
    }
  };

  return {
    async count(callerId, limit, now) {
      if ((await counted(useKey(callerId), now)) <= limit) return;
      const retryAfterSeconds = Math.ceil((MINUTE_MS - (now % MINUTE_MS)) / SECOND_MS);
      throw new Problem('rate-limited', { limit, retryAfterSeconds }, { retryAfterSeconds });
    },

    async touch(callerId, now) {
      await table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: toAttributes(useKey(callerId)),
          UpdateExpression: `SET ${SEEN}`,
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: toAttributes({ ':now': now, ':ttl': forgottenAt(now) }),
        }),
      );
    },

    async lastUsed(callerIds) {
      const found = await table.batchGet(callerIds.map(useKey));
      return new Map(
        callerIds.flatMap((id) => {
          const at = found.get(keyText(useKey(id)))?.lastUsedAt;
          return typeof at === 'number' ? [[id, at]] : [];
        }),
      );
    },
  };
};

/** Remembers that callers were seen, for a path where every write counts. A failure is logged and holds nothing up. */
export function sampledUse({ touch }: Use, log: Log) {
  const kept = new QuickLRU<string, Instant>({ maxSize: SAMPLED_MAX });
  return async (callerId: string, now: Instant): Promise<void> => {
    const last = kept.get(callerId);
    if (last !== undefined && now - last < SAMPLED_EVERY_MS) return;
    kept.set(callerId, now);
    await touch(callerId, now).catch((error: unknown) => log.warn({ err: error }, 'the use of a caller was not kept'));
  };
}

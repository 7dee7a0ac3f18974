/** Messages that only say 'look at this one'. Lost, late or doubled, the same end state: the dispatcher finds the item. */
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { unique } from './ids.ts';
import type { DueItem, Key } from './table.ts';
import { type Instant, SECOND_MS } from './time.ts';

/** Name of the item kind that needs a hand → URL of the queue whose function gives it. */
export type Queues = ReadonlyMap<string, string>;

/** Items that fall due in the same second. */
export const Reference = z.strictObject({
  items: z.array(z.object({ pk: z.string(), sk: z.string() })).min(1),
  correlationId: z.string(),
});
export type Reference = z.infer<typeof Reference>;

/** Keys in one message: a worker's batch of ten messages is then a thousand items at most. */
const ITEMS_PER_MESSAGE_MAX = 100;
/** SendMessageBatch takes ten (SQS quotas). */
const MESSAGES_PER_BATCH_MAX = 10;
/** SQS refuses a longer DelaySeconds (SQS quotas); the dispatcher looks far less ahead. */
const DELAY_SECONDS_MAX = 900;

type Message = Omit<SendMessageBatchRequestEntry, 'Id'>;

export interface Nudger {
  /** Sends references to the queues of their kinds, each to arrive in the second after its item falls due. */
  nudge(items: readonly DueItem[], now: Instant, correlationId: string): Promise<void>;
}

/** First part of a sort key: what kind of item it is. */
export const kindOf = (key: Key): string => key.sk.split('#', 1)[0] ?? key.sk;

/**
 * @param inTurn FIFO queues, whose messages cannot wait: for kinds of which each item is looked at by one at a time. What
 * is due goes there; what is not waits in the standard queue first, and is sent on.
 */
export const nudgerOn = (client: SQSClient, queues: Queues, inTurn: Queues = new Map()): Nudger => ({
  async nudge(items, now, correlationId) {
    const send = async (url: string | undefined, messages: readonly Message[]): Promise<void> => {
      if (url === undefined) return; // a kind of a newer release: its own code will find it by the index
      for (const batch of chunks(messages, MESSAGES_PER_BATCH_MAX)) {
        const Entries = batch.map((message, index) => ({ Id: String(index), ...message }));
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
        if (Failed.length > 0) throw new Error(`${Failed.length} messages were not taken: ${Failed[0]?.Code}`);
      }
    };
    const isInTurn = ({ key, dueAt }: DueItem): boolean => dueAt <= now && inTurn.has(kindOf(key));
    const byKind = Map.groupBy(items, (item) => (isInTurn(item) ? inTurn : queues).get(kindOf(item.key)));
    await Promise.all(
      [...byKind].map(([url, due]) => {
        const areInTurn = [...inTurn.values()].includes(url ?? '');
        return send(url, areInTurn ? messagesInTurn(due, correlationId) : messagesOf(due, now, correlationId));
      }),
    );
  },
});

/**
 * For a worker that goes on by itself until its item rests: a nudge of its own would only start another that finds
 * nothing to do, and Lambda stops a function that sends to its own queue some 16 times over.
 */
export const nudgerWithout = (nudger: Nudger, kind: string): Nudger => ({
  async nudge(items, now, correlationId) {
    const others = items.filter(({ key }) => kindOf(key) !== kind);
    if (others.length > 0) await nudger.nudge(others, now, correlationId);
  },
});

/** How long a nudge waits for others to go with. */
const TOGETHER_MS = 20;

/**
 * For a worker whose many commits each nudge: those of a moment go in one call, of one correlation in one message. Who
 * nudged learns whether it went.
 */
export function nudgerTogether(nudger: Nudger): Nudger {
  const waiting = new Map<string, { readonly items: DueItem[]; readonly sent: Promise<void> }>();
  return {
    nudge(items, now, correlationId) {
      const open = waiting.get(correlationId);
      if (open) {
        open.items.push(...items);
        return open.sent;
      }
      const all = [...items];
      const sent = new Promise<void>((resolve) => setTimeout(resolve, TOGETHER_MS)).then(() => {
        waiting.delete(correlationId);
        return nudger.nudge(all, now, correlationId); // from the first one's instant: nothing comes early
      });
      waiting.set(correlationId, { items: all, sent });
      return sent;
    },
  };
}

/**
 * Packs what falls due in the same second. The delay is rounded up: work starts up to a second late and never early. A
 * worker that came early and waited would hold up the few batches that a queue starts with, and others with it.
 */
function messagesOf(due: readonly DueItem[], now: Instant, correlationId: string): Message[] {
  const delayOf = ({ dueAt }: DueItem) =>
    Math.min(DELAY_SECONDS_MAX, Math.max(0, Math.ceil((dueAt - now) / SECOND_MS)));
  return [...Map.groupBy(due, delayOf)].flatMap(([DelaySeconds, sameSecond]) =>
    chunks(sameSecond, ITEMS_PER_MESSAGE_MAX).map((some) => {
      const reference: Reference = { items: some.map(({ key }) => key), correlationId };
      return { MessageBody: JSON.stringify(reference), DelaySeconds };
    }),
  );
}

/**
 * One message for each item, in the group of that item, and never the same message twice: what has been sent before would
 * be dropped in silence for five minutes, after it has been worked on as well (SQS developer guide, deduplication).
 */
const messagesInTurn = (due: readonly DueItem[], correlationId: string): Message[] =>
  due.map(({ key }) => {
    const reference: Reference = { items: [key], correlationId };
    return { MessageBody: JSON.stringify(reference), MessageGroupId: key.pk, MessageDeduplicationId: unique() };
  });

function chunks<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += size) parts.push(all.slice(from, from + size));
  return parts;
}

/** The queue's side of every worker function: references in, partial batch answers out. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pMap from 'p-map';
import { type Log, withCorrelation } from './log.ts';
import { Reference } from './nudge.ts';
import type { Key } from './table.ts';
import { SECOND_MS } from './time.ts';

/** Items in hand at once in one instance: what one CPU share keeps busy while each waits for the table. */
const AT_ONCE = 16;
/**
 * No item is begun later: half of what a worker function has, and the slowest look (a domain's, some 15 s) still ends in
 * the rest. A thousand items that somebody makes slow would else end with the function, and what was in hand with it.
 */
export const BEGIN_WITHIN_MS = 30 * SECOND_MS;
/** For work that waits for strangers: as many as a batch of two messages has, so that none waits for another. */
export const ALL_AT_ONCE = 200;

export interface WorkerOptions {
  /** Items in hand at once. */
  readonly atOnce?: number;
  /**
   * Whether a message that failed goes back to its queue. Not to a FIFO queue, where it would hold up its group: what
   * failed there is still due, and the dispatcher sends it again.
   */
  readonly givesBack?: boolean;
}

/**
 * Looks at every item of every message. A message with an item that failed is given back to the queue, and looking
 * again at the others in it does no harm; the same item is also found by the dispatcher. What there was no time for is
 * not given back, which would wait for minutes: it is still due, and the dispatcher sends it again.
 */
export const workerOf = (work: Work, log: Log, options?: WorkerOptions) =>
  batchWorkerOf(async () => work, log, options);

/** Does what one item needs. */
export type Work = (key: Key, correlationId: string) => Promise<void>;
/** Reads together what all items of a batch need, and says what to do with each. Never rejects. */
export type BeginBatch = (keys: readonly Key[]) => Promise<Work>;

/** The same for items that share reads. */
export const batchWorkerOf =
  (begin: BeginBatch, log: Log, { atOnce = AT_ONCE, givesBack = true }: WorkerOptions = {}) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed = new Set<string>();
    const looks = event.Records.flatMap(({ messageId, body }) => {
      const reference = Reference.safeParse(parsed(body));
      if (!reference.success) {
        log.error({ messageId }, 'not a reference; it goes to the dead letters');
        failed.add(messageId);
        return [];
      }
      const { items, correlationId } = reference.data;
      return items.map((key) => ({ key, correlationId, messageId }));
    });
    const begun = performance.now();
    let leftOut = 0;
    const work = await begin(looks.map(({ key }) => key));
    await pMap(
      looks,
      ({ key, correlationId, messageId }) =>
        withCorrelation(correlationId, async () => {
          if (performance.now() - begun > BEGIN_WITHIN_MS) {
            leftOut += 1;
            return;
          }
          try {
            await work(key, correlationId);
          } catch (error) {
            log.error({ err: error, item: key.pk }, 'work failed; it is tried again');
            failed.add(messageId);
          }
        }),
      { concurrency: atOnce },
    );
    if (leftOut > 0) log.warn({ items: leftOut }, 'no time for these; the dispatcher sends them again');
    if (!givesBack) return { batchItemFailures: [] };
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The queue's side of every worker function: references in, partial batch answers out. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pMap from 'p-map';
import { type Log, withCorrelation } from './log.ts';
import { Reference } from './nudge.ts';
import type { Key } from './table.ts';

/** Items in hand at once in one instance: what one CPU share keeps busy while each waits for the table. */
const AT_ONCE = 16;
/** For work that waits for strangers: as many as a batch of two messages has, so that none waits for another. */
export const ALL_AT_ONCE = 200;

/**
 * Looks at every item of every message. A message with an item that failed is given back to the queue, and looking
 * again at the others in it does no harm; the same item is also found by the dispatcher.
 */
export const workerOf =
  (work: (key: Key, correlationId: string) => Promise<void>, log: Log, atOnce = AT_ONCE) =>
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
    await pMap(
      looks,
      ({ key, correlationId, messageId }) =>
        withCorrelation(correlationId, async () => {
          try {
            await work(key, correlationId);
          } catch (error) {
            log.error({ err: error, item: key.pk }, 'work failed; the queue tries again');
            failed.add(messageId);
          }
        }),
      { concurrency: atOnce },
    );
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

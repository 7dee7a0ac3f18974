/** A queue in memory, and the event source that brings its messages to a function: lost, doubled, late and in any order. */

import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { MINUTE_MS, SECOND_MS } from '../../shared/platform/time.ts';
import { Counts } from './counts.ts';
import type { Surroundings } from './machine.ts';
import type { Seeded } from './seeded.ts';

interface QueueOptions extends Surroundings {
  readonly random: Seeded;
  /** Undefined when the function died: its messages come back. */
  readonly consume: (event: SQSEvent) => Promise<SQSBatchResponse | undefined>;
  readonly concurrencyMax: number;
}
interface Message {
  readonly id: string;
  readonly body: string;
  deliveries: number;
}

/** As the stack sets them (infra/queue-worker.ts, infra/stack.ts). */
const BATCH_SIZE = 10;
const VISIBILITY_MS = 6 * MINUTE_MS;
const DELIVERIES_MAX = 5;
/** SQS quotas. */
const ENTRIES_MAX = 10;
const DELAY_SECONDS_MAX = 900;
const BATCH_BYTES_MAX = 1024 * 1024;
/** From a message's becoming visible until a poller has it. */
const POLL_MS_MAX = 50;

export class MemoryQueue {
  readonly counts = new Counts();
  readonly #options: QueueOptions;
  readonly #visible: Message[] = [];
  #running = 0;
  #made = 0;
  #isPolled = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** @throws for what SQS refuses */
  send(entries: readonly SendMessageBatchRequestEntry[]) {
    if (entries.length === 0 || entries.length > ENTRIES_MAX) throw new Error(`${entries.length} messages at once`);
    const bytes = entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
    if (bytes > BATCH_BYTES_MAX) throw new Error(`${bytes} bytes at once`);
    this.counts.add('batches sent');
    this.counts.add('messages sent', entries.length);
    return entries.map(({ Id, MessageBody = '', DelaySeconds = 0 }) => {
      if (!Number.isInteger(DelaySeconds) || DelaySeconds < 0 || DelaySeconds > DELAY_SECONDS_MAX)
        throw new Error(`a delay of ${DelaySeconds} s`);
      const id = `msg-${++this.#made}`;
      this.#accept(id, MessageBody, DelaySeconds * SECOND_MS);
      return { Id, MessageId: id, MD5OfMessageBody: '' };
    });
  }

  #accept(id: string, body: string, delayMs: number): void {
    const { rates, random, faults } = this.#options;
    if (random.chance(rates.lost)) {
      faults.add('message lost');
      return;
    }
    const copies = random.chance(rates.doubled) ? 2 : 1;
    if (copies > 1) faults.add('message doubled');
    for (let copy = 0; copy < copies; copy++) {
      const isLate = random.chance(rates.late);
      if (isLate) faults.add('message late');
      this.#appear({ id, body, deliveries: 0 }, delayMs + (isLate ? random.between(0, rates.lateMsMax) : 0));
    }
  }

  #appear(message: Message, afterMs: number): void {
    this.#options.schedule.after(afterMs, () => {
      this.#visible.push(message);
      this.#poll();
    });
  }

  #poll(): void {
    if (this.#isPolled) return;
    this.#isPolled = true;
    const { schedule, random } = this.#options;
    schedule.after(random.between(1, POLL_MS_MAX), () => {
      this.#isPolled = false;
      this.#bring();
    });
  }

  #bring(): void {
    const { concurrencyMax, random, schedule } = this.#options;
    while (this.#visible.length > 0 && this.#running < concurrencyMax) {
      const batch: Message[] = [];
      for (let taken: Message | undefined; batch.length < BATCH_SIZE; batch.push(taken)) {
        taken = random.takeFrom(this.#visible);
        if (taken === undefined) break;
      }
      schedule.watch(this.#deliver(batch));
    }
  }

  async #deliver(batch: readonly Message[]): Promise<void> {
    this.#running++;
    this.counts.add('batches received');
    this.counts.add('messages received', batch.length);
    const receivedAt = this.#options.schedule.clock();
    for (const message of batch) message.deliveries++;
    const answer = await this.#options.consume({ Records: batch.map(recordOf) });
    this.#running--;
    const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const message of batch) {
      if (answer && !failed.has(message.id)) continue;
      if (message.deliveries >= DELIVERIES_MAX) this.counts.add('dead letters');
      else this.#appear(message, receivedAt + VISIBILITY_MS - this.#options.schedule.clock());
    }
    if (this.#visible.length > 0) this.#poll();
  }
}

const recordOf = ({ id, body, deliveries }: Message): SQSRecord => ({
  messageId: id,
  body,
  receiptHandle: `${id}-${deliveries}`,
  attributes: {
    ApproximateReceiveCount: String(deliveries),
    SentTimestamp: '',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: 'simulated',
});

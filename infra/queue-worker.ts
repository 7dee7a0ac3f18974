/** A queue, its dead letters, and the one function that reads it. */
import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LambdaFunction, type LambdaFunctionProps } from './lambda-function.ts';

/** AWS's advice for SQS event sources: longer than a run, its retries and the wait between them. */
const VISIBILITY_TIMES_TIMEOUT = 6;
/** In turn, a message whose run has died holds up its group until it comes again: as soon as that run is surely over. */
const VISIBILITY_TIMES_TIMEOUT_IN_TURN = 2;
/** SQS's default and its most; a message holds references only and the dispatcher sends them again. */
const DEAD_LETTER_RETENTION = Duration.days(14);
/** SQS's most for a queue without a batching window. */
const BATCH_SIZE = 10;

export interface QueueWorkerProps extends LambdaFunctionProps {
  /** Then the message is parked; its items stay due and are found by the dispatcher. */
  readonly deliveriesMax: number;
  /** Most instances that work on this queue at once, so that one kind of work cannot take all of the account's. */
  readonly concurrencyMax: number;
  /** Messages in one batch, at most ten. Default ten. */
  readonly batchSize?: number;
}

export interface WorkQueueProps extends Pick<QueueWorkerProps, 'timeout' | 'deliveriesMax'> {
  /** Whether messages of one group are worked on one after the other, and those of others side by side. Default no. */
  readonly inTurn?: boolean;
}

/** High throughput: the limit of some 300 calls a second holds for each group, not for the queue (SQS quotas). */
const IN_TURN = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

/** The queue is made first and the function afterwards, because every function is told of every queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { timeout, deliveriesMax, inTurn = false }: WorkQueueProps) {
    super(scope, id);
    const safe = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...(inTurn && IN_TURN) };
    const times = inTurn ? VISIBILITY_TIMES_TIMEOUT_IN_TURN : VISIBILITY_TIMES_TIMEOUT;
    this.deadLetters = new Queue(this, 'DeadLetters', { ...safe, retentionPeriod: DEAD_LETTER_RETENTION });
    this.queue = new Queue(this, 'Queue', {
      ...safe,
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * times),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: deliveriesMax },
    });
  }
}

/** Grant to `worker.lambda` what it needs. */
export class QueueWorker extends LambdaFunction {
  constructor(scope: Construct, id: string, queue: WorkQueue, props: QueueWorkerProps) {
    super(scope, id, props);
    this.lambda.addEventSource(
      new SqsEventSource(queue.queue, {
        batchSize: props.batchSize ?? BATCH_SIZE,
        maxConcurrency: props.concurrencyMax,
        reportBatchItemFailures: true,
      }),
    );
  }
}

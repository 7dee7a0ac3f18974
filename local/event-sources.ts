/** Event source mappings: take messages from a queue, hand them to its function in batches, delete what it has done. */
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { type AwsCall, sqsAt } from './engines/aws-json.ts';
import type { InvocationResult } from './function-runner.ts';
import type { FunctionByArn } from './functions.ts';
import { ACCOUNT, queueArn, REGION, type Resolve } from './identities.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const Mapping = z.strictObject({
  BatchSize: z.int().min(1).max(10),
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.int() }).optional(),
});

/** As many batches at once as AWS begins with. More would only wait for the two engines of one machine. */
const CONCURRENCY_MAX = 5;
/**
 * A wait is never cut off: a message that the server gives to a caller who has hung up stays hidden for minutes. So it
 * is short, and delivery stops within a second.
 */
const WAIT_SECONDS = 1;
/** After a failed call, which on loopback means that the server is ending. */
const RETRY_MS = 200;

const Received = z.object({
  Messages: z
    .array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        MD5OfBody: z.string(),
        Attributes: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([]),
});
type Message = z.infer<typeof Received>['Messages'][number];
const BatchAnswer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

export interface EventSource {
  readonly queue: string;
  /** Messages handed over since the start. */
  delivered(): number;
  /** Batches that a function works on now. */
  busy(): number;
  /** Whether the function has handed this message back: it stays in flight until its visibility timeout. */
  hasFailed(receiptHandle: string): boolean;
  start(): void;
  /** Takes no more messages; resolves when no batch is in work. */
  stop(): Promise<void>;
}

export function makeEventSources(
  template: Template,
  resolve: Resolve,
  sqsEndpoint: string,
  functions: FunctionByArn,
): EventSource[] {
  const call = sqsAt(sqsEndpoint);
  const queues = ofType(template, 'AWS::SQS::Queue').map(([logicalId]) => ({
    name: z.string().parse(resolve({ 'Fn::GetAtt': [logicalId, 'QueueName'] })),
    url: z.string().parse(resolve({ Ref: logicalId })),
  }));
  return ofType(template, 'AWS::Lambda::EventSourceMapping').map(([name, { Properties }]) => {
    const mapping = propertiesOf(Mapping, name, resolve(Properties));
    const queue = queues.find((candidate) => queueArn(candidate.name) === mapping.EventSourceArn);
    if (!queue) throw new Error(`${name} reads ${mapping.EventSourceArn}, which is no queue of the template`);
    const runner = functions(mapping.FunctionName);
    return eventSource({
      call,
      queue: queue.name,
      queueUrl: queue.url,
      batchSize: mapping.BatchSize,
      concurrencyMax: Math.min(mapping.ScalingConfig?.MaximumConcurrency ?? CONCURRENCY_MAX, CONCURRENCY_MAX),
      invoke: (event) => runner.invoke(event),
    });
  });
}

interface EventSourceParts {
  readonly call: AwsCall;
  readonly queue: string;
  readonly queueUrl: string;
  readonly batchSize: number;
  readonly concurrencyMax: number;
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
}

function eventSource({ call, queue, queueUrl, batchSize, concurrencyMax, invoke }: EventSourceParts): EventSource {
  const inWork = new Set<Promise<void>>();
  const failedHandles = new Set<string>();
  let delivered = 0;
  let polling: { stopping: boolean; ended: Promise<void> } | undefined;

  const receive = async (): Promise<readonly Message[]> => {
    const input = {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['All'],
    };
    return Received.parse(await call('ReceiveMessage', input)).Messages;
  };
  const work = async (messages: readonly Message[]): Promise<void> => {
    const failed = failuresIn(await invoke(eventOf(queue, messages)), messages);
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
    for (const message of messages) if (failed.has(message.MessageId)) failedHandles.add(message.ReceiptHandle);
    if (done.length === 0) return;
    const Entries = done.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await call('DeleteMessageBatch', { QueueUrl: queueUrl, Entries });
  };
  const poll = async (state: { readonly stopping: boolean }): Promise<void> => {
    while (!state.stopping) {
      while (inWork.size >= concurrencyMax) await Promise.race(inWork);
      try {
        const messages = await receive();
        if (messages.length === 0) continue;
        delivered += messages.length;
        const batch = work(messages)
          .catch(() => {}) // the server is gone: the messages are delivered again
          .finally(() => inWork.delete(batch));
        inWork.add(batch);
      } catch {
        if (!state.stopping) await delay(RETRY_MS);
      }
    }
  };

  return {
    queue,
    delivered: () => delivered,
    busy: () => inWork.size,
    hasFailed: (receiptHandle) => failedHandles.has(receiptHandle),
    start() {
      if (polling) return;
      polling = { stopping: false, ended: Promise.resolve() };
      polling.ended = poll(polling);
    },
    async stop() {
      const ending = polling;
      polling = undefined;
      if (ending) ending.stopping = true;
      await ending?.ended;
      await Promise.all(inWork);
    },
  };
}

/** Whoever answers with failures names them; whoever fails as a whole, or answers with anything else, has done none. */
function failuresIn(result: InvocationResult, messages: readonly Message[]): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  if (result.kind !== 'answer') return all;
  if (result.value === undefined || result.value === null) return new Set();
  const parsed = BatchAnswer.safeParse(result.value);
  if (!parsed.success) return all;
  const named = parsed.data.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return named.every((id) => all.has(id)) ? new Set(named) : all;
}

const eventOf = (queue: string, messages: readonly Message[]) => ({
  Records: messages.map(({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: { SenderId: ACCOUNT, ...Attributes },
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn(queue),
    awsRegion: REGION,
  })),
});

/** The template's queues, made in the queue server. Their messages outlive a restart. */
import * as z from 'zod';
import { AwsFault, sqsAt } from './engines/aws-json.ts';
import type { Resolve } from './identities.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const seconds = z.number().transform(String).optional();
const Queue = z.strictObject({
  DelaySeconds: seconds,
  MessageRetentionPeriod: seconds,
  VisibilityTimeout: seconds,
  RedrivePolicy: z
    .strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() })
    .transform((policy) => JSON.stringify(policy))
    .optional(),
  FifoQueue: z.literal(true).transform(String).optional(),
  DeduplicationScope: z.string().optional(),
  FifoThroughputLimit: z.string().optional(),
  SqsManagedSseEnabled: z.boolean().optional(), // nothing to encrypt for: the file is the user's own
});

/** @returns the queues' URLs */
export async function createQueues(template: Template, resolve: Resolve, endpoint: string): Promise<readonly string[]> {
  const call = sqsAt(endpoint);
  const queues = ofType(template, 'AWS::SQS::Queue');
  const urls: string[] = [];
  for (const [name, { Properties }] of queues) {
    const { SqsManagedSseEnabled, ...attributes } = propertiesOf(Queue, name, resolve(Properties));
    const url = z.string().parse(resolve({ Ref: name }));
    const QueueName = z.string().parse(resolve({ 'Fn::GetAtt': [name, 'QueueName'] }));
    const Attributes = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
    try {
      await call('CreateQueue', { QueueName, Attributes });
    } catch (error) {
      if (!(error instanceof AwsFault && error.code.includes('QueueNameExists'))) throw error;
      await call('SetQueueAttributes', { QueueUrl: url, Attributes }); // the template has changed since
    }
    urls.push(url);
  }
  return urls;
}

/** Throws away what waits in the queues, delayed messages included: each is only a nudge. */
export async function purgeQueues(urls: readonly string[], endpoint: string): Promise<void> {
  const call = sqsAt(endpoint);
  for (const QueueUrl of urls) await call('PurgeQueue', { QueueUrl });
}

/** Sends the message `due` once the time in the item `due-at` has come. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { env, read, write } from './items.ts';

const queues = new SQSClient({});

export async function handler(): Promise<void> {
  const dueAt = await read('due-at');
  if (!dueAt || Date.now() < Date.parse(dueAt)) return;
  await write('due-at', '');
  await queues.send(new SendMessageCommand({ QueueUrl: env('QUEUE_GRANTS'), MessageBody: 'due' }));
}

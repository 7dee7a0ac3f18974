/** Notes how often a message was delivered. The message `bad` is handed back. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { write } from './items.ts';

export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  for (const { body, attributes } of Records) await write(`message ${body}`, attributes.ApproximateReceiveCount);
  const bad = Records.filter(({ body }) => body === 'bad');
  return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

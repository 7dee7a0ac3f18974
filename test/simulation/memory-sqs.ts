/** SQS in memory: finds the queue of a request. */

import type { ServiceInputTypes } from '@aws-sdk/client-sqs';
import { SendMessageBatchCommand, type SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { type Gate, openGate } from './memory-dynamodb.ts';
import type { MemoryQueue } from './memory-queue.ts';

const isSendMessageBatch = (command: string, _input: ServiceInputTypes): _input is SendMessageBatchCommandInput =>
  command === SendMessageBatchCommand.name;

export class MemorySqs {
  readonly queues = new Map<string, MemoryQueue>();

  client(gate: Gate = openGate): SQSClient {
    const client = new SQSClient({
      region: 'simulated',
      credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
      cacheMiddleware: true,
    });
    client.middlewareStack.add(
      (_next, { commandName = '' }) =>
        async ({ input }) => ({
          response: undefined,
          output: await gate(commandName, () => this.#carryOut(commandName, input)),
        }),
      { step: 'initialize', priority: 'high', name: 'memory' },
    );
    return client;
  }

  #carryOut(command: string, input: ServiceInputTypes) {
    if (!isSendMessageBatch(command, input)) throw new Error(`${command} is not known here`);
    const queue = this.queues.get(input.QueueUrl ?? '');
    if (!queue) throw new Error(`there is no queue ${input.QueueUrl}`);
    return { $metadata: {}, Successful: queue.send(input.Entries ?? []), Failed: [] };
  }
}

/** The queue server and a look into its queues. */
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { StartFault } from '../start-fault.ts';
import type { QueueContents } from './sqs-thread.ts';

export interface Sqs {
  readonly endpoint: string;
  /** Resolves with the reason when it ends without being asked to. */
  readonly failed: Promise<string>;
  /** Contents of these queues at one moment, in their order. */
  look(queues: readonly string[]): Promise<readonly QueueContents[]>;
  stop(): Promise<void>;
}

const Started = z.object({ port: z.number() });
interface Answer {
  readonly id: number;
  readonly contents: readonly QueueContents[];
}

/** @param dataFolder where its messages outlive it; left out: in memory only */
export async function startSqs(dataFolder?: string): Promise<Sqs> {
  const thread = new Worker(new URL('sqs-thread.ts', import.meta.url), { workerData: { dataFolder } });
  const failed = new Promise<string>((resolve) => {
    thread.once('error', (error) => resolve(String(error)));
    thread.once('exit', (code) => resolve(`its thread ended with ${code}`));
  });
  const started = new Promise<unknown>((resolve) => thread.once('message', resolve));
  const first = await Promise.race([started, failed]);
  if (typeof first === 'string') throw new StartFault(`The queue server did not start: ${first}.`);
  const { port } = Started.parse(first);

  const waiting = new Map<number, (contents: readonly QueueContents[]) => void>();
  let lastId = 0;
  thread.on('message', ({ id, contents }: Answer) => {
    waiting.get(id)?.(contents);
    waiting.delete(id);
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    failed,
    look: (queues) =>
      new Promise((resolve) => {
        lastId += 1;
        waiting.set(lastId, resolve);
        thread.postMessage({ id: lastId, queues });
      }),
    async stop() {
      await thread.terminate(); // what it answered is on disk
    },
  };
}

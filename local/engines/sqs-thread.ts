/** The queue server, in a thread of its own: its writes to disk block, and must not block the gateway. */
import { existsSync } from 'node:fs';
import { Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { startFauxqs } from 'fauxqs';
import * as z from 'zod';
import { REGION } from '../identities.ts';

const SqsThreadData = z.object({ dataFolder: z.string().optional() });
/** From the runner: every question has an answer. `look` names the queues to look at. */
const Question = z.object({ id: z.number(), queues: z.array(z.string()) });

/** What is in one queue. Counts only, but for those in flight: who holds a message knows it by its handle. */
export interface QueueContents {
  /** Visible: delivered as soon as somebody asks. */
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: readonly string[];
}

const { dataFolder } = SqsThreadData.parse(workerData);
if (dataFolder !== undefined) redeliverUnfinished(join(dataFolder, 'fauxqs.db'));
onLoopbackOnly();
const server = await startFauxqs({
  port: 0,
  logger: false,
  defaultRegion: REGION,
  ...(dataFolder !== undefined && { dataDir: dataFolder }),
});
parentPort?.postMessage({ port: server.port });
parentPort?.on('message', (message: unknown) => {
  const { id, queues } = Question.parse(message);
  parentPort?.postMessage({ id, contents: queues.map(contentsOf) });
});

function contentsOf(name: string): QueueContents {
  const { ready = [], delayed = [], inflight = [] } = server.inspectQueue(name)?.messages ?? {};
  const now = Date.now();
  const due = delayed.filter(({ delayUntil = 0 }) => delayUntil <= now).length; // moved over when next asked for
  return {
    ready: ready.length + due,
    delayed: delayed.length - due,
    inFlight: inflight.map(({ receiptHandle }) => receiptHandle),
  };
}

/**
 * What a function had in hand when the system ended is delivered again at once, and not when it would be missed.
 * In the server's own file, since the server cannot: version 2.4.1 fails both on ChangeMessageVisibility to 0 and at its
 * start, when a message's visibility timeout has passed meanwhile ('NOT NULL constraint failed: … receive_count').
 */
function redeliverUnfinished(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
  database.close();
}

/** fauxqs listens on every interface, has no setting for it, and asks for no key. */
function onLoopbackOnly(): void {
  Server.prototype.listen = new Proxy(Server.prototype.listen, {
    apply: (listen, server, [options, ...rest]: unknown[]) =>
      Reflect.apply(listen, server, [
        typeof options === 'object' ? { ...options, host: '127.0.0.1' } : options,
        ...rest,
      ]),
  });
}

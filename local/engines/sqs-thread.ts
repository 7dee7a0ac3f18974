/** The queue server, in a thread of its own: its writes to disk block, and must not block the gateway. */
import { Server } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { startFauxqs } from 'fauxqs';
import * as z from 'zod';
import { REGION } from '../identities.ts';

export const SqsThreadData = z.object({ dataFolder: z.string().optional() });
/** From the runner: every question has an answer. `look` names the queues to look at. */
const Question = z.object({ id: z.number(), queues: z.array(z.string()) });

/** What is in one queue. Counts only, but for those in flight: who holds a message knows it by its handle. */
export interface QueueContents {
  /** Visible: delivered as soon as somebody asks. */
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: readonly string[];
}

onLoopbackOnly();
const { dataFolder } = SqsThreadData.parse(workerData);
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

/** fauxqs listens on every interface, has no setting for it, and asks for no key. */
function onLoopbackOnly(): void {
  Server.prototype.listen = new Proxy(Server.prototype.listen, {
    apply: (listen, server, [options, ...rest]: unknown[]) =>
      Reflect.apply(listen, server, [typeof options === 'object' ? { ...options, host: '127.0.0.1' } : options, ...rest]),
  });
}

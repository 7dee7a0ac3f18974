/** Runs one Lambda function: its thread, its time limit, and a new thread when it dies. */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { FunctionLog } from './function-log.ts';
import type { FunctionThreadData, Invocation, Loaded, Outcome } from './invocation.ts';

export type InvocationResult =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'timeout'; readonly message: string };

export interface FunctionRunner {
  readonly name: string;
  /** Never rejects. */
  invoke(event: unknown, requestId?: string): Promise<InvocationResult>;
  /** Imports the handler ahead of the first invocation; resolves with the reason when that fails. */
  load(): Promise<string | undefined>;
  stop(): Promise<void>;
}

interface Running {
  readonly finish: (result: InvocationResult) => void;
  readonly timer: NodeJS.Timeout;
}

export function functionRunner(
  data: FunctionThreadData,
  env: Readonly<Record<string, string>>,
  log: FunctionLog,
): FunctionRunner {
  const running = new Map<number, Running>();
  let thread: Worker | undefined;
  let loaded: Promise<string | undefined> = Promise.resolve(undefined);
  let stopped = false;
  let lastId = 0;
  let lastSignOfLifeAt = 0;

  const settle = (id: number, result: InvocationResult): void => {
    const invocation = running.get(id);
    if (!invocation) return; // it has timed out meanwhile
    running.delete(id);
    clearTimeout(invocation.timer);
    invocation.finish(result);
  };
  /** What ran in it fails; the next invocation gets a new one. */
  const gone = (which: Worker, reason: string): void => {
    if (thread !== which) return;
    thread = undefined;
    for (const id of [...running.keys()]) settle(id, { kind: 'error', message: reason });
  };
  const start = (): Worker => {
    const started = new Worker(new URL('function-thread.ts', import.meta.url), {
      workerData: data,
      env: { ...env },
      stdout: true,
      stderr: true,
      execArgv: [],
    });
    log.follow(data.name, started);
    loaded = new Promise((resolve) => {
      started.on('message', (message: Outcome | Loaded) => {
        lastSignOfLifeAt = performance.now();
        if (message.kind === 'loaded') return resolve(undefined);
        settle(message.id, message);
      });
      started.once('error', (error: unknown) => {
        log.crash(data.name, error);
        resolve(String(error));
        gone(started, `the function crashed: ${error}`);
      });
      started.once('exit', (code) => {
        resolve(stopped ? undefined : `it ended with exit code ${code}`);
        gone(started, `the function ended with exit code ${code}`);
      });
    });
    return started;
  };

  const timedOut = (id: number, since: number): void => {
    const seconds = data.timeoutMs / 1000;
    log.crash(data.name, new Error(`an invocation took longer than its ${seconds} s`));
    settle(id, { kind: 'timeout', message: `the function did not answer within ${seconds} s` });
    // Nothing came from the whole thread: it hangs, and would hold up every further invocation.
    if (thread && lastSignOfLifeAt < since) {
      const hung = thread;
      gone(hung, 'the function hung');
      void hung.terminate();
    }
  };

  return {
    name: data.name,
    invoke(event, requestId = randomUUID()) {
      if (stopped) return Promise.resolve({ kind: 'error', message: 'the system stops' });
      thread ??= start();
      lastId += 1;
      const id = lastId;
      const since = performance.now();
      const invocation: Invocation = { id, requestId, event };
      return new Promise((finish) => {
        running.set(id, { finish, timer: setTimeout(timedOut, data.timeoutMs, id, since) });
        thread?.postMessage(invocation);
      });
    },
    load() {
      thread ??= start();
      return loaded;
    },
    async stop() {
      stopped = true;
      const stopping = thread;
      if (!stopping) return;
      gone(stopping, 'the system stops');
      await stopping.terminate();
    },
  };
}

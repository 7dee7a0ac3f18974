/** One Lambda function in a thread: imports its handler as the runtime does and answers invocations, side by side. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionThreadData, Invocation, Loaded, Outcome } from './invocation.ts';
import { shiftDate } from './shifted-date.ts';

const { module, handler: handlerName, clock, ...about }: FunctionThreadData = workerData;
if (clock) shiftDate(new Float64Array(clock)); // before the handler is imported: it must not get hold of the real one

const exports: Record<string, unknown> = await import(pathToFileURL(module).href);
const handler = exports[handlerName];
if (typeof handler !== 'function') throw new Error(`${module} exports no function ${handlerName}`);

const tell = (message: Outcome | Loaded): void => parentPort?.postMessage(message);

parentPort?.on('message', ({ id, requestId, event }: Invocation) => {
  const deadline = performance.now() + about.timeoutMs;
  const context = {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: about.name,
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => Math.max(0, Math.ceil(deadline - performance.now())),
    invokedFunctionArn: about.arn,
    logGroupName: `/aws/lambda/${about.name}`,
    logStreamName: 'local',
    memoryLimitInMB: String(about.memory),
  };
  const fail = (error: unknown): void => {
    console.error(error); // its stack goes to the log, as on AWS
    tell({ id, kind: 'error', message: String(error) });
  };
  try {
    Promise.resolve(handler(event, context)).then((value: unknown) => tell({ id, kind: 'answer', value }), fail);
  } catch (error) {
    fail(error);
  }
});
tell({ kind: 'loaded' });

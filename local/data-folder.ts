/** The data folder: used by one system at a time, however the last one ended. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { dbPathArgument } from './engines/dynamodb.ts';
import { reasonOf, StartFault } from './start-fault.ts';

export interface DataFolder {
  readonly path: string;
  /** Of DynamoDB Local. */
  readonly items: string;
  /** Of the queue server. */
  readonly queues: string;
  readonly functionsLog: string;
  /** What the event bus got, one JSON object a line. */
  readonly busEvents: string;
  /** Remembers the engine's process, to be found should it ever outlive us. */
  rememberEngine(processId: number): void;
  release(): void;
}

const OWNER_ONLY = 0o700;
const ENGINE_GONE_MS_MAX = 5_000;
const POLL_MS = 20;

/** Makes it if it is not there, and locks it. @throws StartFault when another system uses it */
export async function takeDataFolder(path: string): Promise<DataFolder> {
  const folder = (name: string) => join(path, name);
  try {
    for (const each of [path, folder('items'), folder('queues')])
      mkdirSync(each, { recursive: true, mode: OWNER_ONLY });
    chmodSync(path, OWNER_ONLY);
  } catch (error) {
    throw new StartFault(`The data folder cannot be used: ${reasonOf(error)}. Set SALLYPORT_DATA to another.`);
  }
  const release = lock(path);
  const engineFile = folder('engine.pid');
  await endEngineLeftBehind(engineFile, folder('items'));
  return {
    path,
    items: folder('items'),
    queues: folder('queues'),
    functionsLog: join(folder('log'), 'functions.log'),
    busEvents: join(folder('log'), 'events.jsonl'),
    rememberEngine: (processId) => writeFileSync(engineFile, String(processId)),
    release() {
      rmSync(engineFile, { force: true });
      release();
    },
  };
}

/** A lock of the file system: the kernel takes it back when we die, so that none is ever left behind. */
function lock(path: string): () => void {
  const database = new DatabaseSync(join(path, 'lock'));
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch {
    database.close();
    throw new StartFault(
      `Sallyport is running already on ${path}: stop that one, or set SALLYPORT_DATA to another folder (and SALLYPORT_PORT).`,
    );
  }
  return () => database.close();
}

/** An engine ends with its system, within moments. Should one be there still, two would write to one file. */
async function endEngineLeftBehind(engineFile: string, items: string): Promise<void> {
  const processId = readProcessId(engineFile);
  if (processId === undefined) return;
  const until = performance.now() + ENGINE_GONE_MS_MAX;
  while ((await commandLine(processId)).includes(dbPathArgument(items))) {
    if (performance.now() > until)
      throw new StartFault(`A DynamoDB Local of before (process ${processId}) does not end: kill it.`);
    process.kill(processId, 'SIGKILL');
    await delay(POLL_MS);
  }
  rmSync(engineFile, { force: true });
}

function readProcessId(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

/** Empty when there is no such process, or it cannot be looked at. */
async function commandLine(processId: number): Promise<string> {
  try {
    return (await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(processId)])).stdout;
  } catch {
    return '';
  }
}

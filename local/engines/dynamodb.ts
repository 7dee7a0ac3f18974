/** Amazon's own DynamoDB Local, out of an npm package that is never imported: only its folder of jars is used. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, get } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { codeOf, StartFault } from '../start-fault.ts';
import { freePort } from './free-port.ts';

export interface DynamoDb {
  readonly endpoint: string;
  /** Resolves when it has ended, by itself or by `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface DynamoDbOptions {
  /** Folder of its one file. Left out: in memory only. */
  readonly dbPath?: string;
  /** Left out: any free one. */
  readonly port?: number;
  readonly java?: string;
  /** Told the process at once, long before it answers. */
  readonly onStart?: (processId: number) => void;
}

const EMULATOR = join(
  dirname(createRequire(import.meta.url).resolve('amplify-dynamodb-simulator/package.json')),
  'emulator',
);
const CONFIGURATION = fileURLToPath(new URL('dynamodb-local.xml', import.meta.url));
const HEAP = '-Xmx512m';
/** It takes two to three seconds alone, and several times as long on a busy machine. */
const READY_MS_MAX = 60_000;
const POLL_MS = 20;
/** Node's own agent goes through a proxy of the environment, if told so. */
const NO_PROXY = new Agent();
const STOP_MS_MAX = 5_000;
const OUTPUT_CHARACTERS_MAX = 2_000;

/** The part of its command line by which an engine of this data folder is known. */
export const dbPathArgument = (dbPath: string): string => `-Dsallyport.dbPath=${dbPath}`;

/** Starts it and waits until it answers. It ends with this process, however that ends. @throws StartFault */
export async function startDynamoDb({ dbPath, port, java = 'java', onStart }: DynamoDbOptions = {}): Promise<DynamoDb> {
  const listenPort = port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${listenPort}`;
  const child = spawn(
    java,
    [
      '-XX:+UseSerialGC',
      HEAP,
      `-Dsallyport.port=${listenPort}`,
      `-Dsallyport.inMemory=${dbPath === undefined}`,
      ...(dbPath === undefined ? [] : [dbPathArgument(dbPath)]),
      '-Djava.library.path=./DynamoDBLocal_lib',
      '-cp',
      'DynamoDBLocal.jar',
      'org.eclipse.jetty.xml.XmlConfiguration',
      CONFIGURATION,
    ],
    // A group of its own: Ctrl-C reaches us, and we end it last.
    { cwd: EMULATOR, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  if (child.pid !== undefined) onStart?.(child.pid);
  child.stdin.on('error', () => {}); // it may be gone before its input is closed
  const output = keepOutput(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(timer);
  };
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) =>
      reject(
        new StartFault(codeOf(error) === 'ENOENT' ? `There is no Java (${java}).` : `Java does not start: ${error}`),
      ),
    );
    child.once('exit', () => reject(new StartFault(`DynamoDB Local ended at once and said: ${output()}`)));
  });
  failed.catch(() => {});
  try {
    await Promise.race([failed, untilItAnswers(endpoint)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, ended, stop };
}

async function untilItAnswers(endpoint: string): Promise<void> {
  const until = performance.now() + READY_MS_MAX;
  while (performance.now() < until) {
    if (await answers(endpoint)) return;
    await delay(POLL_MS);
  }
  throw new StartFault(`DynamoDB Local did not answer within ${READY_MS_MAX / 1000} s.`);
}

const answers = (endpoint: string): Promise<boolean> =>
  new Promise((resolve) => {
    get(endpoint, { agent: NO_PROXY }, (response) => {
      response.resume();
      resolve(true);
    }).once('error', () => resolve(false));
  });

/** The last of what it printed. It must be read in any case: a full pipe would halt it. */
function keepOutput(child: ChildProcess): () => string {
  let kept = '';
  const take = (text: string) => {
    kept = (kept + text).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout?.setEncoding('utf8').on('data', take);
  child.stderr?.setEncoding('utf8').on('data', take);
  return () => kept.trim() || 'nothing';
}

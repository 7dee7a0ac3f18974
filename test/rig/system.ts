/**
 * The system under test as its users start it: `local/main.ts` as a process of its own, with settings by environment.
 * It leads a process group, so that `kill` takes the engines with it: what `kill -9` of a whole machine would do.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentWithoutSallyport } from './environment.ts';
import { onOurEnd } from './on-our-end.ts';
import { type SystemControl, systemControl } from './system-control.ts';

export interface SystemSettings {
  /** `host:port` of the resolver the system asks. */
  readonly dns: string;
  /** Left out: a new temporary folder. Given: state of an earlier run goes on. */
  readonly dataFolder?: string;
  /** Left out: a free port. */
  readonly port?: number;
  readonly bootstrapKey?: string;
  /** What is started, from the project's folder. Left out: the product as it is. */
  readonly entry?: 'local/main.ts' | 'test/rig/data-plane/main.ts';
  /** Any further SALLYPORT_ setting, or one of the rig's own to be changed. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface System extends SystemControl {
  readonly dataFolder: string;
  /** What it has printed of late, for a failing test to show. */
  output(): string;
  /** Ends it as Ctrl-C does, and removes its data folder if the rig made that. */
  stop(): Promise<void>;
  /** SIGKILL for it and every process it started. The data folder stays, to be started on again. */
  kill(): Promise<void>;
}

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** A cold start of both engines on a busy two-core machine, several times over. */
const READY_MS_MAX = 90_000;
/** After it a stop is no longer waited for: Ctrl-C has to end every process long before. */
const STOP_MS_MAX = 15_000;
const POLL_MS = 50;
const OUTPUT_LINES_MAX = 400;
/** The line that says where it listens, such as `Sallyport listens on http://127.0.0.1:8787`. */
const LISTENS = /listen\w*\b.*?(https?:\/\/[^\s/]+)/i;
/** Each with what takes back its removal at our end. */
const foldersMadeHere = new Map<string, () => void>();

/**
 * Starts it and waits until `/healthz` answers 200. @throws with what it printed, when it ends or hangs before
 * that.
 */
export async function startSystem(settings: SystemSettings): Promise<System> {
  const dataFolder = settings.dataFolder ?? (await newFolder());
  const bootstrapKey = settings.bootstrapKey ?? `rig_${randomUUID().replaceAll('-', '')}`;
  const child = spawn(process.execPath, [settings.entry ?? 'local/main.ts'], {
    cwd: REPOSITORY,
    detached: true, // the leader of a group of its own
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environmentWithoutSallyport(),
      SALLYPORT_PORT: String(settings.port ?? 0),
      SALLYPORT_DATA: dataFolder,
      SALLYPORT_DNS: settings.dns,
      SALLYPORT_BOOTSTRAP_KEY: bootstrapKey,
      SALLYPORT_TEST_CLOCK: '1',
      SALLYPORT_TRUST_LOOPBACK: '1',
      ...settings.environment,
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = collectLines(child);
  const survive = onOurEnd(() => signal(child, 'SIGKILL'));
  const kill = async (): Promise<void> => {
    signal(child, 'SIGKILL'); // also what is left of the group when its leader has ended by itself
    await ended;
    survive();
  };

  const url = await whenReady(child, lines).catch(async (error: unknown) => {
    await kill();
    await removeFolder(dataFolder);
    throw error;
  });
  return {
    ...systemControl(url, bootstrapKey),
    dataFolder,
    output: () => lines.join('\n'),
    kill,
    async stop() {
      child.kill('SIGINT');
      const late = Symbol('late');
      const first = await Promise.race([ended, delay(STOP_MS_MAX).then(() => late)]);
      await kill();
      await removeFolder(dataFolder);
      if (first === late) throw new Error(`the system did not end within ${STOP_MS_MAX} ms of SIGINT`);
    },
  };
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-'));
  foldersMadeHere.set(
    folder,
    onOurEnd(() => rmSync(folder, { recursive: true, force: true })),
  );
  return folder;
}

/** Only a folder that the rig made: one that was given may be somebody's. */
async function removeFolder(folder: string): Promise<void> {
  const keep = foldersMadeHere.get(folder);
  if (!keep) return;
  await rm(folder, { recursive: true, force: true });
  keep();
  foldersMadeHere.delete(folder);
}

function collectLines(child: ChildProcess): string[] {
  const lines: string[] = [''];
  const take = (text: string) => {
    const [first = '', ...rest] = text.split('\n');
    lines.push((lines.pop() ?? '') + first, ...rest);
    lines.splice(0, Math.max(0, lines.length - OUTPUT_LINES_MAX));
  };
  child.stdout?.setEncoding('utf8').on('data', take);
  child.stderr?.setEncoding('utf8').on('data', take);
  return lines;
}

async function whenReady(child: ChildProcess, lines: readonly string[]): Promise<string> {
  const until = performance.now() + READY_MS_MAX;
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const line = lines.slice(0, -1).findLast((line) => LISTENS.test(line)); // the last line may be half written
    const origin = line && LISTENS.exec(line)?.[1];
    if (origin && (await healthy(origin))) return origin;
    await delay(POLL_MS);
  }
  const how = child.exitCode === null ? `was not ready within ${READY_MS_MAX} ms` : `ended with ${child.exitCode}`;
  throw new Error(`the system ${how}. It printed:\n${lines.join('\n')}`);
}

const healthy = (origin: string): Promise<boolean> =>
  fetch(`${origin}/healthz`).then(
    ({ status }) => status === 200,
    () => false,
  );

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

/** To the whole group; a group that has ended is no error. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // ESRCH: nobody is left
  }
}

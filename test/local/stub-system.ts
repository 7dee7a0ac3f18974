/** Starts `stub-main.ts` and talks to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { environmentWithoutSallyport } from '../rig/environment.ts';

const MAIN = fileURLToPath(new URL('stub-main.ts', import.meta.url));
const folders: string[] = [];
const running = new Set<ChildProcess>();

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface StubSystem {
  readonly url: string;
  readonly process: ChildProcess;
  /** Resolves when it has ended. */
  readonly ended: Promise<Ended>;
  /** The text of the answer. @throws when the status is not a good one */
  get(path: string): Promise<string>;
  /** Waits until the item has a value, and gives it. */
  untilWritten(name: string): Promise<string>;
}

export function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-local-'));
  folders.push(folder);
  return folder;
}

function start(settings: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...environmentWithoutSallyport(), SALLYPORT_PORT: '0', SALLYPORT_TEST_CLOCK: '1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  let found: (url: string) => void;
  const url = new Promise<string>((resolve) => {
    found = resolve;
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output += `${line}\n`;
      const [, address] = /^Sallyport listens on (\S+)$/.exec(line) ?? [];
      if (address) found(address);
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, output });
    });
  });
  return { child, url, ended };
}

/** @throws with what it printed, when it ends instead */
export async function startStubSystem(settings: Readonly<Record<string, string>>): Promise<StubSystem> {
  const { child, url: found, ended } = start(settings);
  const url = await Promise.race([found, ended.then(({ output }) => Promise.reject(new Error(output)))]);
  const get = async (path: string): Promise<string> => {
    const response = await fetch(`${url}${path}`);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.text();
  };
  return {
    url,
    process: child,
    ended,
    get,
    async untilWritten(name) {
      for (;;) {
        const value = await get(`/read?name=${encodeURIComponent(name)}`);
        if (value !== '') return value;
      }
    },
  };
}

/** For a start that is to fail. */
export const startAndEnd = (settings: Readonly<Record<string, string>>): Promise<Ended> => start(settings).ended;

/** Whatever a failed test has left. */
export async function endAll(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

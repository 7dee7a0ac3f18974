/** Where functions' output goes: a file of bounded size, and the errors among it on the console, shortly. */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Worker } from 'node:worker_threads';
import * as z from 'zod';

export interface FunctionLog {
  /** Takes over the output of a function's thread. */
  follow(name: string, thread: Worker): void;
  /** A function died, or did not end in time. */
  crash(name: string, error: unknown): void;
  close(): void;
}

/** A file of each size is kept, the present and the one before. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
const FLUSH_MS = 100;
const FLUSH_CHARACTERS = 64 * 1024;
const CONSOLE_CHARACTERS_MAX = 300;

const ErrorLine = z.object({
  level: z.enum(['error', 'fatal']),
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
});

/** @param show prints one line on the console */
export function functionLog(file: string, show: (line: string) => void): FunctionLog {
  mkdirSync(dirname(file), { recursive: true });
  let descriptor = openSync(file, 'a', 0o600);
  let bytes = fstatSync(descriptor).size;
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    bytes += writeSync(descriptor, waiting);
    waiting = '';
    if (bytes < FILE_BYTES_MAX) return;
    closeSync(descriptor);
    renameSync(file, `${file}.1`);
    descriptor = openSync(file, 'a', 0o600);
    bytes = 0;
  };
  const write = (line: string): void => {
    if (closed) return;
    waiting += `${line}\n`;
    if (waiting.length > FLUSH_CHARACTERS) flush();
    else timer ??= setTimeout(flush, FLUSH_MS);
  };
  const shortly = (name: string, text: string): void => show(`${name}: ${text.slice(0, CONSOLE_CHARACTERS_MAX)}`);

  return {
    follow(name, thread) {
      createInterface({ input: thread.stdout }).on('line', (line) => {
        write(line);
        if (line.includes('"level":"error"') || line.includes('"level":"fatal"')) shortly(name, errorOf(line));
      });
      createInterface({ input: thread.stderr }).on('line', write);
    },
    crash(name, error) {
      write(error instanceof Error ? (error.stack ?? error.message) : String(error));
      shortly(name, String(error));
    },
    close() {
      flush();
      closed = true;
      closeSync(descriptor);
    },
  };
}

function errorOf(line: string): string {
  try {
    const { msg, err } = ErrorLine.parse(JSON.parse(line));
    return [msg, err?.message].filter((part) => part !== undefined).join(': ');
  } catch {
    return line;
  }
}

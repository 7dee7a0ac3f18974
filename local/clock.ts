/** The functions' clock: the machine's own plus an offset, which the test clock moves and the data folder keeps. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FunctionClock {
  /** Milliseconds since 1970, as functions see it. */
  now(): number;
  /** Moves it, for every function at once. */
  moveTo(now: number): void;
  /** What functions read, in ms; undefined: they have the machine's own clock. */
  readonly shared: SharedArrayBuffer | undefined;
}

/** The machine's own clock. */
export const realClock: FunctionClock = {
  now: () => Date.now(),
  moveTo() {
    throw new Error('the real clock cannot be moved');
  },
  shared: undefined,
};

/** Starts at the offset at which it was left. */
export function movableClock(dataFolder: string): FunctionClock {
  const file = join(dataFolder, 'clock-offset-ms');
  const shared = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const offset = new Float64Array(shared);
  offset[0] = readOffset(file);
  const now = () => Date.now() + (offset[0] ?? 0);
  return {
    now,
    shared,
    moveTo(instant) {
      offset[0] = instant - Date.now();
      writeFileSync(file, String(offset[0]));
    },
  };
}

function readOffset(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0; // never moved
  }
}

/** Simulated time: it stands still while anything runs, and jumps to the next event. Nobody sleeps. */
import type { Instant } from '../../shared/platform/time.ts';

export interface Planned {
  readonly at: Instant;
  readonly order: number;
  readonly run: () => void;
  isCancelled: boolean;
}

const isSooner = (one: Planned, other: Planned): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/**
 * Everything that was promised so far has gone as far as it can: the engines answer without I/O, and a tick comes when
 * no promise is left to be settled. A turn of the event loop would do the same at ten times the price.
 */
const untilNothingMoves = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
/** So that the process is not deaf meanwhile. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const EVENTS_PER_TURN = 1000;

export class Schedule {
  readonly #heap: Planned[] = [];
  #now: Instant;
  #order = 0;
  #fault: { readonly error: unknown } | undefined;

  constructor(now: Instant) {
    this.#now = now;
  }

  readonly clock = (): Instant => this.#now;

  at(at: Instant, run: () => void): Planned {
    const planned = { at: Math.max(at, this.#now), order: this.#order++, run, isCancelled: false };
    this.#push(planned);
    return planned;
  }

  after(ms: number, run: () => void): Planned {
    return this.at(this.#now + ms, run);
  }

  readonly sleep = (ms: number): Promise<void> => new Promise((resolve) => void this.after(ms, resolve));

  /** For what runs on its own: what it throws ends the simulation. */
  watch(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.fail(error));
  }

  /** Ends the simulation with the first of these. */
  readonly fail = (error: unknown): void => {
    this.#fault ??= { error };
  };

  /** Runs what is planned up to the instant, which it then is. @throws what was given to `fail` */
  async runUntil(until: Instant): Promise<void> {
    for (let next = this.#first(); next !== undefined && next.at <= until; next = this.#first()) {
      this.#pop();
      this.#now = next.at;
      next.run();
      if (this.#first()?.at === next.at) continue; // what falls into one instant happens at once
      await untilNothingMoves();
      if (next.order % EVENTS_PER_TURN === 0) await turn();
      if (this.#fault) throw this.#fault.error;
    }
    this.#now = until;
  }

  /** What is next; what was cancelled is not: time would pass it by while what ran before it still goes on. */
  #first(): Planned | undefined {
    while (this.#heap[0]?.isCancelled) this.#pop();
    return this.#heap[0];
  }

  /** While it is in use, `setTimeout` counts simulated time: the short pauses of a worker or of a retry. */
  takeTimers(): Disposable {
    const real = Object.getOwnPropertyDescriptor(globalThis, 'setTimeout');
    // Whole milliseconds, as clocks tell them.
    const value = (run: () => void, ms = 0): void => void this.after(Math.ceil(ms), run);
    Object.defineProperty(globalThis, 'setTimeout', { ...real, value });
    return { [Symbol.dispose]: () => Object.defineProperty(globalThis, 'setTimeout', { ...real }) };
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(planned);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !isSooner(planned, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = planned;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      const left = heap[childAt];
      const right = heap[childAt + 1];
      if (left === undefined) break;
      if (right !== undefined && isSooner(right, left)) childAt++;
      const child = heap[childAt];
      if (child === undefined || !isSooner(child, last)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
  }
}

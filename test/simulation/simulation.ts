/**
 * A system in simulated time: the engines in memory, functions on machines that die, queues that lose and double, the
 * dispatcher once a minute. What runs on it is production code; one seed repeats everything that happens.
 */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dispatchDue } from '../../shared/dispatcher/dispatch-due.ts';
import type { WriterParts } from '../../shared/platform/boot.ts';
import { commitWith, LOOK_AHEAD_MS } from '../../shared/platform/commit.ts';
import { DUE_SHARDS } from '../../shared/platform/item.ts';
import { logTo } from '../../shared/platform/log.ts';
import { nudgerOn } from '../../shared/platform/nudge.ts';
import { tableOn } from '../../shared/platform/table.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../../shared/platform/time.ts';
import { type BeginBatch, batchWorkerOf, type Work } from '../../shared/platform/worker.ts';
import { Counts } from './counts.ts';
import { type FaultRates, NO_FAULTS } from './faults.ts';
import { FunctionHost, Machine } from './machine.ts';
import { MemoryDynamoDb, type Written } from './memory-dynamodb.ts';
import { MemoryQueue } from './memory-queue.ts';
import { MemorySqs } from './memory-sqs.ts';
import { Schedule } from './schedule.ts';
import { Seeded } from './seeded.ts';
import { seededIds } from './seeded-ids.ts';

export interface SimulationOptions {
  readonly begin: Instant;
  readonly seed: number;
  readonly rates: FaultRates;
  /** Told of every transaction that is carried out, whether or not the function learns of it. */
  readonly onWritten: (written: readonly Written[], at: Instant) => void;
}
/** What a function is made of, and the machine that it runs on. */
export type FunctionParts = WriterParts & { readonly machine: Machine };

/** As the stack sets them (infra/stack.ts). */
const WORK_TIMEOUT_MS = MINUTE_MS;
const CONCURRENCY_MAX = 50;

export class Simulation {
  readonly schedule: Schedule;
  readonly random: Seeded;
  readonly rates: FaultRates;
  /** What went wrong on purpose, and what the functions logged of it. */
  readonly faults = new Counts();
  readonly logged = new Counts();
  readonly dynamodb: MemoryDynamoDb;
  readonly sqs = new MemorySqs();
  readonly #urls = new Map<string, string>();
  readonly #begin: Instant;
  readonly #dispatching = new Counts();
  #calm = 0;
  readonly #hosts: Pick<FunctionHost<unknown, unknown>, 'renew' | 'restart'>[] = [];

  constructor({ begin, seed, rates, onWritten }: SimulationOptions) {
    this.schedule = new Schedule(begin);
    this.random = new Seeded(seed);
    this.rates = rates;
    this.#begin = begin;
    const lag = this.random.stream('lag');
    this.dynamodb = new MemoryDynamoDb({
      clock: this.schedule.clock,
      onWritten,
      lag: (apply) => {
        if (lag.chance(rates.indexLate)) this.schedule.after(lag.between(1, rates.indexLateMsMax), apply);
        else apply();
      },
    });
  }

  /** A function: `start` makes it anew for each machine. */
  function<Event, Answer>(name: string, start: (parts: FunctionParts) => (event: Event) => Promise<Answer>) {
    const { schedule, rates, faults, random } = this;
    const startOn = (machine: Machine) => start(this.#partsOn(machine, name));
    const host = new FunctionHost<Event, Answer>({
      ...{ schedule, rates, faults, random, name },
      timeoutMs: WORK_TIMEOUT_MS,
      start: startOn,
    });
    this.#hosts.push(host);
    return host;
  }

  /** A new release of every function, while messages are under way: old and new machines work side by side. */
  deploy(): void {
    this.faults.add('deploy');
    for (const host of this.#hosts) host.renew();
  }

  /** Every machine is gone with a chance of one half, whatever it has in hand. */
  restart(): void {
    this.faults.add('restart');
    for (const host of this.#hosts) host.restart(this.random.stream(`restart ${this.faults.get('restart')}`), 0.5);
  }

  /** While it is in use, time and chance that production code takes from the language are the simulation's. */
  takeOver(): Disposable {
    const timers = this.schedule.takeTimers();
    const { random } = Math;
    Math.random = this.random.stream('chance').fraction;
    return {
      [Symbol.dispose]: () => {
        timers[Symbol.dispose]();
        Math.random = random;
      },
    };
  }

  /** A queue and the function that works on items of the kind. */
  worker(kind: string, start: (parts: FunctionParts) => Work) {
    return this.batchWorker(kind, (parts) => {
      const work = start(parts);
      return async () => work;
    });
  }

  /** The same for items that share reads. */
  batchWorker(kind: string, start: (parts: FunctionParts) => BeginBatch) {
    const { schedule, rates, faults, random } = this;
    const host = this.function<SQSEvent, SQSBatchResponse>(kind, (parts) => batchWorkerOf(start(parts), parts.log));
    const queue = new MemoryQueue({
      ...{ schedule, rates, faults },
      random: random.stream(`queue ${kind}`),
      consume: (event) => host.invoke(event),
      concurrencyMax: CONCURRENCY_MAX,
    });
    const url = `https://sqs.simulated/${kind}`;
    this.#urls.set(kind, url);
    this.sqs.queues.set(url, queue);
    return queue;
  }

  /** The dispatcher, once in every minute. */
  dispatch(): Counts {
    const host = this.function<string, number>('dispatcher', dispatchDue);
    this.#minute(0, host, this.random.stream('schedule'));
    return this.#dispatching;
  }

  #minute(minute: number, host: FunctionHost<string, number>, random: Seeded): void {
    const { schedule, rates, faults } = this;
    schedule.at(this.#begin + (minute + 1) * MINUTE_MS, () => this.#minute(minute + 1, host, random));
    if (random.chance(rates.missed)) {
      faults.add('run of the schedule missed');
      return;
    }
    schedule.after(random.between(0, MINUTE_MS - SECOND_MS), () => {
      this.#dispatching.add('runs');
      if (this.dynamodb.table.index('due').isEmptyUpTo(schedule.clock() + LOOK_AHEAD_MS)) {
        // Not carried out, to save time, but counted: it would find nothing in any shard.
        this.#dispatching.add('of them with nothing to find');
        this.dynamodb.counts.add('QueryCommand', DUE_SHARDS.length);
        this.dynamodb.counts.add('due queries', DUE_SHARDS.length);
        return;
      }
      // A run that fails was made to; the next one is a minute later.
      host.invoke(`dispatch-${minute}`).catch(() => this.#dispatching.add('runs failed'));
    });
  }

  /** For what must not fail: preparing, and looking at the end. */
  calmParts(): WriterParts {
    const { schedule, faults } = this;
    const random = this.random.stream(`calm ${++this.#calm}`);
    return this.#partsOn(new Machine({ schedule, faults, rates: NO_FAULTS }, random), 'calm');
  }

  #partsOn(machine: Machine, name: string): FunctionParts {
    const { clock } = this.schedule;
    const log = logTo((line) => this.logged.add(`${name}: ${messageOf(line)}`), name);
    const table = tableOn(this.dynamodb.client(machine.gate), 'Simulated');
    const nudger = nudgerOn(this.sqs.client(machine.gate), this.#urls);
    const ids = seededIds(clock, machine.random.stream('ids'));
    return { machine, table, ids, clock, log, nudger, commit: commitWith({ table, nudger, ids, log }) };
  }
}

/** What a line says, and the error in it. */
function messageOf(line: string): string {
  const { msg, err } = Object(JSON.parse(line));
  return err === undefined ? String(msg) : `${msg} (${err.type}: ${String(err.message).replace(/[a-z]{3}_\w+/g, '…')})`;
}

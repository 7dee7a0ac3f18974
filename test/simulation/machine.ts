/** What Lambda does: runs functions on machines that may be gone at any call, or take too long and be stopped. */
import {
  DynamoDBServiceException,
  InternalServerError,
  ThrottlingException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import type { Counts } from './counts.ts';
import { callFault, type FaultRates } from './faults.ts';
import type { Gate } from './memory-dynamodb.ts';
import type { Schedule } from './schedule.ts';
import type { Seeded } from './seeded.ts';

export interface Surroundings {
  readonly schedule: Schedule;
  readonly rates: FaultRates;
  readonly faults: Counts;
}

/** Nothing that ran on a machine that is gone ever goes on. */
const never = (): Promise<never> => new Promise(() => undefined);

export class Machine {
  readonly random: Seeded;
  readonly #surroundings: Surroundings;
  #isGone = false;
  #onGone: () => void = () => undefined;

  constructor(surroundings: Surroundings, random: Seeded) {
    this.#surroundings = surroundings;
    this.random = random;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Told once, when the machine is gone. */
  whenGone(onGone: () => void): void {
    this.#onGone = onGone;
  }

  stop(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#onGone();
  }

  /** For calls to the engines. */
  readonly gate: Gate = async (command, carryOut) => {
    const { schedule, rates, faults } = this.#surroundings;
    if (rates.callMsMax > 0) await schedule.sleep(this.random.between(1, rates.callMsMax + 1));
    if (this.#isGone) return never();
    const fault = callFault(rates, this.random);
    if (fault === undefined) return this.#carryOut(carryOut);
    faults.add(`${fault} ${command}`);
    if (fault === 'throttled') throw throttled(command);
    if (fault === 'fails after' || fault === 'dies after') this.#carryOut(carryOut);
    if (fault === 'fails after' || fault === 'fails before')
      throw new InternalServerError({ message: `simulated: ${fault}`, $metadata: {} });
    this.stop();
    return never();
  };

  /** What an engine does not know, or the model finds wrong, ends the simulation: a worker would only log it. */
  #carryOut<Answer>(carryOut: () => Answer): Answer {
    try {
      return carryOut();
    } catch (error) {
      if (!(error instanceof DynamoDBServiceException)) this.#surroundings.schedule.fail(error);
      throw error;
    }
  }

  /** For what is waited for outside. */
  async wait(ms: number): Promise<void> {
    await this.#surroundings.schedule.sleep(ms);
    if (this.#isGone) await never();
  }
}

/** As the table says it: of a transaction by its reasons (DynamoDB API reference, TransactWriteItems). */
const throttled = (command: string): Error => {
  const message = 'simulated: throttled';
  return command === 'TransactWriteItemsCommand'
    ? new TransactionCanceledException({ message, $metadata: {}, CancellationReasons: [{ Code: 'ThrottlingError' }] })
    : new ThrottlingException({ message, $metadata: {} });
};

interface HostOptions<Event, Answer> extends Surroundings {
  readonly name: string;
  readonly random: Seeded;
  /** Starts the function on a new machine. */
  readonly start: (machine: Machine) => (event: Event) => Promise<Answer>;
  readonly timeoutMs: number;
}
interface Running<Event, Answer> {
  readonly machine: Machine;
  readonly handle: (event: Event) => Promise<Answer>;
  readonly release: number;
}

export class FunctionHost<Event, Answer> {
  readonly #options: HostOptions<Event, Answer>;
  #idle: Running<Event, Answer>[] = [];
  readonly #busy = new Set<Running<Event, Answer>>();
  #started = 0;
  #release = 0;

  constructor(options: HostOptions<Event, Answer>) {
    this.#options = options;
  }

  /** Undefined when the machine was gone, or the time was over, before it answered. @throws what the function throws */
  invoke(event: Event): Promise<Answer | undefined> {
    const { schedule, timeoutMs, faults, name } = this.#options;
    const running = this.#idle.pop() ?? this.#start();
    const { machine, handle } = running;
    this.#busy.add(running);
    return new Promise((resolve, reject) => {
      machine.whenGone(() => {
        timeout.isCancelled = true;
        this.#busy.delete(running);
        resolve(undefined);
      });
      const timeout = schedule.after(timeoutMs, () => {
        faults.add(`${name} stopped for its time`);
        machine.stop();
      });
      const done = (settle: () => void) => {
        if (machine.isGone) return;
        timeout.isCancelled = true;
        this.#busy.delete(running);
        if (running.release === this.#release) this.#idle.push(running);
        settle();
      };
      handle(event).then(
        (answer) => done(() => resolve(answer)),
        (error) => done(() => reject(error)),
      );
    });
  }

  /** A deploy: what comes from now on runs on new machines, beside the old ones that end what they have in hand. */
  renew(): void {
    this.#release++;
    this.#idle = [];
  }

  /** Machines that are restarted with what they have in hand, whatever it is. */
  restart(random: Seeded, share: number): void {
    this.#idle = [];
    for (const { machine } of [...this.#busy]) if (random.chance(share)) machine.stop();
  }

  #start(): Running<Event, Answer> {
    const { name, random, start } = this.#options;
    const machine = new Machine(this.#options, random.stream(`${name} ${++this.#started}`));
    return { machine, handle: start(machine), release: this.#release };
  }
}

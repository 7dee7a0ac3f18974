/** Does what has come due: runs the schedules until nothing moves any more. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Sqs } from './engines/sqs.ts';
import type { EventSource } from './event-sources.ts';
import type { Schedules } from './schedules.ts';

/** A chain of work, each step of which is found by the next run of the dispatcher, is a few steps long. */
const ROUNDS_MAX = 100;
const ROUND_MS_MAX = 120_000;
const POLL_MS = 4;

export interface SettleParts {
  readonly schedules: Schedules;
  readonly eventSources: readonly EventSource[];
  readonly sqs: Sqs;
}

/** Undefined when everything is done, or what still moves. Delayed messages are not due yet and do not count. */
export async function settle(parts: SettleParts): Promise<string | undefined> {
  const delivered = () => parts.eventSources.reduce((sum, source) => sum + source.delivered(), 0);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = delivered();
    await parts.schedules.runAll();
    const still = await untilAtRest(parts);
    if (still !== undefined) return still;
    if (delivered() === before) return undefined;
  }
  return `${ROUNDS_MAX} runs of the schedules each found more to do`;
}

/** Waits until no message is visible or in work. Undefined when that has come, or what still moves. */
export async function untilAtRest({ eventSources, sqs }: Omit<SettleParts, 'schedules'>): Promise<string | undefined> {
  const queues = eventSources.map(({ queue }) => queue);
  /** What is visible or in the hands of a function; not what a function has handed back, to be seen again later. */
  const moving = async (): Promise<readonly string[]> => {
    const contents = await sqs.look(queues);
    return eventSources.flatMap((source, at) => {
      const { ready = 0, inFlight = [] } = contents[at] ?? {};
      const held = inFlight.filter((handle) => !source.hasFailed(handle)).length;
      return ready + held + source.busy() > 0 ? [`${source.queue} (${ready} waiting, ${held} in work)`] : [];
    });
  };
  const until = performance.now() + ROUND_MS_MAX;
  for (let still = await moving(); still.length > 0; still = await moving()) {
    if (performance.now() > until) return `after ${ROUND_MS_MAX / 1000} s still: ${still.join(', ')}`;
    await delay(POLL_MS);
  }
  return undefined;
}

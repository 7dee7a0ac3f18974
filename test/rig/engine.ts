/** What a function is made of, on the real engine, with a clock that a test sets. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { type Commit, commitWith } from '../../shared/platform/commit.ts';
import { idsOn } from '../../shared/platform/ids.ts';
import { logTo } from '../../shared/platform/log.ts';
import type { Nudger } from '../../shared/platform/nudge.ts';
import { type DueItem, tableOn } from '../../shared/platform/table.ts';

export class TestClock {
  #now: number;
  constructor(now: number) {
    this.#now = now;
  }
  set(now: number): void {
    this.#now = now;
  }
  pass(ms: number): void {
    this.#now += ms;
  }
  readonly read = (): number => this.#now;
}

/** The writer's parts of one function. What would be sent to a queue is in `nudged`; what it logs is in `lines`. */
export function anEngine(now: number) {
  const { endpoint, tableName } = inject('engine');
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const clock = new TestClock(now);
  const nudged: DueItem[] = [];
  const lines: string[] = [];
  const nudger: Nudger = { nudge: async (items) => void nudged.push(...items) };
  const table = tableOn(client, tableName);
  const ids = idsOn(clock.read);
  const log = logTo((line) => lines.push(line), 'test');
  const commit = commitWith({ table, nudger, ids, log });
  return { table, commit, ids, log, nudger, clock: clock.read, time: clock, nudged, lines };
}
export type Engine = ReturnType<typeof anEngine>;

/** Dies after the commit, as a function does whose machine is gone: the caller never learns that it was stored. */
export class Died extends Error {}
export const dyingAfter =
  (commit: Commit): Commit =>
  async (...call) => {
    await commit(...call);
    throw new Died('after the commit');
  };
export const dyingBefore: Commit = async () => {
  throw new Died('before the commit');
};

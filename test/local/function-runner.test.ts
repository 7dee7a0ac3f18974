import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionLog } from '../../local/function-log.ts';
import { type FunctionRunner, functionRunner } from '../../local/function-runner.ts';

const HANDLER = `
  let invocations = 0;
  const actions = {
    count: () => (invocations += 1),
    env: () => ({ ...process.env }),
    throw: () => { throw new Error('thrown'); },
    reject: async () => { throw new Error('rejected'); },
    crash: () => new Promise(() => setImmediate(() => { throw new Error('uncaught'); })),
    exit: () => process.exit(3),
    never: () => new Promise(() => {}),
    hang: () => { for (;;); },
    dates: () => [Date.now(), new Date().getTime(), Date.parse(Date()), new Date(5).getTime(), Date.UTC(1970, 0)],
    isDate: () => new Date() instanceof Date && new Date().constructor === Date,
    remaining: (context) => context.getRemainingTimeInMillis(),
  };
  export const handler = (action, context) => actions[action](context);
`;

let folder: string;
let crashes: string[];
const runners: FunctionRunner[] = [];
const log: FunctionLog = {
  follow(_, thread) {
    thread.stdout.resume();
    thread.stderr.resume();
  },
  crash: (_, error) => void crashes.push(String(error)),
  close() {},
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-function-'));
  crashes = [];
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
  rmSync(folder, { recursive: true });
});

function aFunction(given: { timeoutMs?: number; clock?: SharedArrayBuffer; source?: string } = {}): FunctionRunner {
  const module = join(folder, 'index.mjs');
  writeFileSync(module, given.source ?? HANDLER);
  const runner = functionRunner(
    {
      module,
      handler: 'handler',
      name: 'Work',
      arn: 'arn:work',
      memory: 1024,
      timeoutMs: given.timeoutMs ?? 30_000,
      clock: given.clock,
    },
    { TABLE: 'items' },
    log,
  );
  runners.push(runner);
  return runner;
}
const answer = (value: unknown) => ({ kind: 'answer', value });
const failure = (message: string) => ({ kind: 'error', message: expect.stringContaining(message) });

describe('a function', () => {
  it('has the environment that it is given and nothing of ours', async () => {
    expect(await aFunction().invoke('env')).toMatchObject(answer({ TABLE: 'items' }));
  });

  it('keeps its memory from one invocation to the next', async () => {
    const runner = aFunction();
    expect(await runner.invoke('count')).toMatchObject(answer(1));
    expect(await runner.invoke('count')).toMatchObject(answer(2));
  });

  it.each([
    ['throw', 'thrown'],
    ['reject', 'rejected'],
  ])('that does %s fails this invocation only', async (action, message) => {
    const runner = aFunction();
    await runner.invoke('count');
    expect(await runner.invoke(action)).toMatchObject(failure(message));
    expect(await runner.invoke('count')).toMatchObject(answer(2));
  });

  it.each([
    ['crash', 'uncaught'],
    ['exit', 'ended with exit code 3'],
  ])('that does %s fails what is in work, and starts anew', async (action, message) => {
    const runner = aFunction();
    await runner.invoke('count');
    const [beside, died] = await Promise.all([runner.invoke('never'), runner.invoke(action)]);
    expect(beside).toMatchObject(failure(message));
    expect(died).toMatchObject(failure(message));
    expect(await runner.invoke('count')).toMatchObject(answer(1));
  });

  it('that takes too long is no longer waited for', async () => {
    const runner = aFunction({ timeoutMs: 400 });
    await runner.invoke('count');
    expect(await runner.invoke('never')).toMatchObject({ kind: 'timeout' });
    expect(crashes.join()).toContain('longer than its 0.4 s');
  });

  it('that hangs is replaced', async () => {
    const runner = aFunction({ timeoutMs: 2_000 });
    await runner.invoke('count');
    expect(await runner.invoke('hang')).toMatchObject({ kind: 'timeout' });
    expect(await runner.invoke('count')).toMatchObject(answer(1));
  });

  it('is told how much time it has', async () => {
    const { value } = Object(await aFunction({ timeoutMs: 20_000 }).invoke('remaining'));
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThanOrEqual(20_000);
  });

  it('that cannot be loaded says why, and fails its invocations', async () => {
    const runner = aFunction({ source: 'throw new Error("TABLE is missing");' });
    expect(await runner.load()).toContain('TABLE is missing');
    expect(await runner.invoke('count')).toMatchObject(failure('TABLE is missing'));
  });
});

describe('the clock of a function', () => {
  it('is ahead by the offset, however the time is asked for', async () => {
    const clock = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
    const offset = new Float64Array(clock);
    const runner = aFunction({ clock });
    offset[0] = 1e12;
    const before = Date.now();
    const { value } = Object(await runner.invoke('dates'));
    const [now, constructed, called, given, utc] = value;
    for (const time of [now, constructed]) expect(time).toBeGreaterThanOrEqual(before + 1e12);
    expect(called).toBeGreaterThanOrEqual(before + 1e12 - 1000); // text without milliseconds
    expect([given, utc]).toEqual([5, 0]);
    expect(await runner.invoke('isDate')).toMatchObject(answer(true));
  });
});

/** Rules of the event bus with a schedule: their targets are invoked once at the start and then at every interval. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { FunctionClock } from './clock.ts';
import type { FunctionRunner } from './function-runner.ts';
import type { FunctionByArn } from './functions.ts';
import { ACCOUNT, REGION, type Resolve } from './identities.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const UNITS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const Rule = z.strictObject({
  Description: z.string().optional(),
  ScheduleExpression: z.string().regex(/^rate\(\d+ (minute|hour|day)s?\)$/),
  State: z.literal('ENABLED'),
  Targets: z.array(z.strictObject({ Arn: z.string(), Id: z.string(), RetryPolicy: z.json().optional() })),
});

export interface Schedules {
  start(): void;
  /** Invokes every target once, side by side, and waits for them. */
  runAll(): Promise<void>;
  stop(): void;
}

export function makeSchedules(
  template: Template,
  resolve: Resolve,
  functions: FunctionByArn,
  clock: FunctionClock,
): Schedules {
  const schedules = ofType(template, 'AWS::Events::Rule').map(([name, { Properties }]) => {
    const rule = propertiesOf(Rule, name, resolve(Properties));
    const targets: readonly FunctionRunner[] = rule.Targets.map(({ Arn }) => functions(Arn));
    const run = async (): Promise<void> => {
      await Promise.all(targets.map((target) => target.invoke(eventOf(name, clock.now()))));
    };
    return { run, everyMs: rateMs(rule.ScheduleExpression) };
  });
  let timers: NodeJS.Timeout[] = [];
  return {
    start() {
      if (timers.length > 0) return;
      timers = schedules.map(({ run, everyMs }) => {
        void run();
        return setInterval(run, everyMs);
      });
    },
    async runAll() {
      await Promise.all(schedules.map(({ run }) => run()));
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
      timers = [];
    },
  };
}

export function rateMs(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') throw new Error(`${expression} is no rate`);
  return Number(count) * UNITS_MS[unit];
}

const eventOf = (rule: string, now: number) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: ACCOUNT,
  time: `${new Date(now).toISOString().slice(0, 19)}Z`,
  region: REGION,
  resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/${rule}`],
  detail: {},
});

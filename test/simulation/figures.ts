/** What a simulated month came to, for printing. */
import { percentile } from '../bench/measure.ts';
import type { Counts } from './counts.ts';
import type { simulateMonth } from './domains-month.ts';

type Ended = Awaited<ReturnType<typeof simulateMonth>>;
type Rows = Record<string, Record<string, number | string>>;

const rounded = (value: number): number => Math.round(value * 100) / 100;
const counted = (counts: Counts): Rows =>
  Object.fromEntries(counts.entries().map(([what, times]) => [what, { times }]));
const perLook = (counts: Counts, looks: number): Rows =>
  Object.fromEntries(counts.entries().map(([what, times]) => [what, { times, 'per look': rounded(times / looks) }]));

export function figuresOf({ simulation, model, queue, dispatching }: Ended, wallMs: number): Record<string, Rows> {
  const { looks, lateness, lives, outcomes } = model;
  const statuses = Map.groupBy(lives, ({ status }) => status);
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
  return {
    'Looks, and the ends of those that nobody proved': {
      looks: { value: looks },
      'looks recorded': { value: lives.reduce((sum, { attempts }) => sum + attempts, 0) },
      ...Object.fromEntries([...outcomes].map(([outcome, times]) => [`of them ${outcome}`, { value: times }])),
      'ms late, half of them below': { value: percentile(lateness, 0.5) },
      'ms late, 99% below': { value: percentile(lateness, 0.99) },
      'ms late at most': { value: percentile(lateness, 1) },
    },
    'Domains at the end': Object.fromEntries([...statuses].map(([status, all]) => [status, { domains: all.length }])),
    'Calls of the table': perLook(simulation.dynamodb.counts, looks),
    'The queue': perLook(queue.counts, looks),
    'The dispatcher': counted(dispatching),
    'What went wrong on purpose': counted(simulation.faults),
    'What the functions logged': counted(simulation.logged),
    'This machine': {
      'wall time': { value: `${rounded(wallMs / 1000)} s` },
      'CPU time': { value: `${rounded((user + system) / 1e6)} s` },
      'wall time per look': { value: `${Math.round((wallMs * 1000) / looks)} µs` },
      heap: { value: megabytes(heapUsed) },
      'resident set': { value: megabytes(rss) },
    },
  };
}

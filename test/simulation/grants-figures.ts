/** What simulated histories of grants came to, for printing. */
import { percentile } from '../bench/measure.ts';
import { Counts } from './counts.ts';
import type { simulateGrants } from './grants-histories.ts';

type Ended = Awaited<ReturnType<typeof simulateGrants>>;
type Rows = Record<string, Record<string, number | string>>;

/** What is kept of one system, which itself is let go. */
export interface GrantCounts {
  readonly changes: Counts;
  readonly answers: Counts;
  readonly verdicts: Counts;
  readonly faults: Counts;
  readonly begun: readonly number[];
  readonly recorded: readonly number[];
}
export const countsOf = ({ watch, callers, verdicts, simulation }: Ended): GrantCounts => ({
  changes: watch.counts,
  answers: callers.counts,
  verdicts: verdicts.counts,
  faults: simulation.faults,
  begun: watch.begun,
  recorded: watch.recorded,
});

const rows = (all: readonly Counts[]): Rows => {
  const sum = new Counts();
  for (const counts of all) for (const [what, times] of counts.entries()) sum.add(what, times);
  return Object.fromEntries(sum.entries().map(([what, times]) => [what, { times }]));
};
const lateness = (sample: readonly number[]) => ({
  'half below, ms': percentile(sample, 0.5),
  '99% below, ms': percentile(sample, 0.99),
  'at most, ms': percentile(sample, 1),
});

export const figures = (all: readonly GrantCounts[], histories: number, wallMs: number): Record<string, Rows> => ({
  'What happened': rows(all.map(({ changes }) => changes)),
  'What callers were told': rows(all.map(({ answers }) => answers)),
  'Verdicts held against the model': rows(all.map(({ verdicts }) => verdicts)),
  'What went wrong on purpose': rows(all.map(({ faults }) => faults)),
  'After the end of a grant, with all of that': {
    'a worker had it in hand': lateness(all.flatMap(({ begun }) => begun)),
    'it was recorded': lateness(all.flatMap(({ recorded }) => recorded)),
  },
  'This machine': {
    'wall time': { value: `${Math.round(wallMs / 1000)} s` },
    'wall time per history': { value: `${Math.round(wallMs / histories)} ms` },
  },
});

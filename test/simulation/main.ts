/** `npm run simulate -- --domains 10000 --seed n`: a month of domains in minutes. SALLYPORT_SEED is the seed, too. */
import { parseArgs } from 'node:util';
import { simulateMonth } from './domains-month.ts';
import { ROUGH } from './faults.ts';
import { figuresOf } from './figures.ts';
import { seedOf } from './seed.ts';

const { values } = parseArgs({
  options: { domains: { type: 'string', default: '10000' }, seed: { type: 'string' } },
});
const seed = seedOf(values.seed);
console.log(`${values.domains} domains for a month of simulated time; SALLYPORT_SEED=${seed} repeats it`);
const begin = performance.now();
const ended = await simulateMonth({
  domains: Number(values.domains),
  seed,
  rates: ROUGH,
  onDay: (day) => process.stderr.write(`\rday ${day} after ${Math.round((performance.now() - begin) / 1000)} s `),
});
process.stderr.write('\n');
for (const [title, rows] of Object.entries(figuresOf(ended, performance.now() - begin))) {
  console.log(`\n${title}`);
  console.table(rows);
}

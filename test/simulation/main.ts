/**
 * `npm run simulate -- --domains 10000 --seed n`: a month of domains in minutes.
 * `npm run simulate -- grants --histories 2000 --seed n`: histories of grants.
 * SALLYPORT_SEED is the seed, too.
 */
import { parseArgs } from 'node:util';
import { simulateMonth } from './domains-month.ts';
import { HARSH, ROUGH } from './faults.ts';
import { figuresOf } from './figures.ts';
import * as figuresOfGrants from './grants-figures.ts';
import { simulateGrants } from './grants-histories.ts';
import { seedOf } from './seed.ts';

/** Of one system; more are as many systems as it takes, each with the seed after the one before. */
const HISTORIES_OF_ONE = 100;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    domains: { type: 'string', default: '10000' },
    histories: { type: 'string', default: '2000' },
    seed: { type: 'string' },
  },
});
const seed = seedOf(values.seed);
const begin = performance.now();
const seconds = (): number => Math.round((performance.now() - begin) / 1000);
if (positionals[0] === 'grants') await grants(Number(values.histories));
else await domains(Number(values.domains));

async function domains(count: number): Promise<void> {
  console.log(`${count} domains for a month of simulated time; SALLYPORT_SEED=${seed} repeats it`);
  const onDay = (day: number) => process.stderr.write(`\rday ${day} after ${seconds()} s `);
  const ended = await simulateMonth({ domains: count, seed, rates: ROUGH, onDay });
  print(figuresOf(ended, performance.now() - begin));
}

async function grants(count: number): Promise<void> {
  console.log(`${count} histories of grants; SALLYPORT_SEED=${seed} repeats them`);
  const ended = [];
  for (let first = 0; first < count; first += HISTORIES_OF_ONE) {
    const histories = Math.min(HISTORIES_OF_ONE, count - first);
    const own = (seed + first / HISTORIES_OF_ONE) >>> 0;
    try {
      ended.push(figuresOfGrants.countsOf(await simulateGrants({ histories, seed: own, rates: HARSH })));
    } catch (error) {
      console.error(`\nSALLYPORT_SEED=${own} npm run simulate -- grants --histories ${histories} repeats this:`);
      throw error;
    }
    process.stderr.write(`\r${first + histories} histories after ${seconds()} s `);
  }
  print(figuresOfGrants.figures(ended, count, performance.now() - begin));
}

function print(figures: Record<string, Record<string, Record<string, number | string>>>): void {
  process.stderr.write('\n');
  for (const [title, rows] of Object.entries(figures)) {
    console.log(`\n${title}`);
    console.table(rows);
  }
}

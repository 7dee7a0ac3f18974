/** `npm run bench`: figures of a system of its own, in real time. With `--json` one JSON object (api.md). */
import { startDnsServer } from '../peers/dns-server.ts';
import { startIssuers } from '../peers/issuer.ts';
import { rigOf } from '../rig/rig.ts';
import { readRunning } from '../rig/running.ts';
import { startSystem } from '../rig/system.ts';
import { benchExpiries } from './expiries.ts';
import { benchFourSeconds } from './four-seconds.ts';
import { benchVerdicts } from './verdicts.ts';

const dns = await startDnsServer();
const issuers = await startIssuers();
const system = await startSystem({ dns: dns.address });
try {
  const running = await readRunning(system.dataFolder);
  const { functions } = running;
  const engine = { endpoint: running.endpoints.dynamoDb, table: running.tables[0], functions };
  const verdictFunction = Object.entries(functions).find(([name]) => name.startsWith('Verdicts'))?.[1];
  if (!verdictFunction) throw new Error('the template has no verdict function');
  const rig = rigOf(system, dns);
  const issuer = await issuers.create();
  const fourSecondGrant = await benchFourSeconds(rig, issuer);
  const verdicts = await benchVerdicts(rig, issuer, { ...engine, verdictFunction });
  const expiries = await benchExpiries(rig, issuer, engine);
  if (process.argv.includes('--json')) console.log(JSON.stringify({ verdicts, expiries, fourSecondGrant }));
  else {
    console.log(
      'Verdicts of the function as Lambda invokes it, and over HTTP through the local gateway, beside one bare consistent\nBatchGetItem of the same items on the same engine in the same run:',
    );
    console.table(verdicts);
    const { count, p50Ms, p99Ms, maxMs, recorded, engine: ceiling, callsForEach, loadBefore } = expiries;
    console.log(
      `\n${count} grants that end in one second. From expiresAt until a worker takes one up, and until its end is recorded:`,
    );
    console.table({ 'taken up': { p50Ms, p99Ms, maxMs }, recorded });
    console.log(
      `The same transactions sent bare to the same engine: ${ceiling.perSecond} a second, ${ceiling.concurrency} at a time.\nLoad of the machine before the end: ${loadBefore}. Calls for each grant, counted:`,
    );
    console.table(callsForEach);
    console.log('A grant of four seconds, watched over HTTP in real time:');
    console.table([fourSecondGrant]);
  }
} finally {
  await system.stop();
  await issuers.stop();
  await dns.stop();
}

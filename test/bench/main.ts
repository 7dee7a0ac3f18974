/** `npm run bench`: figures of a system of its own, in real time. With `--json` one JSON object (api.md). */
import { startDnsServer } from '../peers/dns-server.ts';
import { startIssuers } from '../peers/issuer.ts';
import { rigOf } from '../rig/rig.ts';
import { readRunning } from '../rig/running.ts';
import { startSystem } from '../rig/system.ts';
import { benchExpiries, benchFourSeconds } from './expiries.ts';
import { benchVerdicts } from './verdicts.ts';

const dns = await startDnsServer();
const issuers = await startIssuers();
const system = await startSystem({ dns: dns.address });
try {
  const running = await readRunning(system.dataFolder);
  const verdictFunction = Object.entries(running.functions).find(([name]) => name.startsWith('Verdicts'))?.[1];
  if (!verdictFunction) throw new Error('the template has no verdict function');
  const rig = rigOf(system, dns);
  const issuer = await issuers.create();
  const fourSecondGrant = await benchFourSeconds(rig, issuer);
  const expiries = await benchExpiries(rig, issuer);
  const verdicts = await benchVerdicts(rig, issuer, {
    endpoint: running.endpoints.dynamoDb,
    table: running.tables[0],
    verdictFunction,
  });
  if (process.argv.includes('--json')) console.log(JSON.stringify({ verdicts, expiries, fourSecondGrant }));
  else {
    console.log(
      'Verdicts of the function as Lambda invokes it, and over HTTP through the local gateway, beside one bare consistent\nBatchGetItem of the same items on the same engine in the same run:',
    );
    console.table(verdicts);
    console.log('Lateness of expiries: the instant at which each end was recorded, less expiresAt:');
    console.table([expiries]);
    console.log('A grant of four seconds, watched over HTTP in real time:');
    console.table([fourSecondGrant]);
  }
} finally {
  await system.stop();
  await issuers.stop();
  await dns.stop();
}

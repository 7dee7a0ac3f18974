/** Sallyport as a process: says what it does, runs until it is told to end, and ends with what that was worth. */
import { readSettings } from './settings.ts';
import { StartFault } from './start-fault.ts';
import { type SystemOptions, startSystem } from './system.ts';

const say = (line: string): void => console.log(line);

/** Ends the process: 0 after Ctrl-C, 1 with one sentence when it cannot start or an engine has ended. */
export async function run(options: Omit<SystemOptions, 'say'> = {}): Promise<never> {
  try {
    return process.exit(await untilEnd(options));
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    console.error(error.message);
    return process.exit(1);
  }
}

async function untilEnd(options: Omit<SystemOptions, 'say'>): Promise<0 | 1> {
  const interrupted = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1)); // a second one does not wait
        resolve(undefined);
      });
    }
  });
  const settings = readSettings();
  const system = await startSystem(settings, { ...options, say });
  if (settings.testClock) say('The test clock is enabled: PUT /local/clock moves the clock of every function.');
  if (settings.trustLoopback)
    say('Loopback is trusted: issuers, files and webhooks may be on this machine over plain HTTP.');
  say(`The log of the functions is ${system.functionsLog}`);
  say(`The first owner's API key is in ${system.bootstrapKeyFile}`);
  say(`Sallyport listens on ${system.url}`);
  say('Try next, in another terminal:');
  say('  npm run demo');
  say(`  curl -H "Authorization: Bearer $(cat ${system.bootstrapKeyFile})" ${system.url}/v1/federations`);
  say('Ctrl-C stops it; what it knows stays.');

  const failure = await Promise.race([interrupted, system.failed]);
  say(failure === undefined ? 'Stopping.' : `Stopping, because ${failure}. Start it again: nothing is lost.`);
  await system.stop();
  return failure === undefined ? 0 : 1;
}

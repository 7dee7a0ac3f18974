/** The whole system on one machine: takes the template apart and starts what it describes, in the order of need. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bucketFolders } from './buckets.ts';
import { busesOf } from './buses.ts';
import { movableClock, realClock } from './clock.ts';
import { control, disabledControl } from './control.ts';
import { takeDataFolder } from './data-folder.ts';
import { startDynamoDb } from './engines/dynamodb.ts';
import { eventLog, startEventBridge } from './engines/event-bridge.ts';
import { checkJava } from './engines/java.ts';
import { startKms } from './engines/kms.ts';
import { startS3 } from './engines/s3.ts';
import { startSecretsManager } from './engines/secrets-manager.ts';
import { startSqs } from './engines/sqs.ts';
import { makeEventSources } from './event-sources.ts';
import { functionLog } from './function-log.ts';
import type { FunctionRunner } from './function-runner.ts';
import { makeFunctions } from './functions.ts';
import { startGateway } from './gateway.ts';
import { routesOf } from './http-routes.ts';
import { resolverFor } from './identities.ts';
import { createQueues, purgeQueues } from './queues.ts';
import { checkResourceTypes } from './resource-types.ts';
import { makeSchedules } from './schedules.ts';
import { keepSecrets } from './secrets.ts';
import type { Settings } from './settings.ts';
import { settle, untilAtRest } from './settle.ts';
import { keepSigningKeys } from './signing-keys.ts';
import { synthesizedStack } from './synthesis.ts';
import { createTables } from './tables.ts';

export interface System {
  readonly url: string;
  readonly bootstrapKeyFile: string;
  readonly functionsLog: string;
  /** Resolves with what ended, when an engine ends by itself. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  /** One line for each step, while it starts. */
  readonly say: (line: string) => void;
  /** Sources of the functions, when they are not the project's own. */
  readonly functions?: string;
}

/** For whoever wants to look with the AWS command line (`--endpoint-url`) or a debugger, and for the benchmarks. */
const describe = (folder: string, running: object): void =>
  writeFileSync(join(folder, 'running.json'), JSON.stringify(running, null, 2), { mode: 0o600 });

/** How long batches in work may take to end once it is to stop; what is cut off is delivered again. */
const STOP_MS_MAX = 3_000;

/** @throws StartFault; whatever was started by then is stopped again */
export async function startSystem(settings: Settings, { say, functions: sources }: SystemOptions): Promise<System> {
  const started: (() => Promise<void> | void)[] = [];
  /** Ends what was started, the last first. */
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end();
  };
  const keep = <T>(part: T, end: (part: T) => Promise<void> | void): T => {
    started.push(() => end(part));
    return part;
  };
  try {
    const data = keep(await takeDataFolder(settings.dataFolder), (folder) => folder.release());
    const gateway = keep(await startGateway(settings.port), (it) => it.stop());
    const log = keep(
      functionLog(data.functionsLog, (line) => say(`! ${line}`)),
      (it) => it.close(),
    );

    say(
      "Building the functions and the template, and starting DynamoDB Local (Amazon's, for use with an AWS account).",
    );
    await checkJava(settings.java);
    const [dynamoDb, sqs, assembly] = await sideBySide([
      startDynamoDb({ dbPath: data.items, java: settings.java, onStart: data.rememberEngine }).then((it) =>
        keep(it, () => it.stop()),
      ),
      startSqs(data.queues).then((it) => keep(it, () => it.stop())),
      synthesizedStack(sources),
    ]);
    const { template } = assembly;
    checkResourceTypes(template);

    const resolve = resolverFor(template, sqs.endpoint);
    const secrets = await keepSecrets(template, resolve, data.path, settings.bootstrapKey);
    const secretsManager = keep(await startSecretsManager(secrets.values), (it) => it.stop());
    const signingKeys = await keepSigningKeys(template, resolve, data.path);
    const kms = keep(await startKms(signingKeys), (it) => it.stop());
    const s3 = keep(await startS3(bucketFolders(template, resolve, data.path)), (it) => it.stop());
    const events = eventLog(data.busEvents);
    const eventBridge = keep(await startEventBridge(busesOf(template, resolve), events.append), (it) => it.stop());
    const clock = settings.testClock ? movableClock(data.path) : realClock;
    const endpoints = {
      dynamoDb: dynamoDb.endpoint,
      sqs: sqs.endpoint,
      secretsManager: secretsManager.endpoint,
      kms: kms.endpoint,
      s3: s3.endpoint,
      eventBridge: eventBridge.endpoint,
    };
    const functions = keep(makeFunctions({ assembly, resolve, endpoints, settings, clock, log }), async ({ all }) => {
      await Promise.all(all.map((runner) => runner.stop()));
    });
    const routes = routesOf(template, resolve, functions.byArn);
    const load = async (runner: FunctionRunner): Promise<void> => {
      const fault = await runner.load();
      if (fault !== undefined) say(`! ${runner.name} cannot be loaded, and fails when it is called: ${fault}`);
    };

    say('Making tables and queues, and loading the functions that answer requests.');
    const [queueUrls, tableNames] = await sideBySide([
      createQueues(template, resolve, sqs.endpoint),
      createTables(template, dynamoDb.endpoint),
      ...[...routes.runners].map(load),
    ]);

    const schedules = keep(makeSchedules(template, resolve, functions.byArn, clock), (it) => it.stop());
    const eventSources = makeEventSources(template, resolve, sqs.endpoint, functions.byArn);
    let delivering = false;
    const stopDelivering = async (): Promise<void> => {
      delivering = false;
      schedules.stop();
      await Promise.all(eventSources.map((source) => source.stop()));
    };
    const startDelivering = (): void => {
      delivering = true;
      for (const source of eventSources) source.start();
      schedules.start();
    };
    started.push(() => Promise.race([stopDelivering(), delay(STOP_MS_MAX, undefined, { ref: false })]));
    startDelivering();

    const switches = {
      clock,
      // While nothing is delivered, nothing can be done: moving the clock then only moves it.
      settle: async () => (delivering ? settle({ schedules, eventSources, sqs }) : undefined),
      workEnds: async () => (delivering ? untilAtRest({ eventSources, sqs }) : undefined),
      startDelivering,
      stopDelivering,
      dropMessages: () => purgeQueues(queueUrls, sqs.endpoint),
      busEvents: events.read,
    };
    describe(data.path, { endpoints, tables: tableNames, functions: functions.recipes });
    gateway.open({
      routes,
      control: settings.testClock ? control(switches) : disabledControl,
      clock,
    });
    for (const runner of functions.all) if (!routes.runners.has(runner)) void load(runner);
    started.push(() => gateway.stop()); // before the functions that answer what is in work
    return {
      url: gateway.url,
      bootstrapKeyFile: secrets.bootstrapKeyFile,
      functionsLog: data.functionsLog,
      failed: Promise.race([
        dynamoDb.ended.then(() => 'DynamoDB Local has ended'),
        sqs.failed.then((reason) => `the queue server has ended: ${reason}`),
      ]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** When one fails, the others are waited for, so that each is known to be stopped again. */
async function sideBySide<T extends readonly Promise<unknown>[]>(promises: readonly [...T]) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

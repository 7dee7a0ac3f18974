/**
 * What exists on AWS: one table that says what is wanted and when it next needs a hand, nine queues that say 'look at
 * this one', a dispatcher that reads what falls due, and an HTTP API whose verdicts have a function of their own.
 */
import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { AuditRoots } from './audit-roots.ts';
import type { FunctionName } from './bundle.ts';
import { HttpApi } from './http-api.ts';
import { LambdaFunction } from './lambda-function.ts';
import { QueueWorker, WorkQueue } from './queue-worker.ts';
import { SallyportTable, type TableVerb } from './table.ts';

/** An HTTP API waits 30 s: the function ends just before, so that its own answer wins. */
const API_TIMEOUT = Duration.seconds(29);
/** A verdict is one read and one signature check, and at worst one fetch of the issuer's keys. */
const VERDICT_TIMEOUT = Duration.seconds(15);
/** Reads a file of its own. */
const DOCS_TIMEOUT = Duration.seconds(10);
/** Of dispatcher and audit sealer. Ends before the next minute's run starts. */
const SCHEDULED_TIMEOUT = Duration.seconds(55);
/** A batch of ten messages with an outside call of some seconds each, side by side, and a margin. */
const WORK_TIMEOUT = Duration.seconds(60);

/** Signature checks are CPU alone: one whole core, and no second one that a single-threaded function cannot use. */
const MEMORY_OF_VERDICTS = 1_769;
/** Waits for the table and for outside calls most of the time; half a core keeps a cold start near half a second. */
const MEMORY_OF_OTHERS = 1_024;
/** Two megabytes of files, now and then. */
const MEMORY_OF_DOCS = 256;

/**
 * Everything in a batch of webhooks' lanes is in hand at once, since each may hang: of two messages with a hundred each.
 * More of them wait for another instance, not for each other.
 */
const BATCH_OF_WEBHOOKS = 2;
const DELIVERIES_MAX = 5;
/** SQS starts with five pollers anyway; this bounds what a burst of work may take of the account's concurrency. */
const CONCURRENCY_MAX = 50;

export interface SallyportStackProps extends StackProps {
  /** Holds a folder for each function, with its bundled `index.mjs`. */
  readonly bundles: string;
  /** DNS servers that prove domains, as `ip[:port]`, separated by commas. */
  readonly resolvers: string;
}

export class SallyportStack extends Stack {
  constructor(scope: Construct, id: string, { bundles, resolvers, ...props }: SallyportStackProps) {
    super(scope, id, props);
    const table = new SallyportTable(this, 'Items');
    const auditRoots = new AuditRoots(this, 'AuditRoots');
    const bootstrapKey = generatedSecret(this, 'BootstrapKey', 48, 'API key of the first owner.');
    const sealingKey = generatedSecret(this, 'SealingKey', 64, 'Functions derive the AES-256-GCM data key from it.');

    const bus = new EventBus(this, 'EventBus', { description: 'What happened in Sallyport, as CloudEvents.' });
    const workQueue = (name: string, inTurn = false) =>
      new WorkQueue(this, name, { timeout: WORK_TIMEOUT, deliveriesMax: DELIVERIES_MAX, inTurn });
    const queues = {
      Domains: workQueue('Domains'),
      IdentityProviders: workQueue('IdentityProviders'),
      Grants: workQueue('Grants'),
      Connections: workQueue('Connections'),
      Revocations: workQueue('Revocations'),
      Events: workQueue('Events'),
      Deliveries: workQueue('Deliveries'),
      SyncOrders: workQueue('SyncOrders'),
      Syncs: workQueue('Syncs', true),
    };

    const TABLE = table.name;
    const RESOLVERS = resolvers;
    const BOOTSTRAP_SECRET = bootstrapKey.secretArn;
    const SEALING_SECRET = sealingKey.secretArn;
    /** Whoever commits a plan nudges the queue of what falls due soon. */
    const commits = {
      TABLE,
      QUEUE_DOMAINS: queues.Domains.queue.queueUrl,
      QUEUE_IDENTITY_PROVIDERS: queues.IdentityProviders.queue.queueUrl,
      QUEUE_GRANTS: queues.Grants.queue.queueUrl,
      QUEUE_CONNECTIONS: queues.Connections.queue.queueUrl,
      QUEUE_REVOCATIONS: queues.Revocations.queue.queueUrl,
      QUEUE_EVENTS: queues.Events.queue.queueUrl,
      QUEUE_DELIVERIES: queues.Deliveries.queue.queueUrl,
      QUEUE_SYNC_ORDERS: queues.SyncOrders.queue.queueUrl,
      QUEUE_SYNCS: queues.Syncs.queue.queueUrl,
    };

    const fn = (
      name: FunctionName,
      environment: Record<string, string>,
      timeout: Duration,
      memory = MEMORY_OF_OTHERS,
    ) => ({
      bundle: join(bundles, name),
      environment,
      timeout,
      memory,
    });
    const worker = (name: FunctionName, environment: Record<string, string>) => ({
      ...fn(name, environment, WORK_TIMEOUT),
      deliveriesMax: DELIVERIES_MAX,
      concurrencyMax: CONCURRENCY_MAX,
    });
    const api = new LambdaFunction(
      this,
      'ApiFunction',
      fn('api', { ...commits, RESOLVERS, BOOTSTRAP_SECRET, SEALING_SECRET }, API_TIMEOUT),
    );
    const verdicts = new LambdaFunction(
      this,
      'Verdicts',
      fn('verdicts', { TABLE, RESOLVERS, BOOTSTRAP_SECRET }, VERDICT_TIMEOUT, MEMORY_OF_VERDICTS),
    );
    const docs = new LambdaFunction(this, 'Docs', fn('docs', {}, DOCS_TIMEOUT, MEMORY_OF_DOCS));
    const dispatcher = new LambdaFunction(this, 'Dispatcher', fn('dispatcher', commits, SCHEDULED_TIMEOUT));
    const sealing = { TABLE, ROOTS_BUCKET: auditRoots.bucketName, ROOTS_KEY: auditRoots.keyId };
    const auditSealer = new LambdaFunction(this, 'AuditSealer', fn('audit-sealer', sealing, SCHEDULED_TIMEOUT));
    const eventWork = new QueueWorker(
      this,
      'EventWork',
      queues.Events,
      worker('event-work', { ...commits, BUS: bus.eventBusName }),
    );
    const webhookWork = new QueueWorker(this, 'WebhookWork', queues.Deliveries, {
      ...worker('webhook-work', { ...commits, RESOLVERS, SEALING_SECRET }),
      batchSize: BATCH_OF_WEBHOOKS,
    });
    const syncWork = new QueueWorker(this, 'SyncWork', queues.Syncs, worker('sync-work', commits));
    const workers = [
      eventWork,
      webhookWork,
      new QueueWorker(this, 'DomainWork', queues.Domains, worker('domain-work', { ...commits, RESOLVERS })),
      new QueueWorker(
        this,
        'IdentityProviderWork',
        queues.IdentityProviders,
        worker('identity-provider-work', { ...commits, RESOLVERS }),
      ),
      new QueueWorker(this, 'GrantWork', queues.Grants, worker('grant-work', commits)),
      new QueueWorker(this, 'ConnectionWork', queues.Connections, worker('connection-work', commits)),
      new QueueWorker(this, 'RevocationWork', queues.Revocations, worker('revocation-work', commits)),
      new QueueWorker(this, 'SyncOrderWork', queues.SyncOrders, worker('sync-order-work', commits)),
      syncWork,
    ];

    const http = new HttpApi(this, 'Http', {
      verdicts: verdicts.lambda,
      docs: docs.lambda,
      everythingElse: api.lambda,
    });
    new Rule(this, 'EveryMinute', {
      description: 'Runs the dispatcher, which reads what falls due in the next three minutes, and the audit sealer.',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [dispatcher, auditSealer].map(
        ({ lambda }) => new LambdaTarget(lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }), // the next run does its work
      ),
    });
    const alarms = new Alarms(this, 'Alarms', {
      queues,
      dispatcher: dispatcher.lambda,
      auditSealer: auditSealer.lambda,
      syncLog: syncWork.logGroup,
      eventLog: eventWork.logGroup,
    });

    // Who may do what, in one place.
    const read: readonly TableVerb[] = ['GetItem', 'BatchGetItem', 'Query'];
    const commit: readonly TableVerb[] = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
    table.allow(api.lambda, { table: [...read, ...commit], indexes: ['children', 'live'] });
    // A verdict stores the keys it fetched, in a transaction that checks the gate. It changes and deletes nothing else.
    table.allow(verdicts.lambda, { table: [...read, 'PutItem', 'ConditionCheckItem'], indexes: ['children'] });
    table.allowOnly(verdicts.lambda, 'UpdateItem', 'USE#'); // when a caller was last seen, and how often a grant was used
    table.allow(dispatcher.lambda, { indexes: ['due'] });
    table.allow(auditSealer.lambda, { table: read, indexes: ['children'] });
    table.allowOnly(auditSealer.lambda, 'PutItem', 'AUDIT_SEAL#'); // events it cannot touch
    auditRoots.allowSealing(auditSealer);
    for (const { lambda } of workers)
      table.allow(lambda, { table: [...read, ...commit], indexes: ['children', 'live'] });
    const queueArns = Object.values(queues).map(({ queue }) => queue.queueArn);
    for (const { lambda } of [api, dispatcher, ...workers]) {
      lambda.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: queueArns }));
    }
    const readSecret = (actor: LambdaFunction, ...secrets: Secret[]) =>
      actor.lambda.addToRolePolicy(
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: secrets.map((secret) => secret.secretArn),
        }),
      );
    readSecret(api, bootstrapKey, sealingKey);
    readSecret(verdicts, bootstrapKey);
    readSecret(webhookWork, sealingKey);
    eventWork.lambda.addToRolePolicy(
      new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }),
    );

    new CfnOutput(this, 'ApiUrl', { value: http.url });
    new CfnOutput(this, 'BootstrapKeySecret', {
      value: bootstrapKey.secretArn,
      description: 'Holds the API key of the first owner.',
    });
    new CfnOutput(this, 'EventBusName', {
      value: bus.eventBusName,
      description: 'Attach rules with {"source": ["sallyport"]} to it.',
    });
    new CfnOutput(this, 'AlarmsTopic', { value: alarms.topic.topicArn, description: 'Subscribe to it.' });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'Sallyport authenticates every caller itself: keys, tokens of its own and of connected IdPs.',
    });
  }
}

/** A random value of A-Z a-z 0-9 only, since people paste it into ticket systems that do not encode. */
function generatedSecret(scope: Construct, id: string, length: number, description: string): Secret {
  const secret = new Secret(scope, id, {
    description,
    generateSecretString: { passwordLength: length, excludePunctuation: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Rotating by itself would lock the first owner out, or make what is sealed unreadable: it is done by hand.',
  });
  return secret;
}

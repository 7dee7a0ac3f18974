import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Alarms } from '../../infra/alarms.ts';
import { HttpApi } from '../../infra/http-api.ts';
import { LambdaFunction } from '../../infra/lambda-function.ts';
import { QueueWorker, WorkQueue } from '../../infra/queue-worker.ts';
import { SallyportTable } from '../../infra/table.ts';
import { aBundle, templateWith } from './a-stack.ts';

const aFunction = () => ({
  bundle: aBundle(),
  environment: { TABLE: 'items' },
  timeout: Duration.seconds(20),
  memory: 512,
});

describe('a function', () => {
  const template = templateWith((stack) => new LambdaFunction(stack, 'Work', aFunction()));

  it('runs on Node 24 and ARM, with its limits and environment', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 20,
      MemorySize: 512,
      Environment: { Variables: { TABLE: 'items' } },
    });
  });

  it('may write to its own log group, which forgets, and has no policy of AWS', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('Log'), 'Arn'] },
          },
        ],
      },
    });
  });
});

describe('a queue worker', () => {
  const limits = { timeout: Duration.seconds(20), deliveriesMax: 3, concurrencyMax: 7 };
  const template = templateWith((stack) => {
    const queue = new WorkQueue(stack, 'Jobs', limits);
    new QueueWorker(stack, 'Work', queue, { ...aFunction(), ...limits });
  });

  it('hides one that is worked on in turn no longer than a run that has died takes, as its group waits', () => {
    const inTurn = templateWith((stack) => new WorkQueue(stack, 'Jobs', { ...limits, inTurn: true }));
    inTurn.hasResourceProperties('AWS::SQS::Queue', { FifoQueue: true, VisibilityTimeout: 40 });
  });

  it('hides a message six times as long as a run may take, and parks it after its deliveries', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 120,
      RedrivePolicy: {
        maxReceiveCount: 3,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('JobsDeadLetters'), 'Arn'] },
      },
    });
  });

  it('encrypts both queues and takes TLS only', () => {
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      },
    });
  });

  it('reads batches of ten, with an answer for each message', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      ScalingConfig: { MaximumConcurrency: 7 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('the table', () => {
  const template = templateWith((stack) => {
    const table = new SallyportTable(stack, 'Items');
    const { lambda } = new LambdaFunction(stack, 'Work', aFunction());
    table.allow(lambda, { table: ['GetItem'], indexes: ['due'] });
  });

  it('cannot be lost: it is backed up, protected and retained', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    });
  });

  it('has its key, and indexes of keys only', () => {
    const keys = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ];
    const index = (IndexName: string, hash: string, range: string) => ({
      IndexName,
      KeySchema: keys(hash, range),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [
        index('due', 'dueShard', 'dueAt'),
        index('children', 'parentKey', 'id'),
        index('live', 'liveUnder', 'id'),
      ],
      AttributeDefinitions: Match.arrayWith([{ AttributeName: 'dueAt', AttributeType: 'N' }]),
    });
  });

  it('grants by verb and by index', () => {
    const arn = { 'Fn::GetAtt': [Match.stringLikeRegexp('ItemsTable'), 'Arn'] };
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: arn },
          { Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::Join': ['', [arn, '/index/due']] } },
        ]),
      },
    });
  });
});

describe('the HTTP API', () => {
  const template = templateWith((stack) => {
    const verdicts = new LambdaFunction(stack, 'Verdicts', aFunction()).lambda;
    const everythingElse = new LambdaFunction(stack, 'Else', aFunction()).lambda;
    const docs = new LambdaFunction(stack, 'Docs', aFunction()).lambda;
    new HttpApi(stack, 'Http', { verdicts, docs, everythingElse });
  });

  it('has routes for verdicts and for the docs, in payload format 2.0', () => {
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));
    expect(routes.map(({ Properties }) => Properties.RouteKey)).toEqual([
      '$default',
      'POST /v1/clusters/{clusterId}/introspect',
      'GET /openapi.json',
      'GET /docs',
      'GET /docs/{file}',
    ]);
    template.allResourcesProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' });
  });

  it('is throttled, and logs routes without path or query, which can hold keys and e-mail addresses', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const { AccessLogSettings, DefaultRouteSettings } = stage?.Properties ?? {};
    expect(DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 2_500, ThrottlingRateLimit: 5_000 });
    expect(AccessLogSettings.Format).toContain('$context.routeKey');
    expect(AccessLogSettings.Format).not.toMatch(/query|\$context\.(?:path|requestPath|authorizer)/i);
  });
});

describe('the alarms', () => {
  const template = templateWith((stack) => {
    const queue = new WorkQueue(stack, 'Jobs', { timeout: Duration.seconds(20), deliveriesMax: 3 });
    new Alarms(stack, 'Alarms', {
      queues: { Jobs: queue },
      dispatcher: new LambdaFunction(stack, 'Dispatcher', aFunction()).lambda,
      auditSealer: new LambdaFunction(stack, 'AuditSealer', aFunction()).lambda,
      syncLog: new LambdaFunction(stack, 'SyncWork', aFunction()).logGroup,
      eventLog: new LambdaFunction(stack, 'EventWork', aFunction()).logGroup,
    });
  });

  it('go off for parked and for old messages, and for a dispatcher or audit sealer that fails or is silent', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => ({
      metric: Properties.MetricName,
      threshold: Properties.Threshold,
      missing: Properties.TreatMissingData,
    }));
    expect(alarms).toEqual(
      expect.arrayContaining([
        { metric: 'ApproximateNumberOfMessagesVisible', threshold: 0, missing: 'notBreaching' },
        { metric: 'ApproximateAgeOfOldestMessage', threshold: 300, missing: 'notBreaching' },
        { metric: 'Errors', threshold: 0, missing: 'notBreaching' },
        { metric: 'Invocations', threshold: 1, missing: 'breaching' },
        { metric: 'ClusterStuck', threshold: 0, missing: 'notBreaching' },
        { metric: 'BusStuck', threshold: 0, missing: 'notBreaching' },
      ]),
    );
    expect(alarms).toHaveLength(8);
  });

  it('may publish to the topic that they name', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });
});

import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { REASONED, Template as TemplateSchema, wildcardsOf } from '../../infra/wildcards.ts';
import { stackTemplate } from './a-stack.ts';

const template = stackTemplate();
const { Resources } = TemplateSchema.parse(template.toJSON());

/** Everything that holds state. Another logical ID is another, empty one: these never change. */
const STATEFUL = {
  ItemsTableE2D1F4C3: 'AWS::DynamoDB::Table',
  AuditRootsKey4BAB24F7: 'AWS::KMS::Key',
  AuditRootsBucketF2D015BA: 'AWS::S3::Bucket',
  BootstrapKey3663C310: 'AWS::SecretsManager::Secret',
  SealingKey98C9818D: 'AWS::SecretsManager::Secret',
  DomainsDeadLettersE58516B0: 'AWS::SQS::Queue',
  DomainsQueueFC265988: 'AWS::SQS::Queue',
  IdentityProvidersDeadLettersD4D4B481: 'AWS::SQS::Queue',
  IdentityProvidersQueueE79E2788: 'AWS::SQS::Queue',
  GrantsDeadLetters9B707199: 'AWS::SQS::Queue',
  GrantsQueue659EA81E: 'AWS::SQS::Queue',
  ConnectionsDeadLetters6808E3E1: 'AWS::SQS::Queue',
  ConnectionsQueueDDDDFB4A: 'AWS::SQS::Queue',
  RevocationsDeadLetters5561F675: 'AWS::SQS::Queue',
  RevocationsQueue24F636C0: 'AWS::SQS::Queue',
  EventsDeadLetters8A90034E: 'AWS::SQS::Queue',
  EventsQueue7396B467: 'AWS::SQS::Queue',
  DeliveriesDeadLetters27691B20: 'AWS::SQS::Queue',
  DeliveriesQueue99C7B338: 'AWS::SQS::Queue',
  SyncOrdersDeadLetters359F4A77: 'AWS::SQS::Queue',
  SyncOrdersQueue01262F56: 'AWS::SQS::Queue',
  SyncsDeadLettersD044F94C: 'AWS::SQS::Queue',
  SyncsQueue74DF3D8E: 'AWS::SQS::Queue',
  EventBus7B8748AA: 'AWS::Events::EventBus',
};

const Policy = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Action: z.union([z.string().transform((action) => [action]), z.array(z.string())]),
        Resource: z.union([z.array(z.json()), z.json().transform((resource) => [resource])]),
      }),
    ),
  }),
});
/** What the role of a function may do, as `action on resource` with the names of resources. */
function rightsOf(construct: string): string[] {
  const [, policy] = Object.entries(Resources).find(([id]) => id.startsWith(`${construct}RoleDefaultPolicy`)) ?? [];
  const { Statement } = Policy.parse(policy?.Properties).PolicyDocument;
  return Statement.filter(({ Action }) => !Action.some((action) => action.startsWith('logs:'))).flatMap(
    ({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => `${action} on ${nameOf(resource)}`)),
  );
}
const nameOf = (resource: unknown): string =>
  [...JSON.stringify(resource).matchAll(/(?:"(\w+?)[0-9A-F]{8}")|(\/index\/\w+)/g)]
    .map(([, id, index]) => id ?? index)
    .join('');

const environmentOf = (construct: string): string[] => {
  const [, lambda] =
    Object.entries(Resources).find(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(construct)) ??
    [];
  const shape = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.json()) }) });
  return Object.keys(shape.parse(lambda?.Properties).Environment.Variables).sort();
};

const QUEUES = [
  'DomainsQueue',
  'IdentityProvidersQueue',
  'GrantsQueue',
  'ConnectionsQueue',
  'RevocationsQueue',
  'EventsQueue',
  'DeliveriesQueue',
  'SyncOrdersQueue',
  'SyncsQueue',
];
const sendsToQueues = QUEUES.map((queue) => `sqs:SendMessage on ${queue}`);
const onTable = (...verbs: string[]) => verbs.map((verb) => `dynamodb:${verb} on ItemsTable`);
const onIndexes = (...names: string[]) => names.map((name) => `dynamodb:Query on ItemsTable/index/${name}`);
const ALL_VERBS = onTable(
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'ConditionCheckItem',
);
const COMMITS = [
  'QUEUE_CONNECTIONS',
  'QUEUE_DELIVERIES',
  'QUEUE_DOMAINS',
  'QUEUE_EVENTS',
  'QUEUE_GRANTS',
  'QUEUE_IDENTITY_PROVIDERS',
  'QUEUE_REVOCATIONS',
  'QUEUE_SYNCS',
  'QUEUE_SYNC_ORDERS',
  'TABLE',
];

describe('the stack', () => {
  it('is as it was', () => {
    const text = JSON.stringify(template.toJSON(), null, 2).replace(/\b[0-9a-f]{64}\b/g, '<asset>');
    expect(text).toMatchSnapshot();
  });

  it('keeps the logical IDs of everything that holds state', () => {
    const types = new Set(Object.values(STATEFUL));
    const stateful = Object.entries(Resources).flatMap(([id, { Type }]) => (types.has(Type) ? [[id, Type]] : []));
    expect(Object.fromEntries(stateful)).toEqual(STATEFUL);
  });

  it('has no role with a wildcard that has no reason', () => {
    expect(wildcardsOf({ Resources })).toEqual(REASONED.map(({ logicalId, what }) => ({ logicalId, what })));
  });

  it.each([
    ['ApiFunction', ['BOOTSTRAP_SECRET', ...COMMITS, 'RESOLVERS', 'SEALING_SECRET']],
    ['Verdicts', ['BOOTSTRAP_SECRET', 'RESOLVERS', 'TABLE']],
    ['Dispatcher', COMMITS],
    ['AuditSealer', ['ROOTS_BUCKET', 'ROOTS_KEY', 'TABLE']],
    ['DomainWork', [...COMMITS, 'RESOLVERS']],
    ['IdentityProviderWork', [...COMMITS, 'RESOLVERS']],
    ['GrantWork', COMMITS],
    ['ConnectionWork', COMMITS],
    ['RevocationWork', COMMITS],
    ['SyncOrderWork', COMMITS],
    ['SyncWork', COMMITS],
    ['EventWork', ['BUS', ...COMMITS]],
    ['WebhookWork', [...COMMITS, 'RESOLVERS', 'SEALING_SECRET']],
  ])('tells %s no more than it needs', (construct, names) => {
    expect(environmentOf(construct)).toEqual([...names].sort());
  });

  it('lets the API read and commit, nudge, and read both secrets', () => {
    const secrets = ['BootstrapKey', 'SealingKey'].map((name) => `secretsmanager:GetSecretValue on ${name}`);
    expect(rightsOf('ApiFunction')).toEqual([
      ...ALL_VERBS,
      ...onIndexes('children', 'live'),
      ...sendsToQueues,
      ...secrets,
    ]);
  });

  it('lets a verdict delete nothing and nudge nobody', () => {
    expect(rightsOf('Verdicts')).toEqual([
      ...onTable('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'ConditionCheckItem'),
      ...onIndexes('children'),
      ...onTable('UpdateItem'),
      'secretsmanager:GetSecretValue on BootstrapKey',
    ]);
  });

  it('lets a verdict update nothing but when a caller was last seen', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'dynamodb:UpdateItem',
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['USE#*'] } },
          }),
        ]),
      },
    });
  });

  it('gives the docs no right at all, and no setting', () => {
    expect(rightsOf('Docs')).toEqual([]);
    expect(JSON.stringify(Resources)).not.toMatch(/DocsFunction[^"]*","Properties":\{[^}]*Environment/);
  });

  it('lets the dispatcher find what is due and send it, and nothing else', () => {
    expect(rightsOf('Dispatcher')).toEqual([...onIndexes('due'), ...sendsToQueues]);
  });

  it('lets the audit sealer read, write its own seals, sign, and put roots; no event can be touched by it', () => {
    expect(rightsOf('AuditSealer')).toEqual([
      ...onTable('GetItem', 'BatchGetItem', 'Query'),
      ...onIndexes('children'),
      ...onTable('PutItem'),
      'kms:Sign on AuditRootsKey',
      's3:ListBucket on AuditRootsBucket',
      's3:GetObject on AuditRootsBucket',
      's3:PutObject on AuditRootsBucket',
    ]);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'dynamodb:PutItem',
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['AUDIT_SEAL#*'] } },
          }),
        ]),
      },
    });
  });

  it('lets nobody else sign, or do anything with roots', () => {
    const policies = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Policy');
    const others = policies.filter(([id]) => !id.startsWith('AuditSealer'));
    expect(JSON.stringify(others)).not.toMatch(/"(?:kms|s3):/);
    expect(JSON.stringify(policies)).not.toMatch(/s3:(?:Delete|Bypass|PutObjectRetention|PutBucket)/);
  });

  it('locks roots for a year, for everybody, and lets nobody overwrite or delete one', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 365, Mode: 'COMPLIANCE' } } },
        ObjectLockEnabled: true,
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    const denied = (action: unknown, condition: object) =>
      Match.objectLike({ Effect: 'Deny', Principal: { AWS: '*' }, Action: action, ...condition });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          denied('s3:*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          denied(['s3:DeleteObject', 's3:DeleteObjectVersion'], {}),
          denied('s3:PutObject', { Condition: { Null: { 's3:if-none-match': 'true' } } }),
        ],
      },
    });
  });

  it.each([
    ['DomainWork', 'DomainsQueue'],
    ['IdentityProviderWork', 'IdentityProvidersQueue'],
    ['GrantWork', 'GrantsQueue'],
    ['ConnectionWork', 'ConnectionsQueue'],
    ['RevocationWork', 'RevocationsQueue'],
    ['EventWork', 'EventsQueue'],
    ['WebhookWork', 'DeliveriesQueue'],
  ])('lets %s take from %s only', (construct, queue) => {
    const rights = rightsOf(construct);
    expect(rights.filter((right) => right.startsWith('sqs:Receive'))).toEqual([`sqs:ReceiveMessage on ${queue}`]);
    expect(rights).toEqual(expect.arrayContaining([...ALL_VERBS, ...onIndexes('children', 'live'), ...sendsToQueues]));
    const secrets = construct === 'WebhookWork' ? ['secretsmanager:GetSecretValue on SealingKey'] : [];
    expect(rights.filter((right) => right.startsWith('secretsmanager'))).toEqual(secrets);
    const publishes = construct === 'EventWork' ? ['events:PutEvents on EventBus'] : [];
    expect(rights.filter((right) => right.startsWith('events:'))).toEqual(publishes);
  });

  it('hands webhooks no more lanes at once than one instance has in hand side by side', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('^WebhookWork') },
      BatchSize: 2,
    });
  });

  it('runs the dispatcher and the audit sealer every minute', () => {
    const target = (name: string) =>
      Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${name}Function`), 'Arn'] } });
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [target('Dispatcher'), target('AuditSealer')],
    });
  });

  it('makes secrets that people can paste anywhere', () => {
    for (const PasswordLength of [48, 64]) {
      template.hasResource('AWS::SecretsManager::Secret', {
        DeletionPolicy: 'Retain',
        Properties: { GenerateSecretString: { PasswordLength, ExcludePunctuation: true } },
      });
    }
  });

  it('says where it is and where the first key is', () => {
    expect(Object.keys(template.findOutputs('*'))).toEqual([
      'ApiUrl',
      'BootstrapKeySecret',
      'EventBusName',
      'AlarmsTopic',
    ]);
  });
});

/** Every type of resource that local/ knows: what runs it, or why it needs nothing on one machine. */
import { StartFault } from './start-fault.ts';
import type { Template } from './template.ts';

/** The module that reads it from the template. */
export const RUN: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Api': 'http-routes.ts',
  'AWS::ApiGatewayV2::Integration': 'http-routes.ts',
  'AWS::ApiGatewayV2::Route': 'http-routes.ts',
  'AWS::ApiGatewayV2::Stage': 'http-routes.ts',
  'AWS::DynamoDB::Table': 'tables.ts',
  'AWS::Events::EventBus': 'buses.ts',
  'AWS::Events::Rule': 'schedules.ts',
  'AWS::KMS::Key': 'signing-keys.ts',
  'AWS::Lambda::EventSourceMapping': 'event-sources.ts',
  'AWS::Lambda::Function': 'functions.ts',
  'AWS::S3::Bucket': 'buckets.ts',
  'AWS::SQS::Queue': 'queues.ts',
  'AWS::SecretsManager::Secret': 'secrets.ts',
};

export const NOT_NEEDED: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'nothing measures here; errors of functions are shown on the console',
  'AWS::IAM::Policy': 'engines take every call; the rights are checked in the template (npm run check:template)',
  'AWS::IAM::Role': 'as for policies',
  'AWS::Lambda::Permission': 'gateway and schedules may call every function that the template names',
  'AWS::Logs::LogGroup': 'functions log to a file in the data folder',
  'AWS::Logs::MetricFilter': 'as for alarms',
  'AWS::S3::BucketPolicy': 'the engine overwrites and deletes nothing, whoever asks; the rest is as for policies',
  'AWS::SNS::Topic': 'only alarms publish to it',
  'AWS::SNS::TopicPolicy': 'as for topics',
  'AWS::SQS::QueuePolicy': 'the queues listen on the loopback address only',
};

/** @throws StartFault that names the types that local/ would leave out */
export function checkResourceTypes(template: Template): void {
  const unknown = Object.entries(template.Resources).filter(([, { Type }]) => !(Type in RUN) && !(Type in NOT_NEEDED));
  if (unknown.length === 0) return;
  const list = unknown.map(([logicalId, { Type }]) => `${Type} (${logicalId})`).join(', ');
  throw new StartFault(`local/ does not know ${list}: teach it in local/resource-types.ts.`);
}

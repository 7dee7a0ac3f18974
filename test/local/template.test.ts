import { beforeAll, describe, expect, it } from 'vitest';
import { resolverFor } from '../../local/identities.ts';
import { checkResourceTypes, NOT_NEEDED, RUN } from '../../local/resource-types.ts';
import type { Json, Template } from '../../local/template.ts';
import { stubStack } from './stub-stack.ts';

describe('the synthesized template', () => {
  let template: Template;
  beforeAll(async () => {
    ({ template } = await stubStack());
  });

  it('has no type of resource that local/ does not know', () => {
    expect(() => checkResourceTypes(template)).not.toThrow();
  });

  it('has every type that local/ knows: none is kept that the stack does not have', () => {
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    expect([...Object.keys(RUN), ...Object.keys(NOT_NEEDED)].filter((type) => !types.has(type))).toEqual([]);
  });

  it('stops at a type that it does not know, with its name', () => {
    const Resources = { ...template.Resources, Stream: { Type: 'AWS::Kinesis::Stream', Properties: {} } };
    expect(() => checkResourceTypes({ ...template, Resources })).toThrow(
      'local/ does not know AWS::Kinesis::Stream (Stream): teach it in local/resource-types.ts.',
    );
  });
});

describe('expressions of a template', () => {
  const template: Template = {
    Resources: {
      Jobs: { Type: 'AWS::SQS::Queue', Properties: {} },
      Work: { Type: 'AWS::Lambda::Function', Properties: {} },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: {} },
    },
    Outputs: {},
  };
  const resolve = resolverFor(template, 'http://127.0.0.1:4100');

  it.each<[string, Json, Json]>([
    ['a queue’s URL, at the address itself', { Ref: 'Jobs' }, 'http://127.0.0.1:4100/000000000000/Jobs'],
    ['an ARN', { 'Fn::GetAtt': ['Jobs', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:Jobs'],
    ['a function’s name', { Ref: 'Work' }, 'Work'],
    ['what needs nothing here', { 'Fn::GetAtt': ['Group', 'Arn'] }, 'Group.Arn'],
    ['the region', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['a list put together', { 'Fn::Join': ['/', ['a', { Ref: 'Work' }]] }, 'a/Work'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
    ['a text with places', { 'Fn::Sub': 'x-${AWS::Region}-${Jobs.QueueName}' }, 'x-us-east-1-Jobs'],
    ['inside of objects and lists', { a: [{ b: { Ref: 'Work' } }] }, { a: [{ b: 'Work' }] }],
  ])('stand for %s', (_, expression, value) => {
    expect(resolve(expression)).toEqual(value);
  });

  it('are refused when they are unknown', () => {
    expect(() => resolve({ 'Fn::ImportValue': 'x' })).toThrow('does not know the expression {"Fn::ImportValue":"x"}');
    expect(() => resolve({ Ref: 'Nobody' })).toThrow('refers to Nobody, which is none of its resources');
  });
});

import { describe, expect, it } from 'vitest';
import { wildcardsOf } from '../../infra/wildcards.ts';

const policy = (...Statement: object[]) => ({
  Resources: {
    P: { Type: 'AWS::IAM::Policy', Properties: JSON.parse(JSON.stringify({ PolicyDocument: { Statement } })) },
  },
});
const arn = { 'Fn::GetAtt': ['Table', 'Arn'] };

describe('a wildcard', () => {
  it.each([
    ['every resource', policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }), '*'],
    ['every action', policy({ Effect: 'Allow', Action: ['s3:*'], Resource: arn }), 's3:*'],
    [
      'what lies under a resource',
      policy({ Effect: 'Allow', Action: 'dynamodb:Query', Resource: [{ 'Fn::Join': ['', [arn, '/index/*']] }] }),
      '{"Fn::Join":["",[{"Fn::GetAtt":["Table","Arn"]},"/index/*"]]}',
    ],
  ])('is %s', (_, template, what) => {
    expect(wildcardsOf(template)).toEqual([{ logicalId: 'P', what }]);
  });

  it('is a policy of AWS too, and one inside of a role', () => {
    const managed = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const Policies = [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: 'x' }] } }];
    const R = { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [managed], Policies } };
    expect(wildcardsOf({ Resources: { R } }).map(({ what }) => what)).toEqual(['logs:*', managed]);
  });

  it('is not what is denied, nor what is named', () => {
    const denied = { Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
    const named = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: arn };
    expect(wildcardsOf(policy(denied, named))).toEqual([]);
  });
});

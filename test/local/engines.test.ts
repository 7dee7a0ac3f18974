import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDbAt } from '../../local/engines/aws-json.ts';
import { type DynamoDb, startDynamoDb } from '../../local/engines/dynamodb.ts';
import { majorVersion } from '../../local/engines/java.ts';
import { createTables } from '../../local/tables.ts';
import type { Template } from '../../local/template.ts';
import { stubStack } from './stub-stack.ts';

describe('a DynamoDB Local in memory', () => {
  let engine: DynamoDb;
  let template: Template;
  beforeAll(async () => {
    [engine, { template }] = await Promise.all([startDynamoDb(), stubStack()]);
  });
  afterAll(() => engine.stop());

  it('gets the tables of the template, and keeps those it has', async () => {
    const [table] = await createTables(template, engine.endpoint);
    const call = dynamoDbAt(engine.endpoint);
    const key = { pk: { S: 'a' }, sk: { S: 'b' } };
    await call('PutItem', { TableName: table, Item: { ...key, parentKey: { S: 'p' }, id: { S: 'i' } } });
    expect(await createTables(template, engine.endpoint)).toEqual([table]);
    const query = {
      TableName: table,
      IndexName: 'children',
      KeyConditionExpression: 'parentKey = :parent',
      ExpressionAttributeValues: { ':parent': { S: 'p' } },
    };
    expect(await call('Query', query)).toMatchObject({ Items: [key] });
  });

  it('is refused when its table has other indexes than the template', async () => {
    await createTables(template, engine.endpoint);
    const renamed = JSON.parse(JSON.stringify(template).replaceAll('"children"', '"offspring"'));
    await expect(createTables(renamed, engine.endpoint)).rejects.toThrow(
      'with other keys or indexes than the template',
    );
  });
});

describe('Java', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_412"', 8],
    ['openjdk version "24" 2025-03-18', 24],
    ['The operation couldn’t be completed. Unable to locate a Java Runtime.', undefined],
  ])('that prints %s is version %s', (printed, version) => {
    expect(majorVersion(printed)).toBe(version);
  });
});

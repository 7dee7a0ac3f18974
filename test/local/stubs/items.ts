/** What stub functions keep in the table: a value by name. They use the real clients, told of engines by environment only. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

export function env(name: string): string {
  // biome-ignore lint/style/noProcessEnv: a stub of a function is told of its surroundings as a function is
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

const keyOf = (name: string) => ({ pk: { S: name }, sk: { S: 'VALUE' } });

export async function write(name: string, value: string): Promise<void> {
  await client.send(new PutItemCommand({ TableName: env('TABLE'), Item: { ...keyOf(name), value: { S: value } } }));
}

export async function read(name: string): Promise<string | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: env('TABLE'), Key: keyOf(name), ConsistentRead: true }),
  );
  return Item?.value?.S;
}

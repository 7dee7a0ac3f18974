/** What a system says of its own insides, for those few tests that look behind its back, and for the bench. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';

const Running = z.object({
  endpoints: z.object({ dynamoDb: z.string() }),
  tables: z.tuple([z.string()]),
  functions: z.record(
    z.string(),
    z.object({ module: z.string(), handler: z.string(), environment: z.record(z.string(), z.string()) }),
  ),
});

export const readRunning = async (dataFolder: string): Promise<z.infer<typeof Running>> =>
  Running.parse(JSON.parse(await readFile(join(dataFolder, 'running.json'), 'utf8')));

/** The table of a running system, as its owner could open it. */
export async function tableBehind(dataFolder: string) {
  const { endpoints, tables } = await readRunning(dataFolder);
  const client = new DynamoDBClient({
    endpoint: endpoints.dynamoDb,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const [TableName] = tables;
  return {
    client,
    name: TableName,
    /** Every item, as JSON text. */
    async *items(): AsyncGenerator<string> {
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(new ScanCommand({ TableName, ...(ExclusiveStartKey && { ExclusiveStartKey }) }));
        for (const item of page.Items ?? []) yield JSON.stringify(unmarshall(item));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
    },
  };
}

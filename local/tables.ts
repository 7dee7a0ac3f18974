/** The template's tables, made in a DynamoDB Local. A table that is there already is kept as it is. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { AwsFault, dynamoDbAt } from './engines/aws-json.ts';
import { StartFault } from './start-fault.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const Index = z.strictObject({
  IndexName: z.string(),
  KeySchema,
  Projection: z.strictObject({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
});
const Table = z.strictObject({
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.string(),
  GlobalSecondaryIndexes: z.array(Index).optional(),
  KeySchema,
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  // Of no use to a file on this machine, and in part unknown to the engine:
  DeletionProtectionEnabled: z.boolean().optional(),
  PointInTimeRecoverySpecification: z.json().optional(),
  SSESpecification: z.json().optional(),
});
/** As the engine describes it, reduced to what has to agree. */
const Described = z.object({
  Table: z.object({
    KeySchema: KeySchema,
    GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema })).default([]),
  }),
});

/** @returns the tables' names @throws StartFault when a table of an earlier version has other keys or indexes */
export async function createTables(template: Template, endpoint: string): Promise<readonly string[]> {
  const call = dynamoDbAt(endpoint);
  const tables = ofType(template, 'AWS::DynamoDB::Table');
  for (const [TableName, { Properties }] of tables) {
    const { AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, KeySchema, TimeToLiveSpecification } =
      propertiesOf(Table, TableName, Properties);
    try {
      await call('CreateTable', { TableName, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, KeySchema });
      if (TimeToLiveSpecification) await call('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
    } catch (error) {
      if (!(error instanceof AwsFault && error.code === 'ResourceInUseException')) throw error;
      const { Table: there } = Described.parse(await call('DescribeTable', { TableName }));
      const same = isDeepStrictEqual(shapeOf(there), shapeOf({ KeySchema, GlobalSecondaryIndexes }));
      if (!same) {
        throw new StartFault(
          `The data folder holds a table ${TableName} with other keys or indexes than the template: use another SALLYPORT_DATA, or remove the folder.`,
        );
      }
    }
  }
  return tables.map(([name]) => name);
}

type Shape = z.infer<typeof KeySchema>;
const shapeOf = (table: {
  KeySchema: Shape;
  GlobalSecondaryIndexes?: readonly { IndexName: string; KeySchema: Shape }[] | undefined;
}) => ({
  key: table.KeySchema,
  indexes: Object.fromEntries((table.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index.KeySchema])),
});

/** The one table, and grants on it by verb and by index. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What an item is found by, beside its key. All hold keys only: who finds an item reads it consistently afterwards. */
const INDEXES = {
  /** What needs a hand at a given time: sparse, and sharded so that no partition is hot. */
  due: {
    partition: { name: 'dueShard', type: AttributeType.STRING },
    sort: { name: 'dueAt', type: AttributeType.NUMBER },
  },
  /** What lies under a parent, oldest first. */
  children: {
    partition: { name: 'parentKey', type: AttributeType.STRING },
    sort: { name: 'id', type: AttributeType.STRING },
  },
  /** The same, of what has not ended: sparse. */
  live: {
    partition: { name: 'liveUnder', type: AttributeType.STRING },
    sort: { name: 'id', type: AttributeType.STRING },
  },
} as const;
export type IndexName = keyof typeof INDEXES;

/** A DynamoDB transaction has no action of its own: it needs those of its parts. */
export type TableVerb =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

export interface TableRights {
  readonly table?: readonly TableVerb[];
  /** Indexes that may be queried. */
  readonly indexes?: readonly IndexName[];
}

export class SallyportTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.DEFAULT, // AWS-owned key: no KMS call and no KMS limit in a verdict
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: 'ttl', // tidies up only: every read filters by itself
    });
    for (const [indexName, { partition, sort }] of Object.entries(INDEXES)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: partition,
        sortKey: sort,
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
  }

  get name(): string {
    return this.table.tableName;
  }

  /** The verb on items whose partition key begins so, and on no others. */
  allowOnly(grantee: IGrantable, verb: TableVerb, partitionPrefix: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [`dynamodb:${verb}`],
        resources: [this.table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${partitionPrefix}*`] } },
      }),
    );
  }

  /** Exactly these verbs on the table and `Query` on exactly these indexes; CDK's own grants would name `index/*`. */
  allow(grantee: IGrantable, { table = [], indexes = [] }: TableRights): void {
    const arn = this.table.tableArn;
    const allow = (actions: string[], resources: string[]) =>
      grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    if (table.length > 0)
      allow(
        table.map((verb) => `dynamodb:${verb}`),
        [arn],
      );
    if (indexes.length > 0)
      allow(
        ['dynamodb:Query'],
        indexes.map((index) => `${arn}/index/${index}`),
      );
  }
}

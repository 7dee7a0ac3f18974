/** Where the audit's roots are: a key that only signs, and a bucket in which nothing is overwritten or deleted. */
import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { LambdaFunction } from './lambda-function.ts';

/**
 * In this time nobody can delete a root, nor shorten the time, the owner of the account included. A root vouches for all
 * before it, so that it is enough when the newest of a year are locked; nothing deletes the older ones either.
 */
const RETENTION = Duration.days(365);

export class AuditRoots extends Construct {
  private readonly key: Key;
  private readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Signs the roots of the audit.',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(RETENTION),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // The lock keeps versions; these keep a later version, or a marker of deletion, from hiding the locked one.
    this.refuse(['s3:DeleteObject', 's3:DeleteObjectVersion']);
    this.refuse(['s3:PutObject'], { Null: { 's3:if-none-match': 'true' } });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'The one writer is a function that logs, objects are signed and locked; who reads them is seen in CloudTrail.',
    });
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  get keyId(): string {
    return this.key.keyId;
  }

  /** To sign roots, to put new ones, and to read them back. */
  allowSealing(sealer: LambdaFunction): void {
    const allow = (actions: string[], resource: string) =>
      sealer.lambda.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
    allow(['kms:Sign'], this.key.keyArn);
    allow(['s3:ListBucket'], this.bucket.bucketArn);
    allow(['s3:GetObject', 's3:PutObject'], this.bucket.arnForObjects('roots/*'));
    const resource = this.bucket.node.defaultChild;
    const name = CfnElement.isCfnElement(resource) ? Stack.of(this).getLogicalId(resource) : '';
    Validations.of(sealer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${name}.Arn>/roots/*]`,
      reason: 'Each root is an object of its own, whose name is its number.',
    });
  }

  private refuse(actions: string[], conditions: Record<string, Record<string, string>> = {}): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: [this.bucket.arnForObjects('*')],
        conditions,
      }),
    );
  }
}

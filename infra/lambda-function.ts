/** A Lambda function as all of ours are: its log group with an end, and a role that may write to that group only. */
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Long enough to look back from a quarterly review; the audit trail is in the table, not here. */
const LOG_RETENTION = RetentionDays.THREE_MONTHS;

export interface LambdaFunctionProps {
  /** Folder of the bundled handler, `index.mjs`. */
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  /** Megabytes. CPU comes with it: 1,769 are one whole core. */
  readonly memory: number;
}

export class LambdaFunction extends Construct {
  readonly lambda: Lambda;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { bundle, environment, timeout, memory }: LambdaFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', { retention: LOG_RETENTION, removalPolicy: RemovalPolicy.DESTROY });
    // A role of our own: the one that CDK makes brings AWS's managed policy, with every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    this.lambda = new Lambda(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundle),
      environment: { ...environment },
      timeout,
      memorySize: memory,
      logGroup: this.logGroup,
      role,
    });
  }
}

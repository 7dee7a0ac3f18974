/** The template's Lambda functions, each with its own environment and nothing of ours. */
import { devNull } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { FunctionClock } from './clock.ts';
import type { FunctionLog } from './function-log.ts';
import { type FunctionRunner, functionRunner } from './function-runner.ts';
import { CREDENTIALS, functionArn, REGION, type Resolve } from './identities.ts';
import type { Settings } from './settings.ts';
import { type Assembly, ofType, propertiesOf } from './template.ts';

const Lambda = z.strictObject({
  Code: z.strictObject({ S3Bucket: z.json(), S3Key: z.string() }),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  Handler: z.string().regex(/^\w+\.\w+$/),
  MemorySize: z.int(),
  Runtime: z.literal('nodejs24.x'),
  Timeout: z.int(),
  // Of the machine and the account it runs in:
  Architectures: z.json().optional(),
  LoggingConfig: z.json().optional(),
  Role: z.json().optional(),
});

export interface Endpoints {
  readonly dynamoDb: string;
  readonly sqs: string;
  readonly secretsManager: string;
  readonly kms: string;
  readonly s3: string;
  readonly eventBridge: string;
}

export interface FunctionParts {
  readonly assembly: Assembly;
  readonly resolve: Resolve;
  readonly endpoints: Endpoints;
  readonly settings: Settings;
  readonly clock: FunctionClock;
  readonly log: FunctionLog;
}

/** Finds a function by its ARN or name. */
export type FunctionByArn = (arn: string) => FunctionRunner;

/** How one is run: for a debugger, and for measuring it without anything around it. */
export interface FunctionRecipe {
  readonly module: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Functions {
  readonly all: readonly FunctionRunner[];
  readonly recipes: Readonly<Record<string, FunctionRecipe>>;
  readonly byArn: FunctionByArn;
}

export function makeFunctions({ assembly, resolve, endpoints, settings, clock, log }: FunctionParts): Functions {
  const byArn = new Map<string, FunctionRunner>();
  const all: FunctionRunner[] = [];
  const recipes: Record<string, FunctionRecipe> = {};
  for (const [name, { Properties }] of ofType(assembly.template, 'AWS::Lambda::Function')) {
    const lambda = propertiesOf(Lambda, name, resolve(Properties));
    const [file = '', handler = ''] = lambda.Handler.split('.');
    const arn = functionArn(name);
    const module = join(assembly.assetFolder(lambda.Code.S3Key), `${file}.mjs`);
    const environment = environmentOf(name, lambda, endpoints, settings);
    recipes[name] = { module, handler, environment };
    const runner = functionRunner(
      {
        module,
        handler,
        name,
        arn,
        memory: lambda.MemorySize,
        timeoutMs: lambda.Timeout * 1000,
        clock: clock.shared,
      },
      environment,
      log,
    );
    all.push(runner);
    byArn.set(arn, runner).set(name, runner);
  }
  return {
    all,
    recipes,
    byArn(arn) {
      const runner = byArn.get(arn);
      if (!runner) throw new Error(`the template invokes ${arn}, which is none of its functions`);
      return runner;
    },
  };
}

/** What the template says, what the Lambda runtime adds, and what is different on one machine. */
function environmentOf(
  name: string,
  { Environment, MemorySize }: z.infer<typeof Lambda>,
  endpoints: Endpoints,
  { resolvers, trustLoopback, sitePort, siteAuthority }: Settings,
): Record<string, string> {
  const { Variables } = Environment;
  return {
    ...Variables,
    // Not AWS_LAMBDA_RUNTIME_API: by that one a function knows that it is on AWS, where loopback is never trusted.
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_CONFIG_FILE: devNull, // not the user's own
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_KMS: endpoints.kms,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    ...('RESOLVERS' in Variables && {
      RESOLVERS: resolvers,
      ...(trustLoopback && { TRUST_LOOPBACK: '1' }),
      ...(sitePort !== undefined && { SITE_PORT: sitePort }),
      ...(siteAuthority !== undefined && { SITE_CA: siteAuthority }),
    }),
  };
}

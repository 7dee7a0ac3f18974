/** Does on request what a function can do: to its table, its queues, and to itself. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { env, read, write } from './items.ts';

const queues = new SQSClient({});
const secrets = new SecretsManagerClient({});

type Query = NonNullable<APIGatewayProxyEventV2['queryStringParameters']>;

const actions: Readonly<Record<string, (query: Query) => Promise<APIGatewayProxyResultV2>>> = {
  '/healthz': async () => ({ statusCode: 200, body: 'ok' }),
  '/write': async ({ name = '', value = '' }) => {
    await write(name, value);
    return { statusCode: 204 };
  },
  '/read': async ({ name = '' }) => ({ statusCode: 200, body: (await read(name)) ?? '' }),
  '/send': async ({ body = '', delay = '0' }) => {
    const message = { QueueUrl: env('QUEUE_GRANTS'), MessageBody: body, DelaySeconds: Number(delay) };
    await queues.send(new SendMessageCommand(message));
    return { statusCode: 204 };
  },
  '/secret': async ({ name = '' }) => {
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: env(name) }));
    return { statusCode: 200, body: SecretString };
  },
  '/env': async ({ name = '' }) => ({ statusCode: 200, body: env(name) }),
  '/now': async () => ({ statusCode: 200, body: new Date().toISOString() }),
  '/crash': async () => {
    setImmediate(() => {
      throw new Error('an exception that nobody catches');
    });
    return new Promise(() => {});
  },
};

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> =>
  (await actions[event.rawPath]?.(event.queryStringParameters ?? {})) ?? { statusCode: 404 };

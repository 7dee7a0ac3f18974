/** Answers GetSecretValue, the one call of Secrets Manager that functions make. */
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

export interface SecretsManager {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const GetSecretValue = z.object({ SecretId: z.string() });
/** One version, that never changes. */
const VersionId = '00000000-0000-4000-8000-000000000000';

/** @param secrets values by ARN */
export async function startSecretsManager(secrets: ReadonlyMap<string, string>): Promise<SecretsManager> {
  const server = createServer(async (request, response) => {
    if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') {
      return answer(response, 400, {
        __type: 'UnknownOperationException',
        message: 'Only GetSecretValue is known here.',
      });
    }
    const { SecretId: ARN } = GetSecretValue.parse(JSON.parse(await text(request)));
    const SecretString = secrets.get(ARN);
    if (SecretString === undefined) {
      return answer(response, 400, { __type: 'ResourceNotFoundException', message: `There is no secret ${ARN}.` });
    }
    answer(response, 200, { ARN, Name: ARN.split(':').at(-1), SecretString, VersionId, VersionStages: ['AWSCURRENT'] });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

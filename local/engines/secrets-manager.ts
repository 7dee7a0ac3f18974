/** Answers GetSecretValue, the one call of Secrets Manager that functions make. */
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts';

const GetSecretValue = z.object({ SecretId: z.string() });
/** One version, that never changes. */
const VersionId = '00000000-0000-4000-8000-000000000000';

/** @param secrets values by ARN */
export const startSecretsManager = (secrets: ReadonlyMap<string, string>): Promise<LoopbackServer> =>
  listenOnLoopback(async (request, response) => {
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

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

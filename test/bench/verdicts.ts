/**
 * Verdicts a second, beside what the same engine gives for the same read without anything around it: one consistent
 * BatchGetItem of the same items, by the same SDK, in the same process and run. The ratio is what counts: machines
 * differ. `perSecond` is the real bundle of the verdict function, invoked as Lambda invokes it; `httpPerSecond` is the
 * same through the local gateway, whose HTTP and threads share the cores with the engine and with the callers.
 */
import { pathToFileURL } from 'node:url';
import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Agent, request } from 'undici';
import * as z from 'zod';
import { parseKey } from '../../shared/callers/keys.ts';
import { apiKeyKey } from '../../shared/callers/store.ts';
import { clusterKey } from '../../shared/clusters/store.ts';
import { connectionKey } from '../../shared/connections/store.ts';
import { liveKey } from '../../shared/grants/live.ts';
import { gateKey } from '../../shared/identity-providers/gate.ts';
import { identityProviderKey } from '../../shared/identity-providers/store.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { setForThisProcess } from '../rig/environment.ts';
import type { Rig } from '../rig/rig.ts';
import { perSecond } from './measure.ts';

export interface VerdictFigures {
  readonly callers: number;
  readonly perSecond: number;
  readonly rawPerSecond: number;
  /** Verdicts to bare reads. */
  readonly ratio: number;
  readonly httpPerSecond: number;
  readonly httpRatio: number;
}

/** Each measurement; a run alternates the two sides, so that a slow moment of the machine meets both. */
const ROUND_MS = 2_000;
const ROUNDS = 5;
/** A cold JVM is half as fast. */
const WARM_UP_MS = 6_000;

interface Engine {
  readonly endpoint: string;
  readonly table: string;
  readonly verdictFunction: {
    readonly module: string;
    readonly handler: string;
    readonly environment: Readonly<Record<string, string>>;
  };
}

export async function benchVerdicts(rig: Rig, issuer: Issuer, engine: Engine): Promise<VerdictFigures[]> {
  const project = await rig.aProject();
  const idp = await rig.aConnectedIdp(project, issuer);
  await rig.aGrant(project, idp, { duration: undefined });
  const key = await rig.aKey('DATA_PLANE', project.scopes.cluster);
  const token = issuer.mint({
    claims: { sub: 'alice', groups: ['db-oncall'] },
    now: await rig.system.now(),
    lifetimeSeconds: 86_400,
  });

  const dispatcher = new Agent({ connections: 64, pipelining: 1 });
  const url = `${rig.system.url}/v1/clusters/${project.clusterId}/introspect`;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ token }).toString();
  const overHttp = async (): Promise<void> => {
    const answer = await request(url, { method: 'POST', headers, body, dispatcher });
    const text = await answer.body.text();
    if (!text.startsWith('{"active":true')) throw new Error(`a verdict said ${answer.statusCode} ${text}`);
  };

  const handler = await handlerOf(engine.verdictFunction);
  const event = {
    version: '2.0',
    routeKey: 'POST /v1/clusters/{clusterId}/introspect',
    rawPath: `/v1/clusters/${project.clusterId}/introspect`,
    rawQueryString: '',
    headers,
    pathParameters: { clusterId: project.clusterId },
    requestContext: { requestId: 'bench', http: { method: 'POST', path: '/', sourceIp: '127.0.0.1' } },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
  const verdict = async (): Promise<void> => {
    const answer = Answer.parse(await handler({ ...event }, CONTEXT));
    if (!answer.body.startsWith('{"active":true'))
      throw new Error(`a verdict said ${answer.statusCode} ${answer.body}`);
  };

  const principal = { type: 'GROUP', name: 'db-oncall' } as const;
  const keys = [
    apiKeyKey(parseKey(key)?.apiKeyId ?? ''),
    clusterKey(project.clusterId),
    identityProviderKey(idp.identityProviderId),
    gateKey(idp.identityProviderId),
    connectionKey(project.organizationId, idp.identityProviderId),
    liveKey(project.projectId, idp.identityProviderId, principal),
  ].map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } }));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials });
  const read = async (): Promise<void> => {
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [engine.table]: { Keys: keys, ConsistentRead: true } } }),
    );
    const found = answer.Responses?.[engine.table]?.length;
    if (found !== keys.length) throw new Error(`the bare read found ${found} of ${keys.length} items`);
  };

  await perSecond(read, 8, WARM_UP_MS);
  await perSecond(verdict, 8, WARM_UP_MS);
  await perSecond(overHttp, 8, WARM_UP_MS);
  const figures: VerdictFigures[] = [];
  for (const callers of [1, 8]) {
    const sides = { verdicts: 0, http: 0, raw: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      sides.raw += (await perSecond(read, callers, ROUND_MS)) / ROUNDS;
      sides.verdicts += (await perSecond(verdict, callers, ROUND_MS)) / ROUNDS;
      sides.http += (await perSecond(overHttp, callers, ROUND_MS)) / ROUNDS;
    }
    const ratio = (side: number) => Math.round((side / sides.raw) * 1000) / 1000;
    figures.push({
      callers,
      perSecond: Math.round(sides.verdicts),
      rawPerSecond: Math.round(sides.raw),
      ratio: ratio(sides.verdicts),
      httpPerSecond: Math.round(sides.http),
      httpRatio: ratio(sides.http),
    });
  }
  client.destroy();
  await dispatcher.close();
  return figures;
}

const Answer = z.object({ statusCode: z.number(), body: z.string() });
const Handler = z.custom<(event: unknown, context: unknown) => Promise<unknown>>(
  (value) => typeof value === 'function',
);
const CONTEXT = { awsRequestId: 'bench', functionName: 'verdicts', getRemainingTimeInMillis: () => 15_000 };

/** The real module of the function, in this process, with the environment that it has in its own. */
async function handlerOf({ module, handler, environment }: Engine['verdictFunction']) {
  setForThisProcess(environment);
  const exports: Record<string, unknown> = await import(pathToFileURL(module).href);
  return Handler.parse(exports[handler]);
}

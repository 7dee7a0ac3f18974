/** The functions that serve all organizations: the API and the verdicts, made of what they are made of on AWS. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod';
import { accessPolicyRoutes } from '../../shared/access-policies/routes.ts';
import { accessPolicyService } from '../../shared/access-policies/service.ts';
import { dispatch } from '../../shared/api/dispatch.ts';
import { answerProblems } from '../../shared/api/middleware.ts';
import { pagerOf } from '../../shared/api/paging.ts';
import { BOOTSTRAP } from '../../shared/callers/schema.ts';
import { connectionRoutes } from '../../shared/connections/routes.ts';
import { connectionService } from '../../shared/connections/service.ts';
import { customRoleRoutes } from '../../shared/custom-roles/routes.ts';
import { customRoleService } from '../../shared/custom-roles/service.ts';
import { freezeRoutes } from '../../shared/freezes/routes.ts';
import { freezeService } from '../../shared/freezes/service.ts';
import { grantRoutes } from '../../shared/grants/routes.ts';
import { grantService } from '../../shared/grants/service.ts';
import { readKeySet } from '../../shared/identity-providers/key-set.ts';
import type { WriterParts } from '../../shared/platform/boot.ts';
import { tenantRoutes } from '../../shared/tenants/routes.ts';
import { tenantService } from '../../shared/tenants/service.ts';
import { signatureProver } from '../../shared/tokens/prove-signature.ts';
import { verdictService } from '../../shared/verdicts/service.ts';
import { verdictStore } from '../../shared/verdicts/store.ts';
import type { Verdict } from '../../shared/verdicts/verdict.ts';
import { publicJwk } from '../tokens/a-key.ts';
import type { Request } from './grants-asked.ts';

export interface ApiCall extends Request {
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
}
export interface ApiAnswer {
  readonly status: number;
  /** The problem's name; undefined: it was done. */
  readonly problem: string | undefined;
  /** Of what was made. */
  readonly id: string | undefined;
}

/** Sealing is not what is looked at here. */
const OPEN_SEALER = { seal: (text: string) => text, open: (text: string) => text };
const nothing = async (): Promise<void> => undefined;
/** Nobody's calls are counted. */
const USE = { count: nothing, touch: nothing, lastUsed: async () => new Map<string, number>() };

/** The routes that histories use. Everybody is the owner. */
export function apiOn(parts: WriterParts): (call: ApiCall) => Promise<ApiAnswer> {
  const all = { ...parts, pager: pagerOf(OPEN_SEALER, parts.clock), sealer: OPEN_SEALER, use: USE };
  const connections = connectionService(all);
  const tenants = tenantService({ ...all, connectedTo: connections.connectedTo });
  const grants = grantService(all);
  const routes = [
    ...tenantRoutes(tenants),
    ...connectionRoutes(connections, tenants),
    ...customRoleRoutes(customRoleService({ ...all, grantsWithRole: grants.withRole }), tenants),
    ...accessPolicyRoutes(accessPolicyService(all), tenants),
    ...grantRoutes(grants, tenants),
    ...freezeRoutes(freezeService(all), tenants),
  ];
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(answerProblems(parts.log))
    .handler(dispatch(routes, { ...all, authenticate: async () => BOOTSTRAP }));
  const context = z.custom<Context>().parse({ functionName: 'api' });
  return async (call) => {
    const { statusCode = 0, body } = Result.parse(await handler(eventOf(call), context));
    const { type, id } = Told.parse(body ? JSON.parse(body) : {});
    return { status: statusCode, problem: type?.split('/').at(-1), id };
  };
}
const Result = z.object({ statusCode: z.number().optional(), body: z.string().optional() });
const Told = z.object({ type: z.string().optional(), id: z.string().optional() });

const eventOf = ({ method, path, query, body, requestId, idempotencyKey }: ApiCall): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  headers: { 'content-type': 'application/json', ...(idempotencyKey && { 'idempotency-key': idempotencyKey }) },
  ...(query && { queryStringParameters: { ...query } }),
  requestContext: {
    ...{ accountId: '', apiId: '', domainName: 'sallyport.test', domainPrefix: '', requestId, routeKey: '$default' },
    ...{ stage: '', time: '', timeEpoch: 0 },
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: '' },
  },
  isBase64Encoded: false,
  ...(body !== undefined && { body: JSON.stringify(body) }),
});

export interface Question {
  readonly clusterId: string;
  readonly token: string;
}
const { keys: KEYS } = readKeySet({ keys: [publicJwk] });

/** Every token is signed by the one key: checking it would take time that is not simulated. */
export function verdictsOn({
  table,
  clock,
}: Pick<WriterParts, 'table' | 'clock'>): (asked: Question) => Promise<Verdict> {
  const prover = signatureProver({
    keys: { held: (_id, { keyGeneration }, now) => ({ keyGeneration, fetchedAt: now, keys: KEYS }), refresh: nothing },
    signatures: { find: () => KEYS[0]?.thumbprint, keep: () => undefined },
    clock,
  });
  const verdicts = verdictService({ store: verdictStore(table), signatureProver: prover, clock });
  const admission = { keys: [], caller: () => BOOTSTRAP };
  return async ({ clusterId, token }) => (await verdicts.introspect(admission, clusterId, token)).verdict;
}

/** From an HTTP API event to a route and back. Knows no capability; renders no problem. */
import httpRouterHandler from '@middy/http-router';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { About } from '../callers/admission.ts';
import type { Caller } from '../callers/schema.ts';
import { CALLS_PER_MINUTE, CALLS_PER_MINUTE_OF_ADDRESS, type Use } from '../callers/use.ts';
import type { Commit } from '../platform/commit.ts';
import type { Log } from '../platform/log.ts';
import { Problem } from '../platform/problems.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Table } from '../platform/table.ts';
import type { Clock } from '../platform/time.ts';
import { federationOfPath } from './about.ts';
import type { CallInParts } from './call.ts';
import { rehearsed } from './dry-run.ts';
import { idempotencyWith, type Lease, type PartsLease, readIdempotencyKey } from './idempotency.ts';
import type { Fingerprinted } from './kept-call.ts';
import { carryOutPart } from './part.ts';
import { correlationOf, headerOf, originOf, readJsonBody } from './request.ts';
import { type AnyRoute, NoQuery, type PublicRoute, parseQuery, type Route, type SignedRoute } from './route.ts';
import { TextAnswer } from './text-answer.ts';
import { transact } from './transact.ts';

export interface DispatchParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly log: Log;
  /** @throws Problem `unauthenticated` */
  readonly use: Use;
  readonly authenticate: (authorization: string | undefined, about: About) => Promise<Caller>;
}

type Event = APIGatewayProxyEventV2;
type Result = APIGatewayProxyStructuredResultV2;

/** The handler for all routes. @throws Problem `not-found` for a path that no route has */
export const dispatch = (routes: readonly AnyRoute[], parts: DispatchParts) =>
  httpRouterHandler<Event, Result>({
    routes: routes.map((route) => ({
      method: route.method,
      path: route.path,
      handler: (event: Event) => respond(route, event, parts),
    })),
    notFoundResponse: () => {
      throw new Problem('not-found', {});
    },
  });

const respond = (route: AnyRoute, event: Event, parts: DispatchParts): Promise<Result> => {
  if ('respond' in route) return route.respond(event);
  if ('signed' in route) return answerSigned(route, event, parts);
  return 'answer' in route ? answerAnybody(route, event, parts) : carryOut(route, event, parts);
};

async function answerAnybody(route: PublicRoute, event: Event, { use, clock }: DispatchParts): Promise<Result> {
  if (route.isCounted) {
    const address = `address ${event.requestContext.http.sourceIp}`;
    await use.count(address, CALLS_PER_MINUTE_OF_ADDRESS, clock());
  }
  return json(200, await route.answer(queryOf(event)));
}

async function answerSigned(route: SignedRoute, event: Event, parts: DispatchParts): Promise<Result> {
  const { dryRun, query } = readQuery(event, route.trial);
  if (dryRun) return carryOut(route.trial, event, parts);
  parseQuery(NoQuery, query);
  return json(202, await route.signed(event, decodeParams(event)));
}

async function carryOut(route: Route, event: Event, parts: DispatchParts): Promise<Result> {
  const began = performance.now();
  const params = decodeParams(event);
  const about = () => federationOfPath(parts.table, params);
  const caller = await parts.authenticate(headerOf(event, 'authorization'), about);
  // The first owner's own key is what an operator holds when everything else fails: it is not counted.
  if (caller.kind !== 'BOOTSTRAP') {
    await parts.use.count(caller.id, caller.requestsPerMinute ?? CALLS_PER_MINUTE, parts.clock());
  }
  const { dryRun, query } = readQuery(event, route);
  const body = route.method === 'GET' ? undefined : readJsonBody(event); // content of a GET means nothing (RFC 9110)
  const cause = {
    actor: caller.actor,
    now: parts.clock(),
    correlationId: correlationOf(event),
    source: event.requestContext.http.sourceIp,
  };
  let lease: Lease | undefined;
  let partsLease: PartsLease | undefined;
  const alongside = (view: unknown) => (lease ? [lease.keep({ status: route.status, body: view ?? null })] : []);
  const call: CallInParts = {
    ...cause,
    caller,
    action: route.action,
    dryRun,
    origin: originOf(event),
    ifMatch: headerOf(event, 'if-match'),
    transact: (attempt) => transact({ ...parts, cause, dryRun, alongside }, attempt),
    part: (index, carryOut) => {
      const elapsedMs = () => performance.now() - began;
      return carryOutPart(call, index, carryOut, { ...parts, lease: partsLease, elapsedMs });
    },
  };
  const prepared = await route.prepare(call, { params, query, body });
  const key = headerOf(event, 'idempotency-key') ?? headerOf(event, 'x-idempotency-key');
  if (route.method === 'POST' && key !== undefined) {
    const idempotency = idempotencyWith(parts);
    const fingerprinted: Fingerprinted = {
      key: readIdempotencyKey(key),
      callerId: caller.id,
      method: route.method,
      path: event.rawPath,
      query: event.queryStringParameters ?? {},
      body,
    };
    if (dryRun) await idempotency.peek(fingerprinted, cause.now);
    else if (route.inParts) partsLease = await idempotency.beginInParts(fingerprinted, cause, prepared.parts ?? 0);
    else {
      const begun = await idempotency.begin(fingerprinted, cause);
      if (begun.kind === 'again') return json(begun.answer.status, begun.answer.body);
      lease = begun.lease;
    }
  }
  try {
    const view = await prepared.run();
    return dryRun ? dryAnswer(route, view) : json(route.status, view);
  } catch (error) {
    await lease?.release(cause);
    throw error;
  } finally {
    await partsLease?.leave({ ...cause, now: parts.clock() });
  }
}

function queryOf(event: Event): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.queryStringParameters ?? {})) {
    if (value !== undefined) query[name] = value;
  }
  return query;
}

function readQuery(event: Event, route: Route): { dryRun: boolean; query: Record<string, string> } {
  const { dryRun, ...query } = queryOf(event);
  if (dryRun === undefined) return { dryRun: false, query };
  if (route.method === 'GET') return { dryRun: false, query: { ...query, dryRun } }; // which the route's schema refuses
  if (dryRun === 'true' || dryRun === 'false') return { dryRun: dryRun === 'true', query };
  throw new Problem('invalid-query', {}, { errors: [{ pointer: '/dryRun', message: 'Give true or false.' }] });
}

function decodeParams(event: Event): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.pathParameters ?? {})) {
    try {
      params[name] = decodeURIComponent(value ?? '');
    } catch {
      throw new Problem('not-found', {}); // a stray % names nothing
    }
  }
  return params;
}

const etagHeader = (view: unknown) =>
  typeof view === 'object' && view !== null && 'etag' in view && typeof view.etag === 'string'
    ? { etag: view.etag }
    : {};

function json(status: number, view: unknown): Result {
  if (status === 204) return { statusCode: 204 };
  if (view instanceof TextAnswer) {
    const headers = { 'content-type': view.contentType, 'cache-control': 'no-store', ...view.headers };
    return { statusCode: status, headers, body: view.text };
  }
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...etagHeader(view) },
    body: JSON.stringify(view),
  };
}

function dryAnswer(route: Route, view: unknown): Result {
  return json(route.status === 204 ? 200 : route.status, rehearsed(view));
}

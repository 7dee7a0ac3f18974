/** An operation with what carries it out: the table of routes is what the dispatch knows. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Action } from '../callers/rights.ts';
import { Problem } from '../platform/problems.ts';
import type { Call, CallInParts } from './call.ts';
import { faultsOf } from './faults.ts';
import type { Method, Operation, PublicOperation, SuccessStatus } from './operation.ts';
import type { TextAnswer } from './text-answer.ts';

/** What a request brought, not yet looked at. */
export interface RawInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface RouteOptions<Found, Body, Query, View> {
  /**
   * The thing the path names, once the caller may do the operation's action with it. Runs before the body is looked at,
   * so that what a caller may not see answers 404 whatever it sends.
   */
  readonly find: (call: Call, params: Readonly<Record<string, string>>) => Promise<Found>;
  readonly handle: (
    call: Call,
    found: Found,
    input: { readonly body: Body; readonly query: Query },
  ) => Promise<View | TextAnswer>;
}

/** Whether the call may go on, then what carries it out. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly action: Action;
  readonly status: SuccessStatus;
  /** Whether its calls are carried out part by part, each with an answer of its own. */
  readonly inParts?: true;
  /** @throws Problem for what the caller may not do, then for every fault of query and body at once */
  prepare(call: CallInParts, input: RawInput): Promise<Prepared>;
}

interface Prepared {
  readonly run: () => Promise<unknown>;
  /** Of a call in parts: how many. */
  readonly parts?: number;
}

/** A route that anybody may ask, without proving who they are. */
export interface PublicRoute {
  readonly method: 'GET';
  readonly path: string;
  /** Whether it reads what must not be tried out: then calls are counted by address. */
  readonly isCounted: boolean;
  /** @throws Problem for every fault of the query at once, and whatever the route refuses */
  answer(query: RawInput['query']): Promise<unknown>;
}

/** A route that speaks another protocol's language, in its errors too. */
export interface RawRoute {
  readonly method: Method;
  readonly path: string;
  respond(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2>;
}

/** A route that a signature over the raw body proves. A caller may ask what it would do (`dryRun=true`). */
export interface SignedRoute {
  readonly method: 'POST';
  readonly path: string;
  /** The body of a 202. @throws Problem, and the same one for whatever is not proven */
  signed(event: APIGatewayProxyEventV2, params: RawInput['params']): Promise<unknown>;
  readonly trial: Route;
}

export type AnyRoute = Route | PublicRoute | RawRoute | SignedRoute;

export const NoQuery = z.strictObject({});
const NoBody = z.union([z.undefined(), z.strictObject({})], 'This call takes no body. Send none.');

export function route<Found, Body, Query, View>(
  operation: Operation<Body, Query, View>,
  options: RouteOptions<Found, Body, Query, View>,
): Route;
export function route(operation: Operation, { find, handle }: RouteOptions<unknown, unknown, unknown, unknown>): Route {
  const { method, path, action, status } = operation;
  const bodySchema = operation.body ?? NoBody;
  const querySchema = operation.query ?? NoQuery;
  return {
    method,
    path,
    action,
    status,
    async prepare(call, input) {
      const found = await find(call, input.params);
      const query = parseQuery(querySchema, input.query);
      const body = bodySchema.safeParse(input.body, { reportInput: true });
      if (!body.success) throw new Problem('invalid-body', {}, { errors: faultsOf(body.error.issues) });
      return { run: () => handle(call, found, { body: body.data, query }) };
    },
  };
}

export function publicRoute<Query, View>(
  operation: PublicOperation<Query, View>,
  handle: (query: Query) => Promise<View>,
): PublicRoute;
export function publicRoute(operation: PublicOperation, handle: (query: unknown) => Promise<unknown>): PublicRoute {
  const { method, path, query, isCounted = false } = operation;
  return { method, path, isCounted, answer: async (given) => handle(parseQuery(query ?? NoQuery, given)) };
}

export function parseQuery<Query>(schema: z.ZodType<Query>, given: RawInput['query']): Query {
  const query = schema.safeParse(given, { reportInput: true });
  if (!query.success) throw new Problem('invalid-query', {}, { errors: faultsOf(query.error.issues) });
  return query.data;
}

/** A path parameter; the dispatch fills every one that the path names. */
export function param(params: Readonly<Record<string, string>>, name: string): string {
  const value = params[name];
  if (value === undefined) throw new Error(`the path has no {${name}}`);
  return value;
}

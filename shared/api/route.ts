/** A route as a value: from the table of routes come the dispatch and the OpenAPI document. */
import * as z from 'zod';
import { Problem } from '../platform/problems.ts';
import type { Call } from './call.ts';
import { faultsOf } from './faults.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a request brought, not yet looked at. */
export interface RawInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface RouteOptions<Found, Body, Query> {
  readonly method: Method;
  /** With parameters in braces, as in api.md. */
  readonly path: string;
  /** Of success; a dry run answers 200 for a 204. */
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  /**
   * The thing the path names, once the caller may do this with it. Runs before the body is looked at, so that what a
   * caller may not see answers 404 whatever it sends.
   */
  readonly find: (call: Call, params: Readonly<Record<string, string>>) => Promise<Found>;
  readonly handle: (
    call: Call,
    found: Found,
    input: { readonly body: Body; readonly query: Query },
  ) => Promise<unknown>;
}

/** Whether the call may go on, then what carries it out. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly status: 200 | 201 | 202 | 204;
  readonly bodySchema: z.ZodType | undefined;
  readonly querySchema: z.ZodType | undefined;
  /** @throws Problem for what the caller may not do, then for every fault of query and body at once */
  prepare(call: Call, input: RawInput): Promise<() => Promise<unknown>>;
}

/** A route that anybody may ask, without proving who they are. */
export interface PublicRoute {
  readonly method: 'GET';
  readonly path: string;
  readonly querySchema: z.ZodType | undefined;
  /** @throws Problem for every fault of the query at once, and whatever the route refuses */
  answer(query: RawInput['query']): Promise<unknown>;
}

export const isPublic = (one: Route | PublicRoute): one is PublicRoute => 'answer' in one;

const NoQuery = z.strictObject({});
const NoBody = z.union([z.undefined(), z.strictObject({})], 'This call takes no body. Send none.');

export function route<Found, Body = undefined, Query = Record<string, never>>(
  options: RouteOptions<Found, Body, Query>,
): Route;
export function route(options: RouteOptions<unknown, unknown, unknown>): Route {
  const { method, path, status, find, handle } = options;
  const bodySchema = options.body ?? NoBody;
  const querySchema = options.query ?? NoQuery;
  return {
    method,
    path,
    status,
    bodySchema: options.body,
    querySchema: options.query,
    async prepare(call, input) {
      const found = await find(call, input.params);
      const query = parseQuery(querySchema, input.query);
      const body = bodySchema.safeParse(input.body, { reportInput: true });
      if (!body.success) throw new Problem('invalid-body', {}, { errors: faultsOf(body.error.issues) });
      return () => handle(call, found, { body: body.data, query });
    },
  };
}

export function publicRoute<Query = Record<string, never>>(options: {
  readonly path: string;
  readonly query?: z.ZodType<Query>;
  readonly handle: (query: Query) => Promise<unknown>;
}): PublicRoute;
export function publicRoute(options: {
  readonly path: string;
  readonly query?: z.ZodType;
  readonly handle: (query: unknown) => Promise<unknown>;
}): PublicRoute {
  const { path, query, handle } = options;
  return {
    method: 'GET',
    path,
    querySchema: query,
    answer: async (given) => handle(parseQuery(query ?? NoQuery, given)),
  };
}

function parseQuery<Query>(schema: z.ZodType<Query>, given: RawInput['query']): Query {
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

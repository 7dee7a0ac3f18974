/**
 * An operation of the API as a value: from it come the route, the check of the caller's right, the OpenAPI document, the
 * page of who may what, and the tests that go through all of them. It knows no service.
 */
import type * as z from 'zod';
import type { Action } from '../callers/rights.ts';
import type { ProblemType } from '../platform/problems.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type SuccessStatus = 200 | 201 | 202 | 204;

export interface Operation<Body = unknown, Query = unknown, View = unknown> {
  /** `operationId` of the OpenAPI document: never renamed, as generated clients have methods of this name. */
  readonly id: string;
  /** Under which heading the docs show it. */
  readonly tag: Tag;
  /** One sentence, without a full stop. */
  readonly summary: string;
  /** What a reader must know beyond the summary, in Markdown. */
  readonly description?: string;
  readonly method: Method;
  /** With parameters in braces, as in api.md. */
  readonly path: string;
  /** What the caller must be allowed to do. */
  readonly action: Action;
  /** Of success; a dry run answers 200 for a 204. */
  readonly status: SuccessStatus;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  /** Media types of success beside JSON. */
  readonly otherMediaTypes?: readonly string[];
  /** The JSON of success; of a 204, what its dry run shows. */
  readonly answer?: z.ZodType<View>;
  /** What its dry run shows, where that is not the same without what a thing has only once it exists. */
  readonly dryAnswer?: z.ZodType;
  /** Beside those that every operation of its kind may answer with (`problems-of.ts`). */
  readonly problems?: readonly ProblemType[];
}

export const TAGS = [
  'Federations',
  'Organizations',
  'Projects',
  'Clusters',
  'Domains',
  'Identity providers',
  'Connections',
  'Custom roles',
  'Access policies',
  'Grants',
  'Verdicts',
  'Freezes',
  'Revocations',
  'Callers',
  'Hooks',
  'Webhooks',
  'Audit',
  'About',
] as const;
export type Tag = (typeof TAGS)[number];

/** Keeps the types of body, query and answer for the route that carries it out. */
export const operation = <Body = undefined, Query = Record<string, never>, View = unknown>(
  it: Operation<Body, Query, View>,
): Operation<Body, Query, View> => it;

/** An operation that anybody may ask for, without proving who they are. */
export interface PublicOperation<Query = unknown, View = unknown> {
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly method: 'GET';
  readonly path: string;
  /** Whether calls are counted by the caller's address, as it reads what must not be tried out. */
  readonly isCounted?: boolean;
  /** Served as it was made by the build: it cannot be refused. */
  readonly isStatic?: boolean;
  readonly status: 200;
  readonly query?: z.ZodType<Query>;
  readonly answer?: z.ZodType<View>;
  readonly problems?: readonly ProblemType[];
}
export const publicOperation = <Query = Record<string, never>, View = unknown>(
  it: Omit<PublicOperation<Query, View>, 'method' | 'status'>,
): PublicOperation<Query, View> => ({ ...it, method: 'GET', status: 200 });

/** Parameters of an operation: of its path, its query, and the headers that its kind takes. Pure. */
import * as z from 'zod';
import type { Operation } from '../api/operation.ts';
import { takesDryRun, takesIdempotencyKey, takesIfMatch } from '../api/problems-of.ts';
import { CustomRoleName } from '../grants/roles.ts';
import { idOf, PREFIXES } from '../platform/ids.ts';
import { inputSchema, type Json, NO_COMPONENTS } from './schemas.ts';

const DRY_RUN: Json = {
  name: 'dryRun',
  in: 'query',
  description:
    'Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret.',
  schema: { type: 'boolean', default: false },
};
const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  description: 'Entity tags as the caller read them, or `*`; 412 when the present one is not among them.',
  schema: { type: 'string' },
};
const idempotencyKey = (name: string): Json => ({
  name,
  in: 'header',
  description:
    'The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
});

export const IF_NONE_MATCH: Json = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The entity tag that the reader has; 304 when it is the present one.',
  schema: { type: 'string' },
};

export const SHARED_PARAMETERS = {
  DryRun: DRY_RUN,
  IfMatch: IF_MATCH,
  IdempotencyKey: idempotencyKey('Idempotency-Key'),
  XIdempotencyKey: idempotencyKey('X-Idempotency-Key'),
};
const shared = (name: keyof typeof SHARED_PARAMETERS): Json => ({ $ref: `#/components/parameters/${name}` });
export const DRY_RUN_PARAMETER = shared('DryRun');

const isKind = (name: string): name is keyof typeof PREFIXES => Object.hasOwn(PREFIXES, name);

/** `{grantId}` takes an identifier of a grant; whatever else stands there is a 404. */
export const parametersOfPath = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    return { name, in: 'path', required: true, schema: inputSchema(NO_COMPONENTS, schemaOfParameter(path, name)) };
  });

function schemaOfParameter(path: string, name: string): z.ZodType {
  if (name === 'roleName') return CustomRoleName;
  const kind = name.replace(/Id$/, '');
  if (!isKind(kind)) throw new Error(`${path}: nobody knows what {${name}} takes`);
  return idOf(PREFIXES[kind]);
}

const Shape = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
});

export function queryParameters(query: z.ZodType | undefined): Json[] {
  if (!query) return [];
  const { properties, required } = Shape.parse(inputSchema(NO_COMPONENTS, query));
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(required.includes(name) && { required: true }),
    ...(description !== undefined && { description }),
    schema,
  }));
}

export const parametersOf = (operation: Operation): Json[] => [
  ...parametersOfPath(operation.path),
  ...queryParameters(operation.query),
  ...(takesDryRun(operation) ? [shared('DryRun')] : []),
  ...(takesIfMatch(operation) ? [shared('IfMatch')] : []),
  ...(takesIdempotencyKey(operation) ? [shared('IdempotencyKey'), shared('XIdempotencyKey')] : []),
];

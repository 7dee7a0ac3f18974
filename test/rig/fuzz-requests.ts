/** Requests for the fuzz test, made from the OpenAPI document: each operation with paths, queries, headers and bodies. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as z from 'zod';
import { PREFIXES } from '../../shared/platform/ids.ts';
import { broken, fitting, type Json, parseSchema, RAW_BODIES, type Schema } from './fuzz-values.ts';

const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(
    z.looseObject({ $ref: z.string().optional(), in: z.string().optional(), name: z.string().optional() }),
  ),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: z.unknown(), example: z.json() })) })
    .optional(),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
const document = Document.parse(JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')));

const resolve = (reference: string): Schema => {
  const name = reference.slice('#/components/schemas/'.length);
  return parseSchema(document.components.schemas[name]);
};

/** What stands there: its own, a stranger's, and for whom to ask. */
export interface World {
  /** By prefix, such as `grt`; the first is taken for granted. */
  readonly own: Readonly<Record<string, string>>;
  readonly others: Readonly<Record<string, string>>;
  readonly issuerUri: string;
  /** Whole values of `Authorization`. */
  readonly callers: readonly string[];
}

export interface FuzzedRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Fuzzed {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  requests(world: World): fc.Arbitrary<FuzzedRequest>;
}

/** Deletes come last: what they take away the others need. */
export const FUZZED: readonly Fuzzed[] = Object.entries(document.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      requests: (world: World) => requestsOf(method.toUpperCase(), path, operation, world),
    })),
  )
  .sort((one, other) => Number(one.method === 'DELETE') - Number(other.method === 'DELETE'));

const MALFORMED = [
  '%00',
  '%F0%9F%92%A9',
  '__proto__',
  'constructor',
  'x'.repeat(3000),
  '..%2F..',
  '%zz',
  'fed_',
  'GRT_01',
  '*',
];
const EXAMPLE_ID = /\b([a-z]{3})_01JDG3ZV8WQK2M5N7P9R1T3V5X\b/g;

/** A custom role is named, and the examples create it. */
const ROLE_NAME = 'auditor';

function pathOf(path: string, { own, others }: World): fc.Arbitrary<string> {
  const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => prefixOf(name));
  const idIn = (things: World['own'], prefix: string) =>
    fc.constant(things[prefix] ?? (prefix === ROLE_NAME ? prefix : `${prefix}_01JDG3ZV8WQK2M5N7P9R1T3V5X`));
  const ids = places.map((prefix) =>
    fc.oneof(
      { weight: 12, arbitrary: idIn(own, prefix) },
      { weight: 1, arbitrary: idIn(others, prefix) },
      { weight: 1, arbitrary: fc.constantFrom(...MALFORMED) },
    ),
  );
  return fc.tuple(...ids).map((chosen) => {
    let at = 0;
    return path.replaceAll(/\{\w+\}/g, () => chosen[at++] ?? '');
  });
}

const isKind = (name: string): name is keyof typeof PREFIXES => Object.hasOwn(PREFIXES, name);
function prefixOf(parameter: string): string {
  if (parameter === 'roleName') return ROLE_NAME;
  const kind = parameter.replace(/Id$/, '');
  if (!isKind(kind)) throw new Error(`the fuzz test knows no identifier for {${parameter}}`);
  return PREFIXES[kind];
}

const QUERIES = [
  'dryRun=true',
  'dryRun=false',
  'dryRun=maybe',
  'limit=1',
  'limit=0',
  'limit=1e2',
  'limit=1&limit=2',
  'cursor=AAAA',
  'cursor=',
  'colour=red',
  '__proto__=1',
  'principal=alice%40acme.com',
  'principal=%00',
  'principal=%EF%BF%BD%40%E2%80%AE',
  'a[]=1',
];
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'if-match': '"1"' },
  { 'if-match': 'W/"1", *' },
  { 'if-match': '' },
  { 'idempotency-key': 'REQ0012345' },
  { 'idempotency-key': 'k'.repeat(256) },
  { 'x-idempotency-key': '"quoted"' },
  { 'x-idempotency-key': 'caf\u00e9' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'multipart/form-data' },
  { accept: 'application/xml' },
];

function requestsOf(
  method: string,
  path: string,
  operation: z.infer<typeof Operation>,
  world: World,
): fc.Arbitrary<FuzzedRequest> {
  const [[type, { schema, example }] = ['application/json', { schema: undefined, example: {} }]] = Object.entries(
    operation.requestBody?.content ?? {},
  );
  const values =
    schema === undefined ? fc.constant(example) : fc.oneof(fc.constant(example), fitting(parseSchema(schema), resolve));
  const shown =
    method === 'GET'
      ? fc.constant(undefined)
      : bodiesOf(
          values.map((value) => settled(value, world)),
          type,
          schema !== undefined,
        );
  return fc
    .record({
      place: pathOf(path, world),
      query: fc.oneof(
        { weight: 6, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.subarray(QUERIES, { minLength: 1, maxLength: 2 }) },
      ),
      caller: fc.oneof(
        { weight: 8, arbitrary: fc.constant(world.callers[0]) },
        { weight: 1, arbitrary: fc.constantFrom(...world.callers) },
      ),
      more: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constantFrom(...HEADERS) }),
      body: shown,
    })
    .map(({ place, query, caller, more, body }) => ({
      method,
      target: query.length === 0 ? place : `${place}?${query.join('&')}`,
      headers: {
        ...(body !== undefined && { 'content-type': type }),
        ...(caller && { authorization: caller }),
        ...more,
      },
      body,
    }));
}

/** Names things that are there, and an issuer that answers. */
function settled(value: Json, { own, issuerUri }: World): Json {
  const text = JSON.stringify(value).replaceAll(EXAMPLE_ID, (id, prefix: string) => own[prefix] ?? id);
  return JSON.parse(text, (name, held: Json) => (name === 'issuerUri' ? issuerUri : held));
}

function bodiesOf(values: fc.Arbitrary<Json>, type: string, isTaken: boolean): fc.Arbitrary<string | undefined> {
  if (type === 'application/x-www-form-urlencoded')
    return fc.oneof(
      values.map(formOf),
      fc.constantFrom('', 'token', 'token=a&token=b', 'token=%', 'grant_type=password', '%00=%ff'),
    );
  const odd = fc.constantFrom(...RAW_BODIES);
  const json = values.map((value) => JSON.stringify(value));
  if (!isTaken) return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, json, odd);
  return fc.oneof(
    { weight: 4, arbitrary: json },
    { weight: 4, arbitrary: values.chain(broken).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: odd },
  );
}

const formOf = (value: Json): string =>
  new URLSearchParams(Object.entries(Object(value)).map(([name, held]) => [name, String(held)])).toString();

import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { generatedDocs } from '../../infra/generated-docs.ts';
import { ANSWER_EXAMPLES } from '../../shared/openapi/answer-examples.ts';
import { openApiDocument } from '../../shared/openapi/document.ts';
import { BODY_EXAMPLES } from '../../shared/openapi/examples.ts';
import { FORM_OPERATIONS, OPERATIONS, PUBLIC_OPERATIONS, SIGNED_OPERATIONS } from '../../shared/openapi/operations.ts';
import { breachOf } from '../rig/contract.ts';
import { ANSWER_FIELDS, BODY_FIELDS, BODY_FIELDS_NOT_YET, BUILT, NOT_YET_BUILT } from './api-paths.ts';

const document = openApiDocument('0.0.0');
const Components = z.object({
  schemas: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() })),
});
const Paths = z.record(
  z.string(),
  z.record(z.string(), z.object({ responses: z.unknown(), requestBody: z.unknown().optional() })),
);
const ALL = [...OPERATIONS, ...FORM_OPERATIONS, ...SIGNED_OPERATIONS, ...PUBLIC_OPERATIONS];

/** Every `{schema, example}` in the document, with where it is. */
function* examplesIn(part: unknown, at = ''): Generator<{ at: string; schema: object; example: unknown }> {
  if (typeof part !== 'object' || part === null) return;
  if ('schema' in part && 'example' in part && typeof part.schema === 'object' && part.schema !== null)
    yield { at, schema: part.schema, example: part.example };
  for (const [name, value] of Object.entries(part)) yield* examplesIn(value, `${at}/${name}`);
}

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
const { paths, components } = Document.parse(JSON.parse(JSON.stringify(document)));
const schemaUnder = (id: string, part: 'requestBody' | 'responses'): unknown =>
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .find(({ operationId }) => operationId === id)?.[part];

/** Names of the properties of a schema, and of all that it is made of; not of what its properties hold. */
function fieldsOf(part: unknown, seen = new Set<string>()): Set<string> {
  if (typeof part !== 'object' || part === null) return seen;
  for (const [name, value] of Object.entries(part)) {
    if (name === 'properties' && typeof value === 'object' && value !== null)
      for (const field of Object.keys(value)) seen.add(field);
    else if (name === '$ref' && typeof value === 'string') {
      const schema = value.replace('#/components/schemas/', '');
      if (schema !== 'Problem') fieldsOf(components.schemas[schema], seen);
    } else if (name !== 'items') fieldsOf(value, seen);
  }
  return seen;
}

describe('O4 the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(JSON.parse(JSON.stringify(document)));
    expect(result).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has examples of every body and every answer, and each fits its schema', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'document', components: document.components });
    const examples = [...examplesIn(document)];
    for (const { at, schema, example } of examples) {
      const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'));
      const validate = ajv.compile(absolute);
      expect(validate(example) ? '' : `${at}: ${ajv.errorsText(validate.errors)}`).toBe('');
    }
    const bodies = ALL.filter((one) => 'body' in one && one.body).map(({ id }) => id);
    expect(Object.keys(BODY_EXAMPLES).sort()).toEqual(bodies.sort());
    expect(examples.length).toBeGreaterThan(ALL.length);
  });

  it('takes each example body as the API itself does', () => {
    for (const { id, body } of OPERATIONS) if (body) expect(body.safeParse(BODY_EXAMPLES[id]).error).toBeUndefined();
  });

  it('refuses members of a body that it does not name, and none of an answer', () => {
    const { schemas } = Components.parse(document.components);
    const used = (part: unknown, seen = new Set<string>()): Set<string> => {
      for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
        if (!seen.has(name)) used(schemas[name], seen.add(name));
      }
      return seen;
    };
    const items = Object.values(Paths.parse(document.paths)).flatMap((item) => Object.values(item));
    const answers = used([items.map(({ responses }) => responses), document.components]);
    const bodies = used(items.map(({ requestBody }) => requestBody ?? null));
    const closed = (name: string) => JSON.stringify(schemas[name]).includes('"additionalProperties":false');
    const ofForms = ['IntrospectionForm', 'TokenForm']; // RFC 6749 section 3.2: what is not known is left alone
    expect([...bodies].filter((name) => schemas[name]?.properties && !closed(name) && !ofForms.includes(name))).toEqual(
      [],
    );
    const onlyAnswers = [...answers].filter((name) => !bodies.has(name));
    expect(onlyAnswers.filter(closed)).toEqual([]);
    expect(onlyAnswers).toContain('Grant');
    expect(bodies).toContain('NewGrant');
  });

  it('says of each write what its dry run shows', () => {
    const { schemas } = Components.parse(document.components);
    const { id: _id, etag: _etag, ...shown } = Object(ANSWER_EXAMPLES.Grant);
    expect(Object.keys(schemas.GrantDryRun?.properties ?? {}).sort()).toEqual(
      // The example is of a grant that nothing stops.
      ['dryRun', 'frozen', ...Object.keys(shown)].sort(),
    );
    expect(schemas.NewApiKeyAnswerDryRun?.properties).not.toHaveProperty('key');
  });

  it('names each operation once', () => {
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
    expect(new Set(ALL.map(({ method, path }) => `${method} ${path}`)).size).toBe(ALL.length);
  });

  it('agrees with api.md on every path and method, but for what is not yet built', () => {
    const inDocument = ALL.map(({ method, path }) => `${method} ${path}`).sort();
    expect(inDocument).toEqual([...BUILT].sort());
    expect(NOT_YET_BUILT.filter((one) => inDocument.includes(one))).toEqual([]);
  });

  it.each(Object.entries(BODY_FIELDS))('agrees with api.md on what is sent to %s', (id, fields) => {
    const sent = fieldsOf(schemaUnder(id, 'requestBody'));
    expect(fields.filter((field) => !sent.has(field))).toEqual([]);
    expect((BODY_FIELDS_NOT_YET[id] ?? []).filter((field) => sent.has(field))).toEqual([]);
  });

  it.each(Object.entries(ANSWER_FIELDS))('agrees with api.md on what %s answers', (id, fields) => {
    const answered = fieldsOf(schemaUnder(id, 'responses'));
    expect(fields.filter((field) => !answered.has(field))).toEqual([]);
  });

  it.each(['docs/openapi.json', 'docs/problems.md', 'docs/rights.md', 'client/schema.ts'])(
    '%s is what `npm run docs` makes',
    async (path) => {
      const kept = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
      expect(kept === (await generatedDocs())[path]).toBe(true); // no diff of half a megabyte
    },
  );
});

describe('the contract that scenarios are held against', () => {
  const answered = {
    method: 'GET',
    path: '/healthz',
    status: 200,
    contentType: 'application/json',
    headers: new Headers(),
    body: '{"status":"ok"}',
  };
  const problem = {
    method: 'GET',
    path: '/v1/grants/grt_1',
    status: 404,
    contentType: 'application/problem+json',
    headers: new Headers(),
    body: '{"type":"https://sallyport.dev/problems/not-found","title":"t","status":404,"detail":"d","instance":"i"}',
  };
  const unauthenticated = problem.body.replace('not-found', 'unauthenticated').replace(':404', ':401');
  const grant = JSON.stringify(ANSWER_EXAMPLES.Grant);
  it('takes what is documented', () => {
    const item = { ...problem, status: 200, contentType: 'application/json', body: grant };
    expect(breachOf({ ...item, headers: new Headers({ etag: '"1"' }) })).toBeUndefined();
    const bearer = new Headers({ 'www-authenticate': 'Bearer' });
    expect(breachOf({ ...problem, status: 401, body: unauthenticated, headers: bearer })).toBeUndefined();
    expect(breachOf(answered)).toBeUndefined();
    expect(breachOf(problem)).toBeUndefined();
    expect(breachOf({ ...answered, path: '/nothing', status: 404 })).toBeUndefined();
  });
  it.each([
    ['another status', { ...answered, status: 418 }],
    ['another media type', { ...answered, contentType: 'text/html' }],
    ['a missing field', { ...answered, body: '{}' }],
    ['a wrong value', { ...answered, body: '{"status":"bad"}' }],
    ['a problem of another type', { ...problem, body: problem.body.replace('not-found', 'name-taken') }],
    ['a problem of another status', { ...problem, body: problem.body.replace(':404', ':409') }],
    ['a 401 that does not say how to call', { ...problem, status: 401, body: unauthenticated }],
    ['an item without its entity tag', { ...problem, status: 200, contentType: 'application/json', body: grant }],
    ['a path that is not there', { ...answered, path: '/nothing' }],
  ])('sees %s', (_what, given) => {
    expect(breachOf(given)).toBeTypeOf('string');
  });
});

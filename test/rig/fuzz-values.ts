/** Values for the fuzz test: what a schema of the document takes, and the same with something wrong in it. */
import fc from 'fast-check';
import * as z from 'zod';

const Schema = z.looseObject({
  $ref: z.string().optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  examples: z.array(z.json()).optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  required: z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), Schema).optional();
  },
  get items() {
    return Schema.optional();
  },
  get anyOf() {
    return z.array(Schema).optional();
  },
  get oneOf() {
    return z.array(Schema).optional();
  },
});
export type Schema = z.infer<typeof Schema>;
export const parseSchema = (schema: unknown): Schema => Schema.parse(schema);

export type Json = z.core.util.JSONType;
const WORD = /^[A-Za-z][A-Za-z0-9-]{0,30}$/;
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2030-01-01T00:00:00.000Z', '2020-02-29T23:59:59.999+14:00'],
  duration: ['PT1S', 'PT6H', 'P1W'],
  uri: ['https://acme.com/REQ1', 'http://acme.com'],
};

/** Mostly what the schema takes: rules that only the API knows may refuse it. @param resolve finds what a `$ref` names */
export function fitting(schema: Schema, resolve: (reference: string) => Schema): fc.Arbitrary<Json> {
  const inner = (one: Schema): fc.Arbitrary<Json> => fitting(one, resolve);
  if (schema.$ref !== undefined) return inner(resolve(schema.$ref));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map(inner));
  const [type, ...others] = [schema.type ?? 'string'].flat();
  if (others.length > 0) return fc.oneof(...[type, ...others].map((one) => inner({ ...schema, type: one })));
  switch (type) {
    case 'object':
      return ofObject(schema, inner);
    case 'array': {
      const minLength = schema.minItems ?? 0;
      return fc.array(inner(schema.items ?? parseSchema({})), { minLength, maxLength: minLength + 2 });
    }
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 100 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return ofText(schema);
  }
}

function ofObject(
  { properties = {}, required }: Schema,
  inner: (one: Schema) => fc.Arbitrary<Json>,
): fc.Arbitrary<Json> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)]));
  return fc.record<Record<string, Json>>(members, { requiredKeys: required });
}

function ofText({ examples, format, pattern }: Schema): fc.Arbitrary<Json> {
  const known = [...(examples ?? []), ...(FORMATS[format ?? ''] ?? [])];
  if (known.length > 0) return fc.constantFrom(...known);
  const words = fc.stringMatching(WORD);
  return pattern?.startsWith('^\\d') ? fc.constantFrom('7.0.12', '8.0.4', '7.0.24-13') : words;
}

const deep = (levels: number): Json => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
const ODD: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e308,
  0.1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202ealice',
  'Ünïcödé 🦆',
  "'; DROP TABLE grants; --",
  '../../etc/passwd',
  'x'.repeat(70_000),
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.001Z',
  'P99999999999999999999W',
  [],
  {},
  [[[]]],
  deep(500),
  { __proto__: null, constructor: { prototype: { admin: true } } },
];

/** The same with one member replaced, left out, or added: somewhere in it, by something odd. */
export const broken = (value: Json): fc.Arbitrary<Json> =>
  fc
    .record({ where: fc.nat(1000), odd: fc.constantFrom(...ODD), how: fc.constantFrom('replace', 'remove', 'add') })
    .map(({ where, odd, how }) => {
      const copy: Json = JSON.parse(JSON.stringify(value));
      const places = placesIn(copy);
      const place = places[where % Math.max(places.length, 1)];
      if (!place) return odd;
      if (how === 'replace') place.set(odd);
      else if (how === 'remove') place.remove();
      else place.add(odd);
      return copy;
    });

interface PlaceIn {
  set(value: Json): void;
  remove(): void;
  /** Beside it. */
  add(value: Json): void;
}

function placesIn(value: Json): PlaceIn[] {
  if (Array.isArray(value)) {
    const places = value.map((_held, index) => ({
      set(odd: Json) {
        value[index] = odd;
      },
      remove() {
        value.splice(index, 1);
      },
      add(odd: Json) {
        value.push(odd);
      },
    }));
    return [...places, ...value.flatMap(placesIn)];
  }
  if (typeof value !== 'object' || value === null) return [];
  const places = Object.keys(value).map((name) => ({
    set(odd: Json) {
      value[name] = odd;
    },
    remove() {
      delete value[name];
    },
    add(odd: Json) {
      value[`${name}~/`] = odd;
    },
  }));
  return [...places, ...Object.values(value).flatMap(placesIn)];
}

/** What is no JSON object, or only just. */
export const RAW_BODIES: readonly string[] = [
  '',
  '{',
  '[]',
  'null',
  '"text"',
  '{"name": "a", "name": "b"}',
  '{"__proto__": {"role": "OWNER"}, "name": "a"}',
  '\ufeff{}',
  '{"name": NaN}',
  '['.repeat(20_000),
  `{"name": "${'x'.repeat(1024 * 1024)}"}`,
];

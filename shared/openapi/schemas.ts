/** From zod to JSON Schema 2020-12, as OpenAPI 3.1 takes it: named schemas become components. Pure. */
import * as z from 'zod';
import { ANSWER_EXAMPLES } from './answer-examples.ts';

export type Json = { readonly [name: string]: unknown };
export interface Components {
  /** By name; filled as schemas are added. */
  readonly schemas: Map<string, Json>;
  readonly responses: Map<string, Json>;
  /** How a schema is called as a part of a body, where that differs from its name. */
  readonly inputNames: ReadonlyMap<string, string>;
}
export const NO_COMPONENTS: Components = { schemas: new Map(), responses: new Map(), inputNames: new Map() };

export const COMPONENT = '#/components/schemas/';

type Made = z.core.JSONSchema.BaseSchema;

const withoutNoise = ({ jsonSchema }: { jsonSchema: Made }): void => {
  // Zod's own pattern of instants fills half a page; the format says the same.
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  // Of a query parameter: a text on the wire, which the schema turns into a number.
  if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
};
/** Answers may get new fields (api.md): whoever validates them must not refuse what it does not know. */
const open = (context: { jsonSchema: Made }): void => {
  withoutNoise(context);
  delete context.jsonSchema.readOnly; // of our own types: to a reader of an answer it says nothing
  if (context.jsonSchema.additionalProperties === false) delete context.jsonSchema.additionalProperties;
};

const parsed = (text: string): Json => z.record(z.string(), z.unknown()).parse(JSON.parse(text));

const DEFINITION = '#/$defs/';

function add(components: Components, made: Made, nameOf: (name: string) => string): Json {
  const { $schema: _, $defs, ...schema } = made;
  const renamed = (part: unknown): Json =>
    parsed(
      JSON.stringify(part).replaceAll(/"#\/\$defs\/(\w+)"/g, (_all, name: string) => `"${COMPONENT}${nameOf(name)}"`),
    );
  for (const [name, definition] of Object.entries($defs ?? {})) {
    components.schemas.set(nameOf(name), renamed(definition));
  }
  return renamed(schema);
}

const inputOf = (schema: z.ZodType): Made =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: withoutNoise });
const outputOf = (schema: z.ZodType): Made => z.toJSONSchema(schema, { io: 'output', override: open });

/** What a caller sends. */
export const inputSchema = (components: Components, schema: z.ZodType): Json =>
  add(components, inputOf(schema), (name) => components.inputNames.get(name) ?? name);

/** What we answer. */
export const outputSchema = (components: Components, schema: z.ZodType): Json =>
  add(components, outputOf(schema), (name) => name);

/**
 * What is part of a body and of an answer has two shapes, since a body refuses what it does not know and has defaults:
 * as part of a body it is called `…Input` then, and so is what holds it.
 */
export function inputNames(inputs: readonly z.ZodType[], outputs: readonly z.ZodType[]): Map<string, string> {
  const sent = definitionsIn(inputs.map(inputOf));
  const answered = definitionsIn(outputs.map(outputOf));
  const other = new Set<string>();
  const differs = (name: string, text: string): boolean =>
    answered.has(name) &&
    (answered.get(name) !== text || [...other].some((one) => text.includes(`"${DEFINITION}${one}"`)));
  for (let before = -1; before < other.size; ) {
    before = other.size;
    for (const [name, text] of sent) if (differs(name, text)) other.add(name);
  }
  return new Map([...other].map((name) => [name, `${name}Input`]));
}

const definitionsIn = (all: readonly Made[]): Map<string, string> =>
  new Map(
    all.flatMap(({ $defs = {} }) =>
      Object.entries($defs).map(([name, definition]): [string, string] => [name, JSON.stringify(definition)]),
    ),
  );

/** The example of a named answer; of all else one that fits, from the examples, values and types of the schema. */
export function exampleOf(components: Components, schema: Json): unknown {
  const { $ref, const: constant, default: byDefault, type, format } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.slice(COMPONENT.length);
    return ANSWER_EXAMPLES[name] ?? exampleOf(components, components.schemas.get(name) ?? {});
  }
  const [first] = [schema.examples, schema.enum].filter(Array.isArray).map((some): unknown => some[0]);
  if (first !== undefined) return first;
  if (constant !== undefined) return constant;
  if (byDefault !== undefined) return byDefault;
  const [alternative] = [schema.anyOf, schema.oneOf, schema.allOf].filter(Array.isArray).flat();
  if (alternative !== undefined) return exampleOf(components, Schema.parse(alternative));
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(Properties.parse(schema.properties ?? {})).map(([name, one]) => [
          name,
          exampleOf(components, one),
        ]),
      );
    case 'array':
      return [exampleOf(components, Schema.parse(schema.items ?? {}))];
    case 'string':
      return format === 'uri' ? 'https://acme.com' : 'text';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return true;
    default:
      return null;
  }
}
const Schema = z.record(z.string(), z.unknown());
const Properties = z.record(z.string(), Schema);

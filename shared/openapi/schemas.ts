/** From zod to JSON Schema 2020-12, as OpenAPI 3.1 takes it: named schemas become components. Pure. */
import * as z from 'zod';

export type Json = { readonly [name: string]: unknown };
export interface Components {
  /** By name; filled as schemas are added. */
  readonly schemas: Map<string, Json>;
  readonly responses: Map<string, Json>;
}

type Made = z.core.JSONSchema.BaseSchema;

/** Zod's own patterns of instants fill half a page; the format says the same. */
const withoutNoise = ({ jsonSchema }: { jsonSchema: Made }): void => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
};
/** Answers may get new fields (api.md): whoever validates them must not refuse what it does not know. */
const open = (context: { jsonSchema: Made }): void => {
  withoutNoise(context);
  if (context.jsonSchema.additionalProperties === false) delete context.jsonSchema.additionalProperties;
};

const parsed = (text: string): Json => z.record(z.string(), z.unknown()).parse(JSON.parse(text));

function add(components: Components, made: Made): Json {
  const { $schema: _, $defs, ...schema } = made;
  const renamed = (part: unknown): Json =>
    parsed(JSON.stringify(part).replaceAll('"#/$defs/', '"#/components/schemas/'));
  for (const [name, definition] of Object.entries($defs ?? {})) components.schemas.set(name, renamed(definition));
  return renamed(schema);
}

/** What a caller sends. */
export const inputSchema = (components: Components, schema: z.ZodType): Json =>
  add(components, z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: withoutNoise }));

/** What we answer. */
export const outputSchema = (components: Components, schema: z.ZodType): Json =>
  add(components, z.toJSONSchema(schema, { io: 'output', override: open }));

/** An example that fits, made from the examples, values and types of the schema itself. */
export function exampleOf(components: Components, schema: Json): unknown {
  const { $ref, const: constant, default: byDefault, type, format } = schema;
  if (typeof $ref === 'string')
    return exampleOf(components, components.schemas.get($ref.replace('#/components/schemas/', '')) ?? {});
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

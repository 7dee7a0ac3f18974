/** Holds every answer of every scenario against the OpenAPI document: its status, its media type, each field. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as z from 'zod';

const Schema = z.record(z.string(), z.unknown());
const Response = z.object({
  headers: z.record(z.string(), z.object({ required: z.boolean() })).default({}),
  $ref: z.string().optional(),
  content: z.record(z.string(), z.object({ schema: Schema })).optional(),
});
const Operation = z.object({ operationId: z.string(), responses: z.record(z.string(), Response) });
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema), responses: z.record(z.string(), Response) }),
});

const text = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
export const document = Document.parse(JSON.parse(text));

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'document', components: document.components });

const compiled = new Map<string, ValidateFunction>();
function validatorOf(key: string, schema: z.infer<typeof Schema>): ValidateFunction {
  const known = compiled.get(key);
  if (known) return known;
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'));
  const validate = ajv.compile(absolute);
  compiled.set(key, validate);
  return validate;
}

const templates = Object.entries(document.paths).map(([path, methods]) => {
  const pattern = path.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.');
  return { path, methods, matches: new RegExp(`^${pattern}$`) };
});

const isDryRun = (body: string): boolean => body.includes('"dryRun":true');

interface Answered {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly headers: Headers;
  readonly body: string;
}

/** What in the answer the document does not say, or undefined. Paths that it does not know must be 404. */
export function breachOf({ method, path, status, contentType, headers, body }: Answered): string | undefined {
  const template = templates.find(({ matches }) => matches.test(path));
  const operation = template?.methods[method.toLowerCase()];
  if (!template || !operation) return status === 404 ? undefined : `${method} ${path} is not in the document`;
  const named = operation.responses[status];
  if (!named) return `${operation.operationId} answered ${status}, which is not documented: ${body}`;
  const response = named.$ref
    ? document.components.responses[named.$ref.replace('#/components/responses/', '')]
    : named;
  const missing = Object.entries(response?.headers ?? {})
    .filter(([name, { required }]) => !headers.has(name) && (required || (name === 'ETag' && !isDryRun(body))))
    .map(([name]) => name);
  if (missing.length > 0) return `${operation.operationId} answered ${status} without the header ${missing.join(', ')}`;
  const mediaType = contentType?.split(';', 1)[0]?.trim() ?? '';
  if (!response?.content) return body === '' ? undefined : `${operation.operationId} answered ${status} with a body`;
  const content = response.content[mediaType];
  if (!content) return `${operation.operationId} answered ${status} as ${mediaType}`;
  if (!mediaType.endsWith('json')) return undefined;
  const validate = validatorOf(`${operation.operationId} ${status} ${mediaType}`, content.schema);
  if (validate(JSON.parse(body))) return undefined;
  return `${operation.operationId} answered ${status}: ${ajv.errorsText(validate.errors)} in ${body}`;
}

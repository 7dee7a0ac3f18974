/** What operations answer: of success, of a dry run, and each refusal by its status. Pure. */
import type { Operation } from '../api/operation.ts';
import { CATALOGUE, type ProblemType, typeUriOf } from '../platform/problems.ts';
import { addDryRun, exampleOfDryRun, hasEtag } from './dry-run.ts';
import { COMPONENT, type Components, exampleOf, type Json, outputSchema } from './schemas.ts';

const PROBLEM_MEDIA_TYPE = 'application/problem+json';
export const DESCRIPTIONS = {
  200: 'Done',
  201: 'Created',
  202: 'Taken on: it goes on in the background',
  204: 'Done: nothing to show',
  304: 'As the reader has it',
} as const;

export const headersOf = (status: number): Json => {
  const required = true;
  if (status === 401) return { headers: { 'WWW-Authenticate': { required, schema: { type: 'string' } } } };
  if (status === 429 || status === 503) {
    return {
      headers: { 'Retry-After': { required, description: 'Seconds.', schema: { type: 'integer', minimum: 1 } } },
    };
  }
  return {};
};

/** One response for each status, with the types that it may have; what many operations share is a component. */
export function problemResponses(components: Components, types: readonly ProblemType[]): Json {
  const byStatus = Map.groupBy(types, (type) => CATALOGUE[type].status);
  const entries = [...byStatus].map(([status, some]) => {
    const name = `${status}.${some.join('.')}`;
    const schema = {
      allOf: [
        { $ref: `${COMPONENT}Problem` },
        { properties: { type: { enum: some.map(typeUriOf) }, status: { const: status } } },
      ],
    };
    const titles = some.map((type) => `${CATALOGUE[type].title} (\`${type}\`)`);
    const content = { [PROBLEM_MEDIA_TYPE]: { schema } };
    components.responses.set(name, { description: titles.join(' · '), ...headersOf(status), content });
    return [status, { $ref: `#/components/responses/${name}` }];
  });
  return Object.fromEntries(entries);
}

export const json = (schema: Json, example: unknown): Json => ({
  content: { 'application/json': { schema, example } },
});
export const etag = (isRead: boolean): Json => ({
  ETag: {
    required: isRead, // a dry run shows what has none yet
    description: 'Give it to `If-Match`.',
    schema: { type: 'string', examples: ['"1"'] },
  },
});
const LINK = {
  Link: {
    required: false,
    description: 'Of an export: its next page (RFC 8288, `rel="next"`); absent on the last one.',
    schema: { type: 'string' },
  },
};

export function successResponses(components: Components, operation: Operation): Json {
  const { status, answer, dryAnswer, method } = operation;
  if (!answer) throw new Error(`${operation.id} does not say what it answers`);
  const shown = outputSchema(components, answer);
  const example = exampleOf(components, shown);
  if (method === 'GET') return { [status]: success(components, operation, shown, json(shown, example)) };
  const dryRun = dryAnswer ? outputSchema(components, dryAnswer) : addDryRun(components, shown);
  if (status === 204) {
    return {
      204: { description: DESCRIPTIONS[204] },
      200: { description: 'A dry run: what it would come to', ...json(dryRun, exampleOfDryRun(example)) },
    };
  }
  return { [status]: success(components, operation, shown, json({ anyOf: [shown, dryRun] }, example)) };
}

function success(components: Components, operation: Operation, shown: Json, { content }: Json): Json {
  const texts = (operation.otherMediaTypes ?? []).map((type) => [type, { schema: { type: 'string' } }]);
  const headers = {
    ...(hasEtag(components, shown) && etag(operation.method === 'GET')),
    ...(texts.length > 0 && LINK),
  };
  return {
    description: DESCRIPTIONS[operation.status],
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { ...Object(content), ...Object.fromEntries(texts) },
  };
}

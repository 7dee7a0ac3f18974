/** The OpenAPI 3.1 document, made from the operations that the API is made of. Pure. */
import type { FormOperation } from '../api/form-operation.ts';
import { type Operation, type PublicOperation, TAGS } from '../api/operation.ts';
import { ProblemView } from '../api/problem-view.ts';
import { problemsOf, problemsOfPublic, problemsOfSigned } from '../api/problems-of.ts';
import type { SignedOperation } from '../api/signed-operation.ts';
import { ABOUT } from './about.ts';
import { BODY_EXAMPLES } from './examples.ts';
import { INTRODUCTION } from './introduction.ts';
import { FORM_OPERATIONS, OPERATIONS, PUBLIC_OPERATIONS, SIGNED_OPERATIONS } from './operations.ts';
import {
  DRY_RUN_PARAMETER,
  IF_NONE_MATCH,
  parametersOf,
  parametersOfPath,
  queryParameters,
  SHARED_PARAMETERS,
} from './parameters.ts';
import { DESCRIPTIONS, etag, headersOf, json, problemResponses, successResponses } from './responses.ts';
import { rightOf } from './rights.ts';
import { type Components, exampleOf, inputNames, inputSchema, type Json, outputSchema } from './schemas.ts';

const bodyOf = (components: Components, operation: Operation): Json => {
  if (!operation.body) return {};
  const schema = inputSchema(components, operation.body);
  const example = BODY_EXAMPLES[operation.id] ?? exampleOf(components, schema);
  return { requestBody: { required: !operation.body.safeParse(undefined).success, ...json(schema, example) } };
};

const pathItem = (components: Components, operation: Operation): Json => ({
  operationId: operation.id,
  tags: [operation.tag],
  summary: operation.summary,
  description: [operation.description, rightOf(operation.action).sentence].filter(Boolean).join('\n\n'),
  'x-sallyport-action': operation.action,
  'x-sallyport-roles': rightOf(operation.action).roles,
  parameters: parametersOf(operation),
  ...bodyOf(components, operation),
  responses: { ...successResponses(components, operation), ...problemResponses(components, problemsOf(operation)) },
});

function publicItem(components: Components, operation: PublicOperation): Json {
  const schema = operation.answer && outputSchema(components, operation.answer);
  const headers = operation.isStatic ? etag(true) : undefined;
  const content = schema
    ? json(schema, exampleOf(components, schema))
    : { content: { 'text/html': { schema: { type: 'string' } } } };
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description !== undefined && { description: operation.description }),
    security: [],
    parameters: [...queryParameters(operation.query), ...(operation.isStatic ? [IF_NONE_MATCH] : [])],
    responses: {
      200: { description: DESCRIPTIONS[200], ...(headers && { headers }), ...content },
      ...(headers
        ? { 304: { description: DESCRIPTIONS[304], headers } }
        : problemResponses(components, problemsOfPublic(operation))),
    },
  };
}

function formItem(components: Components, operation: FormOperation): Json {
  const schema = inputSchema(components, operation.body);
  const answers = operation.answers.map((answer) => {
    const shown = outputSchema(components, answer.schema);
    const response = {
      description: answer.description,
      ...headersOf(answer.status),
      ...json(shown, exampleOf(components, shown)),
    };
    return [answer.status, response];
  });
  const { action } = operation;
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: [operation.description, action && rightOf(action).sentence].filter(Boolean).join('\n\n'),
    ...(action
      ? { 'x-sallyport-action': action, 'x-sallyport-roles': rightOf(action).roles }
      : { security: [{}, { client: [] }] }),
    parameters: parametersOfPath(operation.path),
    requestBody: {
      required: true,
      content: { 'application/x-www-form-urlencoded': { schema, example: BODY_EXAMPLES[operation.id] } },
    },
    responses: { ...Object.fromEntries(answers), ...problemResponses(components, operation.problems) },
  };
}

function signedItem(components: Components, operation: SignedOperation): Json {
  const schema = inputSchema(components, operation.body);
  const [answer, trial] = [outputSchema(components, operation.answer), outputSchema(components, operation.trial)];
  const content = json({ anyOf: [answer, trial] }, exampleOf(components, answer));
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: [operation.description, `With \`dryRun=true\`: ${rightOf(operation.action).sentence}`].join('\n\n'),
    'x-sallyport-action': operation.action,
    'x-sallyport-roles': rightOf(operation.action).roles,
    security: [{}, { bearer: [] }, { clientCredentials: [] }],
    parameters: [...parametersOfPath(operation.path), DRY_RUN_PARAMETER],
    requestBody: { required: true, ...json(schema, BODY_EXAMPLES[operation.id]) },
    responses: {
      [operation.status]: { description: 'Taken on or declined; of a dry run: what it would do', ...content },
      ...problemResponses(components, problemsOfSigned(operation)),
    },
  };
}

const SECURITY_SCHEMES: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key, an access token of `/oauth2/token`, or a person’s access token of a connected identity provider.',
  },
  clientCredentials: {
    type: 'oauth2',
    flows: { clientCredentials: { tokenUrl: '/oauth2/token', scopes: {} } },
  },
  client: { type: 'http', scheme: 'basic', description: 'Client ID and client secret, for `/oauth2/token` only.' },
};

const sorted = (some: ReadonlyMap<string, Json>): Json =>
  Object.fromEntries([...some].sort(([one], [other]) => (one < other ? -1 : 1)));

/** Empty but for what every operation refers to. */
function componentsOf(
  operations: readonly (Operation | FormOperation | PublicOperation | SignedOperation)[],
): Components {
  const inputs = operations.flatMap((one) => ('body' in one && one.body ? [one.body] : []));
  const outputs = operations.flatMap((one) => {
    if ('answers' in one) return one.answers.map(({ schema }) => schema);
    if ('trial' in one) return [one.answer, one.trial];
    return [one.answer, 'dryAnswer' in one ? one.dryAnswer : undefined].filter((schema) => schema !== undefined);
  });
  const names = inputNames(inputs, outputs);
  const components = { schemas: new Map(), responses: new Map(), inputNames: names };
  outputSchema(components, ProblemView);
  return components;
}

/** @param version of this release */
export function openApiDocument(version: string): Json {
  const components = componentsOf([...OPERATIONS, ...FORM_OPERATIONS, ...SIGNED_OPERATIONS, ...PUBLIC_OPERATIONS]);
  const items: [path: string, method: string, item: Json][] = [
    ...OPERATIONS.map((one) => [one.path, one.method, pathItem(components, one)] satisfies [string, string, Json]),
    ...FORM_OPERATIONS.map((one) => [one.path, one.method, formItem(components, one)] satisfies [string, string, Json]),
    ...SIGNED_OPERATIONS.map(
      (one) => [one.path, one.method, signedItem(components, one)] satisfies [string, string, Json],
    ),
    ...PUBLIC_OPERATIONS.map(
      (one) => [one.path, one.method, publicItem(components, one)] satisfies [string, string, Json],
    ),
  ];
  const paths = Map.groupBy(items, ([path]) => path);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sallyport',
      version,
      summary: 'Workforce identity federation for databases',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { clientCredentials: [] }],
    tags: TAGS.map((name) => ({ name, description: ABOUT[name] })),
    paths: Object.fromEntries(
      [...paths].map(([path, some]) => [
        path,
        Object.fromEntries(some.map(([, method, item]) => [method.toLowerCase(), item])),
      ]),
    ),
    components: {
      schemas: sorted(components.schemas),
      responses: sorted(components.responses),
      parameters: SHARED_PARAMETERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

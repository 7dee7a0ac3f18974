/** The HTTP API of the template: which function answers which request. */
import * as z from 'zod';
import type { FunctionRunner } from './function-runner.ts';
import type { FunctionByArn } from './functions.ts';
import type { Resolve } from './identities.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const Api = z.strictObject({ Name: z.string(), ProtocolType: z.literal('HTTP') });
const Integration = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
});
const Route = z.strictObject({
  ApiId: z.string(),
  AuthorizationType: z.literal('NONE'),
  RouteKey: z.string(),
  Target: z.string().regex(/^integrations\//),
});
const Stage = z.strictObject({
  ApiId: z.string(),
  AutoDeploy: z.literal(true),
  StageName: z.literal('$default'),
  // One machine has no throttling and no access log:
  AccessLogSettings: z.json().optional(),
  DefaultRouteSettings: z.json().optional(),
});

export interface RouteMatch {
  readonly routeKey: string;
  readonly runner: FunctionRunner;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

export interface Routes {
  /** The function for a request, or undefined when no route takes it. */
  find(method: string, path: string): RouteMatch | undefined;
  /** Every function that answers requests. */
  readonly runners: ReadonlySet<FunctionRunner>;
}

interface TemplatedRoute {
  readonly routeKey: string;
  readonly runner: FunctionRunner;
  readonly method: string;
  readonly segments: readonly string[];
}

export function routesOf(template: Template, resolve: Resolve, functions: FunctionByArn): Routes {
  for (const [name, { Properties }] of ofType(template, 'AWS::ApiGatewayV2::Api'))
    propertiesOf(Api, name, resolve(Properties));
  for (const [name, { Properties }] of ofType(template, 'AWS::ApiGatewayV2::Stage'))
    propertiesOf(Stage, name, resolve(Properties));
  const integrations = new Map(
    ofType(template, 'AWS::ApiGatewayV2::Integration').map(([name, { Properties }]) => [
      `integrations/${name}`,
      functions(propertiesOf(Integration, name, resolve(Properties)).IntegrationUri),
    ]),
  );
  const templated: TemplatedRoute[] = [];
  let fallback: RouteMatch | undefined;
  for (const [name, { Properties }] of ofType(template, 'AWS::ApiGatewayV2::Route')) {
    const { RouteKey: routeKey, Target } = propertiesOf(Route, name, resolve(Properties));
    const runner = integrations.get(Target);
    if (!runner) throw new Error(`${name} leads to ${Target}, which is no integration of the template`);
    if (routeKey === '$default') {
      fallback = { routeKey, runner, pathParameters: undefined };
      continue;
    }
    const [method = '', path = ''] = routeKey.split(' ');
    templated.push({ routeKey, runner, method, segments: path.split('/') });
  }
  return {
    runners: new Set(integrations.values()),
    find(method, path) {
      const segments = path.split('/');
      for (const route of templated) {
        if (route.method !== method && route.method !== 'ANY') continue;
        const pathParameters = parametersIn(route.segments, segments);
        if (pathParameters) return { routeKey: route.routeKey, runner: route.runner, pathParameters };
      }
      return fallback;
    },
  };
}

/** The parameters, when the path fits the route. */
function parametersIn(route: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (route.length !== path.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, segment] of route.entries()) {
    const given = path[at] ?? '';
    if (segment.startsWith('{')) {
      if (given === '') return undefined;
      parameters[segment.slice(1, -1)] = decoded(given);
    } else if (segment !== given) return undefined;
  }
  return parameters;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The HTTP API: verdicts and docs have functions of their own, all other paths share one. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as Api,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** The account's own limit for a region is 10,000 a second: half of it is left to whatever else runs there. */
const REQUESTS_PER_SECOND_MAX = 5_000;
const BURST_MAX = 2_500;

/**
 * The route, never the path or the query: people paste keys into paths, and `/v1/sign-in?principal=…` holds an e-mail
 * address. The function’s own log has the path, without what is no identifier, under the same request ID.
 */
const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
});

export interface HttpApiProps {
  readonly verdicts: IFunction;
  readonly docs: IFunction;
  readonly everythingElse: IFunction;
}

export class HttpApi extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { verdicts, docs, everythingElse }: HttpApiProps) {
    super(scope, id);
    const integration = (name: string, handler: IFunction) =>
      new HttpLambdaIntegration(name, handler, { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 });
    const api = new Api(this, 'Api', {
      createDefaultStage: false,
      defaultIntegration: integration('Everything', everythingElse),
    });
    api.addRoutes({
      path: '/v1/clusters/{clusterId}/introspect',
      methods: [HttpMethod.POST],
      integration: integration('Verdicts', verdicts),
    });
    for (const path of ['/openapi.json', '/docs', '/docs/{file}']) {
      api.addRoutes({ path, methods: [HttpMethod.GET], integration: integration('Docs', docs) });
    }
    const log = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND_MAX, burstLimit: BURST_MAX },
      accessLogSettings: { destination: new LogGroupLogDestination(log), format: AccessLogFormat.custom(ACCESS_LOG) },
    });
    this.url = stage.url;
  }
}

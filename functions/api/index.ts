/** Everything of the HTTP API but introspection. Entry only: parse, call, answer. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { dispatch } from '../../shared/api/dispatch.ts';
import { healthRoutes } from '../../shared/api/health.ts';
import { answerProblems, logCalls } from '../../shared/api/middleware.ts';
import { pagerOf } from '../../shared/api/paging.ts';
import { auditRoutes } from '../../shared/audit/routes.ts';
import { auditService } from '../../shared/audit/service.ts';
import { authenticateWith } from '../../shared/callers/authenticate.ts';
import { callerRoutes } from '../../shared/callers/routes.ts';
import { callerService } from '../../shared/callers/service.ts';
import { clusterRoutes } from '../../shared/clusters/routes.ts';
import { clusterService } from '../../shared/clusters/service.ts';
import { connectionRoutes } from '../../shared/connections/routes.ts';
import { connectionService } from '../../shared/connections/service.ts';
import { grantRoutes } from '../../shared/grants/routes.ts';
import { grantService } from '../../shared/grants/service.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { sealerOf } from '../../shared/platform/seal.ts';
import { secretReader } from '../../shared/platform/secrets.ts';
import { OUTSIDE, SECRET, settings, WRITER } from '../../shared/platform/settings.ts';
import { tenantRoutes } from '../../shared/tenants/routes.ts';
import { tenantService } from '../../shared/tenants/service.ts';

const env = settings({ ...WRITER, ...OUTSIDE, BOOTSTRAP_SECRET: SECRET, SEALING_SECRET: SECRET });
const writer = bootWriter(env, 'api');
const sealer = sealerOf(await secretReader(env.SEALING_SECRET, writer.clock)());
const bootstrapKey = secretReader(env.BOOTSTRAP_SECRET, writer.clock);
const parts = { ...writer, sealer, pager: pagerOf(sealer) };

const tenants = tenantService(parts);
const routes = [
  ...healthRoutes(),
  ...tenantRoutes(tenants),
  ...clusterRoutes(clusterService(parts), tenants),
  ...callerRoutes(callerService(parts), tenants),
  ...connectionRoutes(connectionService(parts), tenants),
  ...grantRoutes(grantService(parts), tenants),
  ...auditRoutes(auditService(parts), tenants),
];

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(logCalls(writer.log))
  .use(answerProblems(writer.log))
  .handler(dispatch(routes, { ...parts, authenticate: authenticateWith({ ...parts, bootstrapKey }) }));

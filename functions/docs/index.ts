/** /openapi.json and /docs: apart, so that no other function carries them, and with no right but to write its log. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerProblems } from '../../shared/api/middleware.ts';
import { pagesIn } from '../../shared/openapi/serve.ts';
import { logOf } from '../../shared/platform/boot.ts';

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerProblems(logOf('docs')))
  .handler(pagesIn(new URL('pages/', import.meta.url)));

/** The token endpoint: answers in the words of RFC 6749 section 5, and is never cached. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { bodyText, correlationOf, headerOf } from '../api/request.ts';
import type { RawRoute } from '../api/route.ts';
import type { Log } from '../platform/log.ts';
import { Problem } from '../platform/problems.ts';
import { readTokenRequest } from './form.ts';
import { OAuthError, oauthErrorOf } from './oauth-error.ts';
import type { AccessTokenService } from './service.ts';

/** RFC 6749 section 5.1. */
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };

export const accessTokenRoutes = (tokens: AccessTokenService, log: Log): RawRoute[] => [
  {
    method: 'POST',
    path: '/oauth2/token',
    async respond(event) {
      try {
        const request = readTokenRequest(
          headerOf(event, 'content-type'),
          headerOf(event, 'authorization'),
          bodyText(event),
        );
        const origin = { correlationId: correlationOf(event), source: event.requestContext.http.sourceIp };
        return { statusCode: 200, headers: HEADERS, body: JSON.stringify(await tokens.issue(request, origin)) };
      } catch (error) {
        return refusal(errorOf(error, event, log));
      }
    },
  },
];

function errorOf(error: unknown, event: APIGatewayProxyEventV2, log: Log): OAuthError {
  if (error instanceof OAuthError) return error;
  const known = error instanceof Problem ? oauthErrorOf(error) : undefined;
  if (known) return known;
  const correlationId = correlationOf(event);
  log.error({ err: error, correlationId }, 'the token endpoint failed');
  return new OAuthError('server_error', `The fault is logged under ${correlationId}.`, { status: 500 });
}

const refusal = (error: OAuthError): APIGatewayProxyStructuredResultV2 => ({
  statusCode: error.status,
  headers: {
    ...HEADERS,
    ...(error.status === 401 && { 'www-authenticate': 'Basic realm="sallyport", charset="UTF-8"' }),
    ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
  },
  body: JSON.stringify({ error: error.code, error_description: error.message }),
});

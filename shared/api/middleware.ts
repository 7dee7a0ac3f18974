/** What lies around every HTTP function: one log line a call, and problems rendered as RFC 9457. */
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isBusy } from '../platform/busy.ts';
import type { Log } from '../platform/log.ts';
import { Problem, renderProblem } from '../platform/problems.ts';
import { correlationOf } from './request.ts';

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** Seconds after which a call that could not be decided is worth repeating. */
const RETRY_AFTER_SECONDS = 2;

/** Renders whatever was thrown. An unknown fault says nothing of its kind outside; the log has it. */
export const answerProblems = (log: Log): Middleware => ({
  onError: (request) => {
    const correlationId = correlationOf(request.event);
    const problem = problemOf(request.error, correlationId);
    if (problem.status >= 500) log.error({ err: problem.cause ?? problem, correlationId }, problem.message);
    request.response = {
      statusCode: problem.status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headersFor(problem) },
      body: JSON.stringify(renderProblem(problem, correlationId)),
    };
  },
});

/** What is no refusal of ours says nothing of its kind outside. */
export function problemOf(error: unknown, correlationId: string): Problem {
  if (error instanceof Problem) return error;
  if (isBusy(error)) return new Problem('unavailable', { what: 'The table' }, { cause: error });
  return new Problem('internal', { correlationId }, { cause: error });
}

function headersFor(problem: Problem): Record<string, string> {
  if (problem.status === 401) return { 'www-authenticate': 'Bearer' };
  const retryAfter = problem.retryAfterSeconds ?? (problem.status === 503 ? RETRY_AFTER_SECONDS : undefined);
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
}

/** Names of our paths and identifiers. What else stands in a path may be a secret that somebody pasted there. */
const LOGGABLE = /^(?:[a-z0-9.-]{0,30}|[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25})$/;
const loggablePath = (path: string): string =>
  path
    .split('/')
    .map((part) => (LOGGABLE.test(part) ? part : '…'))
    .join('/');

/** One line a call: what was asked and how it was answered. No query, no body, no header: they hold secrets. */
export const logCalls = (log: Log): Middleware => {
  const line = (event: APIGatewayProxyEventV2, response: APIGatewayProxyStructuredResultV2 | null | undefined) =>
    log.info({
      correlationId: correlationOf(event),
      method: event.requestContext.http.method,
      path: loggablePath(event.rawPath),
      status: response?.statusCode,
    });
  return {
    after: ({ event, response }) => line(event, response),
    onError: ({ event, response }) => line(event, response),
  };
};

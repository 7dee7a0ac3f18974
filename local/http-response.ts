/** A function's result as the HTTP response that API Gateway would make of it. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { InvocationResult } from './function-runner.ts';
import { HOP_BY_HOP } from './hop-by-hop.ts';

const HeaderValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Proxied = z.object({
  statusCode: z.int().min(200).max(599),
  headers: z.record(z.string(), HeaderValue).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
});

interface HttpAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

export function respond(response: ServerResponse, result: InvocationResult, requestId: string): void {
  try {
    write(response, answerOf(result), requestId);
  } catch {
    write(response, FAILED, requestId); // a header that HTTP does not allow
  }
}

const refusal = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});
const FAILED = refusal(500, 'Internal Server Error');
const TOO_SLOW = refusal(503, 'Service Unavailable');

function answerOf(result: InvocationResult): HttpAnswer {
  if (result.kind !== 'answer') return result.kind === 'timeout' ? TOO_SLOW : FAILED;
  const { value } = result;
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    // A result without a status is the body itself.
    return { ...FAILED, status: 200, body: Buffer.from(JSON.stringify(value ?? null)) };
  }
  const parsed = Proxied.safeParse(value);
  if (!parsed.success) return FAILED;
  const { statusCode: status, cookies, isBase64Encoded, ...proxied } = parsed.data;
  const body = Buffer.from(proxied.body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  const headers: OutgoingHttpHeaders = body.length > 0 ? { 'content-type': 'text/plain;charset=UTF-8' } : {};
  for (const name in proxied.headers) {
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower)) headers[lower] = proxied.headers[name];
  }
  if (cookies) headers['set-cookie'] = cookies;
  return { status, headers, body };
}

function write(response: ServerResponse, { status, headers, body }: HttpAnswer, requestId: string): void {
  const length = status === 204 || status === 304 ? undefined : body.length;
  response.writeHead(status, {
    ...headers,
    'apigw-requestid': requestId,
    ...(length !== undefined && { 'content-length': length }),
  });
  response.end(body);
}

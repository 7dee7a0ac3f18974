/** Reads of an HTTP API event (payload format 2.0). Pure. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '../platform/problems.ts';

/** Our largest legitimate body is a batch of 100 grants, some 200 KB. */
export const BODY_BYTES_MAX = 1024 * 1024;

type Event = APIGatewayProxyEventV2;

/** HTTP API lower-cases header names. */
export const headerOf = (event: Event, name: string): string | undefined => event.headers[name];

/** API Gateway's own request ID: unique, and in the access log too. */
export const correlationOf = (event: Event): string => event.requestContext.requestId;

/** As the caller reached us. */
export const originOf = (event: Event): string =>
  `${headerOf(event, 'x-forwarded-proto') ?? 'https'}://${event.requestContext.domainName}`;

/** The bytes that came. @throws Problem `payload-too-large` */
export function bodyBytes(event: Event, bytesMax: number): Buffer {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > bytesMax) throw new Problem('payload-too-large', { bytesMax });
  return bytes;
}

export const bodyText = (event: Event): string => bodyBytes(event, BODY_BYTES_MAX).toString('utf8');

/**
 * No field of ours is called `__proto__`: whoever copies members would set a prototype instead. And half a surrogate pair
 * is no text (RFC 8259 section 8.2): it could be neither stored as it is nor sealed (RFC 8785).
 */
function refuseUnusable(name: string, value: unknown): unknown {
  const isText = name.isWellFormed() && (typeof value !== 'string' || value.isWellFormed());
  if (name === '__proto__' || !isText) throw new Error('a member cannot be used');
  return value;
}

/**
 * The JSON body, undefined when there is none.
 * @throws Problem `payload-too-large` · `unsupported-media-type` · `invalid-json`
 */
export function readJsonBody(event: Event): unknown {
  const text = bodyText(event);
  if (text === '') return undefined;
  const mediaType = headerOf(event, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new Problem('unsupported-media-type', { expected: 'application/json' });
  try {
    return JSON.parse(text, refuseUnusable);
  } catch (error) {
    // The parser's message quotes the body, which may hold a secret: only where it broke is said.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const reason = position
      ? `It breaks off or is wrong at character ${position}.`
      : 'It breaks off, or holds half a surrogate pair or a member __proto__.';
    throw new Problem('invalid-json', { reason }, { cause: error });
  }
}

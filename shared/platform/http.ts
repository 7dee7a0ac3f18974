/**
 * The guarded client: every request to an address that a tenant gave goes through here.
 *
 * One connection, one exchange, one time limit over all of it, bounded bytes; no redirect, no proxy, no cookie. It
 * retries nothing, follows nothing and decodes nothing. Where it may go: `outside-url.ts` and `http-dial.ts`.
 */
import { type Dispatcher, request as send } from 'undici';
import { addressesOf, agentTo, type DialOptions } from './http-dial.ts';
import { badUrl, type Failed, failedBy, OutsideError } from './http-failure.ts';
import { parseOutsideUrl } from './outside-url.ts';

export type { Failed, FailedCode, PublicCode } from './http-failure.ts';

export interface OutsideOptions extends DialOptions {
  readonly userAgent: string;
}
export interface OutsideRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string | URL;
  /** None of `HEADERS_KEPT`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The `authorization` header. Apart, so that no credential is sent by mistake: only to a host we mean to log in at. */
  readonly authorization?: string;
  readonly body?: string | Uint8Array;
  /** Longest body of the answer, in bytes. Default `BYTES_MAX`. */
  readonly bytesMax?: number;
  /** Leaves what is longer unread instead of failing: where the beginning tells enough, and the status counts anyway. */
  readonly isCutAtMax?: boolean;
  /** Leaves the body alone, whatever it is: where the status is all that counts, and is known before it. */
  readonly isBodyUnread?: boolean;
  /** For the whole exchange, DNS included, in milliseconds. Default `TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}
export interface Answered {
  readonly kind: 'answered';
  /** Any status, redirects (3xx) too: none is followed. */
  readonly status: number;
  /** By lower-case name; one that was sent twice is joined with `, ` (RFC 9110 section 5.2). */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The body went on beyond the bytes that were read; only ever with `isCutAtMax`. */
  readonly isCut?: boolean;
  /** As it was requested: without the trailing dot of the host. */
  readonly url: string;
  /** The IP address that answered. */
  readonly address: string;
}
export interface OutsideClient {
  /** One exchange, without a retry. Never throws. */
  request(request: OutsideRequest): Promise<Answered | Failed>;
}

/** Time limit of an exchange in milliseconds: an issuer or webhook that takes longer is as good as down. */
const TIMEOUT_MS = 5000;
/** Longest body in bytes, 256 KiB: discovery documents and key sets have some 10 KiB. */
export const BYTES_MAX = 262_144;
/** Headers that a caller may not give: they frame the message, choose the host, or carry credentials. */
export const HEADERS_KEPT: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'transfer-encoding', 'content-length', 'expect'],
  ...['accept-encoding', 'user-agent', 'authorization', 'proxy-authorization', 'cookie'],
]);

export const outsideClient = (options: OutsideOptions): OutsideClient => ({
  async request(request) {
    const parsed = parseOutsideUrl(String(request.url), options);
    if (!parsed.ok) return badUrl(parsed.fault);
    const deadline = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    try {
      return await exchange(parsed.url, request, options, deadline);
    } catch (error) {
      return failedBy(error, parsed.url.host, deadline, request.signal);
    }
  },
});

async function exchange(
  url: URL,
  request: OutsideRequest,
  options: OutsideOptions,
  deadline: AbortSignal,
): Promise<Answered> {
  const headers = headersFor(request, options.userAgent);
  const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
  signal.throwIfAborted();
  const addresses = await addressesOf(url, options, signal);
  let address = '';
  const dispatcher = agentTo(url, addresses, options, signal, (dialled) => {
    address = dialled;
  });
  try {
    const { method, body = null, bytesMax = BYTES_MAX, isCutAtMax = false, isBodyUnread = false } = request;
    // The two idle timers are off: one byte now and then would keep them from ever ending it. The signal ends it.
    const answer = await send(url, { dispatcher, method, headers, body, signal, headersTimeout: 0, bodyTimeout: 0 });
    const read = isBodyUnread ? left(answer) : await bodyOf(answer, bytesMax, isCutAtMax);
    return {
      kind: 'answered',
      status: answer.statusCode,
      headers: headersOf(answer.headers),
      body: read.bytes,
      ...(read.isCut && { isCut: true }),
      url: url.href,
      address,
    };
  } finally {
    void dispatcher.destroy().catch(() => undefined); // whatever happened: nothing is kept for the next exchange
  }
}

/** @throws OutsideError `bad-request` for a header that is not the caller's to give */
function headersFor(request: OutsideRequest, userAgent: string): Record<string, string> {
  const given = request.headers ?? {};
  const kept = Object.keys(given).find((name) => HEADERS_KEPT.has(name.toLowerCase()));
  if (kept !== undefined) throw new OutsideError('bad-request', `the header ${kept} is not the caller's to give`);
  return {
    ...given,
    'user-agent': userAgent,
    'accept-encoding': 'identity', // as nothing is decoded, a small answer cannot grow either
    ...(request.authorization !== undefined && { authorization: request.authorization }),
  };
}

const headersOf = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat().join(', ')]));

interface Body {
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

function left({ body }: Dispatcher.ResponseData): Body {
  body.on('error', () => undefined); // the connection ends under it
  return { bytes: new Uint8Array(), isCut: false };
}

/**
 * The whole body, or its beginning. What is announced too large is not read at all unless its beginning is wanted,
 * what grows too large is cut off.
 * @throws OutsideError `encoding` · `too-large`
 */
async function bodyOf(
  { headers, body }: Dispatcher.ResponseData,
  bytesMax: number,
  isCutAtMax: boolean,
): Promise<Body> {
  body.on('error', () => undefined); // it may fail again after it was left; what matters was thrown
  const { 'content-encoding': contentCoding, 'transfer-encoding': transferCoding = 'chunked' } = headers;
  if (contentCoding !== undefined)
    throw new OutsideError('encoding', `answered with content-encoding ${contentCoding}`);
  if (String(transferCoding).toLowerCase() !== 'chunked') {
    throw new OutsideError('encoding', `answered with transfer-encoding ${transferCoding}`);
  }
  if (!isCutAtMax && Number(headers['content-length'] ?? 0) > bytesMax) {
    throw new OutsideError('too-large', `announced ${headers['content-length']} bytes of at most ${bytesMax}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue; // never: no encoding was set on the stream
    size += chunk.byteLength;
    if (size > bytesMax && !isCutAtMax) throw new OutsideError('too-large', `sent more than ${bytesMax} bytes`);
    chunks.push(chunk);
    if (size > bytesMax) break;
  }
  return { bytes: new Uint8Array(Buffer.concat(chunks).subarray(0, bytesMax)), isCut: size > bytesMax };
}

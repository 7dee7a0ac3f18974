/** The HTTP API on one machine: limits, the event for the function, and its answer. Nothing else is done per request. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionClock } from './clock.ts';
import { eventOf } from './http-event.ts';
import { respond } from './http-response.ts';
import type { Routes } from './http-routes.ts';
import { type GatewayProblem, problemText, writeProblem } from './problem.ts';
import { codeOf, StartFault } from './start-fault.ts';

/** API Gateway's own limits, both of them fixed. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;
const HEADER_BYTES_MAX = 10_240;
/** Longer than clients keep theirs, so that it is them who close an idle connection. */
const KEEP_ALIVE_MS = 75_000;
/** How long requests in work may take to be answered once it is to stop. */
const STOP_MS_MAX = 3_000;
/** The path of our own switches; everything else is the template's. */
const CONTROL = '/local/';

const TOO_LARGE: GatewayProblem = {
  status: 413,
  title: 'The body is too large',
  detail: `A body may have ${BODY_BYTES_MAX} bytes. Send less in one request.`,
};
const HEADERS_TOO_LARGE: GatewayProblem = {
  status: 431,
  title: 'The header fields are too large',
  detail: `Request line and header fields may have ${HEADER_BYTES_MAX} bytes. Exchange a long token at /oauth2/token.`,
};
const NOT_HTTP: GatewayProblem = { status: 400, title: 'This is no HTTP request', detail: 'It cannot be parsed.' };
const STARTING: GatewayProblem = { status: 503, title: 'Sallyport is starting', detail: 'Ask again in a few seconds.' };
const FAILED: GatewayProblem = { status: 500, title: 'The gateway failed', detail: 'Is an engine ending?' };
const NO_ROUTE: GatewayProblem = {
  status: 404,
  title: 'There is nothing here',
  detail: 'No route takes this request.',
};

/** Answers a request below `/local/`. */
export type Control = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

export interface GatewayTargets {
  readonly routes: Routes;
  readonly control: Control;
  readonly clock: FunctionClock;
}

export interface Gateway {
  readonly url: string;
  /** Until then it answers 503. */
  open(targets: GatewayTargets): void;
  /** Takes no more requests, and waits for those in work for a few seconds. May be called twice. */
  stop(): Promise<void>;
}

/** Takes the port first of all, so that a taken one is said at once. @throws StartFault */
export async function startGateway(port: number): Promise<Gateway> {
  let targets: GatewayTargets | undefined;
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS, joinDuplicateHeaders: true },
    (request, response) => {
      if (targets) handle(targets, request, response).catch(() => writeProblem(response, FAILED));
      else writeProblem(response, STARTING);
    },
  );
  server.on('clientError', refuseOnSocket);
  const listening = await listen(server, port);
  return {
    url: `http://127.0.0.1:${listening}`,
    open(opened) {
      targets = opened;
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.race([closed, delay(STOP_MS_MAX, undefined, { ref: false })]);
      server.closeAllConnections();
    },
  };
}

async function handle(targets: GatewayTargets, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  if (path.startsWith(CONTROL)) return targets.control(request, response, path);
  const body = await readBody(request);
  if (body === undefined) return;
  if (body === 'too large') {
    response.setHeader('connection', 'close'); // what is still coming is not read
    return writeProblem(response, TOO_LARGE);
  }
  const route = targets.routes.find(request.method ?? 'GET', path);
  if (!route) return writeProblem(response, NO_ROUTE);
  const requestId = randomUUID();
  const now = targets.clock.now();
  const event = eventOf({ request, body, path, query: mark < 0 ? '' : url.slice(mark + 1), route, requestId, now });
  respond(response, await route.runner.invoke(event, requestId), requestId);
}

const NO_BODY = Buffer.alloc(0);

/** The whole body; undefined when the client has gone. */
export function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | undefined> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return Promise.resolve(NO_BODY);
  if (Number(length) > BODY_BYTES_MAX) return Promise.resolve('too large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) {
        request.pause();
        resolve('too large');
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('close', () => resolve(undefined));
  });
}

function refuseOnSocket(error: Error, socket: Socket): void {
  if (!socket.writable) return;
  const problem = codeOf(error) === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : NOT_HTTP;
  const body = problemText(problem);
  const reason = problem === NOT_HTTP ? 'Bad Request' : 'Request Header Fields Too Large';
  socket.end(
    `HTTP/1.1 ${problem.status} ${reason}\r\nconnection: close\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') {
      throw new StartFault(
        `Port ${port} is taken by another program: stop it, or set SALLYPORT_PORT to another port (0 picks a free one).`,
      );
    }
    if (codeOf(error) === 'EACCES')
      throw new StartFault(`Port ${port} may not be used: set SALLYPORT_PORT to one above 1023.`);
    throw error;
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

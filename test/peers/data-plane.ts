/**
 * A server that holds principals and their sessions, as a database does, and can be slow, down or wrong. It takes whatever
 * is pushed to it: what it is told, and when, is in its journal.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listenOnLoopback } from './loopback.ts';

/** down: answers 503. hanging: answers nothing. lying: takes a change, says so, and changes nothing. */
export type Fault = 'down' | 'hanging' | 'lying';

export interface DataPlane {
  /** For a cluster's connector. */
  readonly uri: string;
  /** Every change that it was told, in order: `PUT GROUP db-oncall`. */
  readonly journal: readonly string[];
  /** Changes of one principal that are in hand, at most, so far. */
  mostAtOnce(): number;
  /** What it holds of a principal, such as `GROUP db-oncall`; undefined: nothing. */
  holds(principal: string): unknown;
  /** Somebody signs in: a session that lives until it is ended. */
  signIn(principal: string): void;
  sessions(principal: string): number;
  set(fault: Fault | null): void;
  /** Of every answer, in milliseconds. */
  slow(ms: number): void;
  stop(): Promise<void>;
}

export async function startDataPlane(): Promise<DataPlane> {
  const principals = new Map<string, unknown>();
  const sessions = new Map<string, number>();
  const journal: string[] = [];
  const inHand = new Map<string, number>();
  let fault: Fault | null = null;
  let slowMs = 0;
  let mostAtOnce = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, , name = '', part] = (request.url ?? '').split('/').map(decodeURIComponent);
    const { method = '' } = request;
    const body = await textOf(request);
    await delay(slowMs);
    if (fault === 'hanging') return;
    if (fault === 'down') return end(response, 503);
    if (method === 'GET') return principals.has(name) ? end(response, 200, principals.get(name)) : end(response, 404);
    journal.push([method, name, part].filter((word) => word !== undefined).join(' '));
    if (fault === 'lying') return end(response, 204);
    if (part === 'sessions') sessions.delete(name);
    else if (method === 'PUT') principals.set(name, JSON.parse(body));
    else principals.delete(name);
    end(response, 204);
  };
  const server = createServer(async (request, response) => {
    const name = request.url ?? '';
    inHand.set(name, (inHand.get(name) ?? 0) + 1);
    mostAtOnce = Math.max(mostAtOnce, inHand.get(name) ?? 0);
    response.once('close', () => inHand.set(name, (inHand.get(name) ?? 0) - 1));
    await answer(request, response);
  });
  const { url, stop } = await listenOnLoopback(server);

  return {
    uri: url.replace(/^http:/, 'mongodb:'),
    journal,
    mostAtOnce: () => mostAtOnce,
    holds: (principal) => principals.get(principal),
    signIn: (principal) => void sessions.set(principal, (sessions.get(principal) ?? 0) + 1),
    sessions: (principal) => sessions.get(principal) ?? 0,
    set: (next) => {
      fault = next;
    },
    slow: (ms) => {
      slowMs = ms;
    },
    stop,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function end(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

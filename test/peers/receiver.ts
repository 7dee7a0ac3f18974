/**
 * A real receiver of webhooks on loopback: what it answers at each path is set by a test, what it got can be asked for,
 * and each message is checked by an implementation of Standard Webhooks that is not ours.
 */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { listenOnLoopback } from './loopback.ts';

export const CloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json').optional(),
  data: z.looseObject({}).optional(),
  dataref: z.string().optional(),
});

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event: z.infer<typeof CloudEvent>;
  /** How it was answered; null: not at all. */
  readonly answered: number | null;
}

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never answers. */
  readonly hangs?: boolean;
}

export interface Receiver {
  /** A path that nobody else has. */
  address(path: string): string;
  /** From now on; what is not set is 204. */
  answer(path: string, reply: Reply): void;
  messages(path: string): readonly Message[];
  /** Waits for messages, as their number is when nothing is lost. @throws after some seconds, with what came */
  until(path: string, enough: (messages: readonly Message[]) => boolean): Promise<readonly Message[]>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 20_000;
const POLL_MS = 20;

export async function startReceiver(): Promise<Receiver> {
  const replies = new Map<string, Reply>();
  const got = new Map<string, Message[]>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const body = (await buffer(request)).toString('utf8');
    const reply = replies.get(path) ?? {};
    const answered = reply.hangs ? null : (reply.status ?? 204);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const messages = got.get(path) ?? [];
    got.set(path, messages);
    messages.push({ headers, body, event: CloudEvent.parse(JSON.parse(body)), answered });
    if (answered !== null) response.writeHead(answered, reply.headers).end();
  });
  const { url, stop } = await listenOnLoopback(server);
  const messages = (path: string) => got.get(path) ?? [];
  return {
    address: (path) => `${url}${path}`,
    answer: (path, reply) => void replies.set(path, reply),
    messages,
    async until(path, enough) {
      const end = performance.now() + PATIENCE_MS;
      while (!enough(messages(path))) {
        if (performance.now() > end) {
          const types = messages(path).map(({ event, answered }) => `${event.type} (${answered})`);
          throw new Error(`${path} got ${types.join(', ') || 'nothing'}`);
        }
        await delay(POLL_MS);
      }
      return messages(path);
    },
    stop,
  };
}

/** Whether one of the message's signatures is by this secret, as the other implementation makes it. */
export function isSignedBy({ headers, body }: Message, secret: string): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signatures = '' } = headers;
  // Not its `verify`: that compares the timestamp with this process's clock, and the system's is days ahead.
  const wanted = new Webhook(secret).sign(id, new Date(Number(timestamp) * 1000), body);
  return signatures.split(' ').includes(wanted);
}

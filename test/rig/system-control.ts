/** The running system's own switches: its clock and its queues (api.md, 'On one machine'). */
import * as z from 'zod';
import { CloudEvent } from '../peers/receiver.ts';

export interface SystemControl {
  readonly url: string;
  /** The first owner's key. */
  readonly bootstrapKey: string;
  /** The system's time in ms since 1970. It runs on, and may be months ahead of this process. */
  now(): Promise<number>;
  /** Moves the clock forward, to an instant in ms or RFC 3339; resolves once what had come due is done. */
  moveClock(to: number | string): Promise<void>;
  /** Stops and restarts the delivery of queued messages: 'the queues are down'. */
  setDelivering(delivering: boolean): Promise<void>;
  /** Throws away every queued message: 'the nudge was lost'. */
  dropMessages(): Promise<void>;
  /** What the event bus got so far, oldest first. */
  busEvents(): Promise<readonly BusEvent[]>;
}

const BusEvent = z.object({
  bus: z.string(),
  source: z.string(),
  'detail-type': z.string(),
  time: z.string(),
  detail: CloudEvent,
});
export type BusEvent = z.infer<typeof BusEvent>;

const Clock = z.object({ now: z.iso.datetime() });

export function systemControl(url: string, bootstrapKey: string): SystemControl {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const init = { method, headers: { 'content-type': 'application/json', authorization: `Bearer ${bootstrapKey}` } };
    const response = await fetch(`${url}${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  return {
    url,
    bootstrapKey,
    async now() {
      return Date.parse(Clock.parse(await (await send('GET', '/local/clock')).json()).now);
    },
    async moveClock(to) {
      await send('PUT', '/local/clock', { now: new Date(to).toISOString() });
    },
    async setDelivering(delivering) {
      await send('PUT', '/local/queues', { delivering });
    },
    async busEvents() {
      const { items } = z.object({ items: z.array(BusEvent) }).parse(await (await send('GET', '/local/events')).json());
      return items;
    },
    async dropMessages() {
      await send('DELETE', '/local/queues/messages');
    },
  };
}

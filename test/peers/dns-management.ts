/**
 * The DNS server's management side: the same interface over HTTP, for tests that run in another process than the
 * server.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import type { DnsPeer } from './dns-server.ts';
import { DNS_FAULTS, RECORD_TYPES } from './dns-zone.ts';
import { listenOnLoopback } from './loopback.ts';

const Order = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('set'),
    name: z.string(),
    type: z.enum(RECORD_TYPES),
    data: z.union([z.string(), z.array(z.union([z.string(), z.array(z.string())]))]),
    ttlSeconds: z.number().optional(),
  }),
  z.object({ do: z.literal('remove'), name: z.string(), type: z.enum(RECORD_TYPES).optional() }),
  z.object({ do: z.literal('setFault'), name: z.string(), fault: z.enum(DNS_FAULTS).nullable() }),
  z.object({ do: z.literal('questions'), name: z.string().optional() }),
]);
type Order = z.infer<typeof Order>;
const Asked = z.array(z.object({ name: z.string(), type: z.string(), transport: z.enum(['udp', 'tcp']) }));

/** Opens the management side of a server of this process. */
export async function manageDns(dns: DnsPeer): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    carryOut(dns, request).then(
      (result) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  return listenOnLoopback(server);
}

async function carryOut(dns: DnsPeer, request: NodeJS.ReadableStream) {
  const order = Order.parse(await json(request));
  switch (order.do) {
    case 'set':
      return dns.set(order.name, order.type, order.data, order.ttlSeconds);
    case 'remove':
      return dns.remove(order.name, order.type);
    case 'setFault':
      return dns.setFault(order.name, order.fault);
    case 'questions':
      return dns.questions(order.name);
  }
}

/** The server at `address`, worked through its management side at `url`. */
export function dnsClient(url: string, address: string): DnsPeer {
  const send = async (order: Order): Promise<unknown> => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(order) });
    if (!response.ok)
      throw new Error(`the rig's DNS server refused ${JSON.stringify(order)}: ${await response.text()}`);
    return response.json();
  };
  return {
    address,
    async set(name, type, data, ttlSeconds) {
      const records = typeof data === 'string' ? data : data.map((one) => (typeof one === 'string' ? one : [...one]));
      await send({ do: 'set', name, type, data: records, ...(ttlSeconds !== undefined && { ttlSeconds }) });
    },
    async remove(name, type) {
      await send({ do: 'remove', name, type });
    },
    async setFault(name, fault) {
      await send({ do: 'setFault', name, fault });
    },
    async questions(name) {
      return Asked.parse(await send({ do: 'questions', name }));
    },
  };
}

/** A DNS server on loopback, UDP and TCP on one port, that answers what a test sets and remembers what it was asked. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  streamDecode,
  streamEncode,
  TRUNCATED_RESPONSE,
} from 'dns-packet';

/** Response codes: RFC 1035 section 4.1.1, RFC 2136 section 2.2. */
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, NOTAUTH: 9 } as const;

export interface Reply {
  readonly answers?: readonly Answer[];
  readonly rcode?: number;
  readonly authorities?: readonly Answer[];
  /** Answer with an ID that is so much higher, or as if this name had been asked for. */
  readonly id?: number;
  readonly question?: string;
  /** Over TCP: end the connection instead, or send byte after byte. */
  readonly hangUp?: boolean;
  readonly dripped?: boolean;
  /** Answer nothing. */
  readonly silent?: boolean;
  /** Say over UDP that the answer was cut short, and nothing else. */
  readonly truncated?: boolean;
  /** Send these bytes instead of a message. */
  readonly garbage?: boolean;
}
export interface Asked {
  readonly name: string;
  readonly type: string;
  readonly over: 'udp' | 'tcp';
}
export interface DnsServer {
  /** `127.0.0.1:port`. */
  readonly at: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

export const txt = (name: string, ...strings: string[]): Answer => ({ type: 'TXT', name, ttl: 60, data: strings });
export const a = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 60, data });
export const aaaa = (name: string, data: string): Answer => ({ type: 'AAAA', name, ttl: 60, data });
export const cname = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data });

/** Starts one. `reply` is asked for every question; names are given in lower case. */
export async function dnsServer(reply: (asked: Asked) => Reply): Promise<DnsServer> {
  const asked: Asked[] = [];
  const answer = (query: Packet, over: Asked['over']): { reply: Reply; packet: Packet } => {
    const [question] = query.questions ?? [];
    const one: Asked = { name: question?.name.toLowerCase() ?? '', type: question?.type ?? '', over };
    asked.push(one);
    const said = reply(one);
    const cut = over === 'udp' && said.truncated;
    const flags = RECURSION_DESIRED | RECURSION_AVAILABLE | AUTHORITATIVE_ANSWER | (cut ? TRUNCATED_RESPONSE : 0);
    const answers = cut ? [] : [...(said.answers ?? [])];
    const packet: Packet = {
      id: said.id === undefined ? (query.id ?? 0) : ((query.id ?? 0) + said.id) % 0x1_0000,
      type: 'response',
      flags: flags | (said.rcode ?? RCODE.NOERROR),
      questions: said.question === undefined ? (query.questions ?? []) : [{ type: 'TXT', name: said.question }],
      answers,
      authorities: [...(said.authorities ?? [])],
    };
    return { reply: said, packet };
  };

  const udp = createSocket('udp4');
  udp.on('message', (message, { port, address }) => {
    const { reply: said, packet } = answer(decode(message), 'udp');
    if (said.silent) return;
    udp.send(said.garbage ? Buffer.from('garbage') : encode(packet), port, address);
  });
  const tcp = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      const { reply: said, packet } = answer(streamDecode(data), 'tcp');
      if (said.hangUp) return void socket.end();
      if (said.silent) return;
      const bytes = streamEncode(packet);
      if (!said.dripped) return void socket.write(bytes);
      socket.setNoDelay(true);
      for (const byte of bytes) socket.write(Buffer.of(byte));
    });
  });
  const port = await samePort(udp, tcp);
  return {
    at: `127.0.0.1:${port}`,
    asked,
    async close() {
      udp.close();
      tcp.close();
      await Promise.all([once(udp, 'close'), once(tcp, 'close')]);
    },
  };
}

async function samePort(udp: UdpSocket, tcp: Server): Promise<number> {
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const address = tcp.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  return port;
}

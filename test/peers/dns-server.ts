/**
 * A real DNS server on loopback, over UDP and TCP, whose answers a test sets and whose questions a test reads.
 * It serves no zone transfer, no DNSSEC and no other host's names: what it was not told, does not exist.
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { decode, encode, type Packet, streamEncode, TRUNCATED_RESPONSE } from 'dns-packet';
import {
  type DnsFault,
  nameKey,
  RCODE,
  type RecordData,
  type RecordSet,
  type RecordType,
  recordsOf,
  reply,
  respond,
  TTL_SECONDS,
} from './dns-zone.ts';

interface AskedQuestion {
  readonly name: string;
  readonly type: string;
  readonly transport: 'udp' | 'tcp';
}

/** What can be done to a DNS server, whether it runs in this process or is reached through its management address. */
export interface DnsPeer {
  /** `host:port`, the value of SALLYPORT_DNS. */
  readonly address: string;
  /** Publishes records at a name, in place of what that name had of this type. @param ttlSeconds left out: 0 */
  set(name: string, type: RecordType, data: RecordData, ttlSeconds?: number): Promise<void>;
  /** Withdraws the records of one type, or everything at the name. */
  remove(name: string, type?: RecordType): Promise<void>;
  /** Makes questions about a name (`*`: about any) go wrong; `null` heals it. */
  setFault(name: string, fault: DnsFault | null): Promise<void>;
  /** What was asked so far, oldest first; of one name, or of all. */
  questions(name?: string): Promise<readonly AskedQuestion[]>;
}
export interface DnsServer extends DnsPeer {
  stop(): Promise<void>;
}

/** Largest UDP answer to an asker without EDNS (RFC 1035 section 4.2.1). */
const UDP_BYTES_DEFAULT = 512;
/** Oldest questions are forgotten beyond this many, so that a long run does not grow without end. */
const QUESTIONS_MAX = 10_000;
/** A free UDP port may be taken for TCP: how many ports are tried before that is an error. */
const PORTS_TRIED_MAX = 10;

/** @param port left out or 0: a free one. */
export async function startDnsServer({ port = 0, host = '127.0.0.1' } = {}): Promise<DnsServer> {
  const zone = new Map<string, Map<RecordType, RecordSet>>();
  const faults = new Map<string, DnsFault>();
  const asked: AskedQuestion[] = [];

  const answer = (query: Packet, transport: 'udp' | 'tcp'): Packet | undefined => {
    const question = query.questions?.[0];
    if (!question) return respond(query, RCODE.REFUSED);
    asked.push({ name: nameKey(question.name), type: question.type, transport });
    if (asked.length > QUESTIONS_MAX) asked.shift();
    const fault = faults.get(nameKey(question.name)) ?? faults.get('*');
    if (fault === 'SILENT') return undefined;
    if (fault === 'SERVFAIL' || fault === 'REFUSED') return respond(query, RCODE[fault]);
    return fault === 'TRUNCATE' && transport === 'udp' ? truncated(query) : reply(zone, query);
  };

  const listening = await listen(port, host, answer);
  return {
    address: `${host}:${listening.port}`,
    async set(name, type, data, ttlSeconds = TTL_SECONDS) {
      const here = zone.get(nameKey(name)) ?? new Map<RecordType, RecordSet>();
      zone.set(nameKey(name), here.set(type, { records: recordsOf(data), ttlSeconds }));
    },
    async remove(name, type) {
      if (type) zone.get(nameKey(name))?.delete(type);
      if (!type || zone.get(nameKey(name))?.size === 0) zone.delete(nameKey(name));
    },
    async setFault(name, fault) {
      if (fault) faults.set(nameKey(name), fault);
      else faults.delete(nameKey(name));
    },
    async questions(name) {
      return asked.filter((question) => name === undefined || question.name === nameKey(name));
    },
    stop: listening.stop,
  };
}

type AnswerFor = (query: Packet, transport: 'udp' | 'tcp') => Packet | undefined;

async function listen(wanted: number, host: string, answer: AnswerFor) {
  for (let tried = 1; ; tried++) {
    const udp = await listenUdp(wanted, host, answer);
    try {
      const stopTcp = await listenTcp(udp.port, host, answer);
      return { port: udp.port, stop: async () => void (await Promise.all([udp.stop(), stopTcp()])) };
    } catch (error) {
      await udp.stop();
      if (wanted !== 0 || tried === PORTS_TRIED_MAX) throw error;
    }
  }
}

async function listenUdp(wanted: number, host: string, answer: AnswerFor) {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    const query = parsed(bytes);
    const packet = query && answer(query, 'udp');
    if (packet) socket.send(fitting(query, packet), from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(wanted, host, resolve);
  });
  const stop = () => new Promise<void>((resolve) => socket.close(() => resolve()));
  return { port: socket.address().port, stop };
}

async function listenTcp(port: number, host: string, answer: AnswerFor) {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    let waiting = Buffer.alloc(0);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy()); // the asker went away: its affair
    socket.on('data', (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes]);
      // Each message has its length before it (RFC 1035 section 4.2.2); several may come in one piece, one in several.
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const end = 2 + waiting.readUInt16BE(0);
        const query = parsed(waiting.subarray(2, end));
        waiting = waiting.subarray(end);
        const packet = query && answer(query, 'tcp');
        if (packet) socket.write(streamEncode(packet));
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
}

function parsed(bytes: Buffer): Packet | undefined {
  try {
    return decode(bytes);
  } catch {
    return undefined; // not a DNS message: dropped, as every server does
  }
}

function fitting(query: Packet, packet: Packet): Buffer {
  const edns = query.additionals?.find((record) => record.type === 'OPT');
  const bytes = encode(packet);
  return bytes.length > (edns?.udpPayloadSize ?? UDP_BYTES_DEFAULT) ? encode(truncated(query)) : bytes;
}

function truncated(query: Packet): Packet {
  const packet = respond(query, RCODE.NOERROR);
  return { ...packet, flags: (packet.flags ?? 0) | TRUNCATED_RESPONSE };
}

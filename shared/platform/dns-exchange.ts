/**
 * One question to one DNS server and its answer, over UDP and, if that was cut short, over TCP (RFC 7766 section 5).
 *
 * `node:dns` tells neither how long an answer is kept nor its response code; so the sockets are ours and the messages
 * `dns-packet`'s. Without EDNS: a server that knows none is asked once, and what is longer than 512 bytes comes by TCP.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { decode, encode, type Packet, RECURSION_DESIRED, TRUNCATED_RESPONSE } from 'dns-packet';

export interface Server {
  readonly host: string;
  readonly port: number;
}
export type QuestionType = 'A' | 'AAAA' | 'CNAME' | 'TXT';

/** Length of the length that precedes a message over TCP (RFC 1035 section 4.2.2). */
const PREFIX_BYTES = 2;

/**
 * What the server answered. What answers another question, or is no message, is passed over: it may be forged.
 * @param signal ends the exchange, which then throws
 * @throws Error of the socket; `AbortError` when the signal ended it; `EBADRESP` when a connection ended too early
 */
export async function exchange(server: Server, name: string, type: QuestionType, signal: AbortSignal): Promise<Packet> {
  // A random ID and a new source port for each question (RFC 5452 section 9).
  const id = randomInt(0x1_0000);
  const bytes = encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type }] });
  const fits = (message: Buffer): Packet | undefined => answerTo({ id, name, type }, message);
  const overUdp = await askUdp(server, bytes, fits, signal);
  return ((overUdp.flags ?? 0) & TRUNCATED_RESPONSE) === 0 ? overUdp : askTcp(server, bytes, fits, signal);
}

type Fits = (message: Buffer) => Packet | undefined;

function answerTo(
  asked: { readonly id: number; readonly name: string; readonly type: QuestionType },
  message: Buffer,
): Packet | undefined {
  let packet: Packet;
  try {
    packet = decode(message);
  } catch {
    return undefined; // not a DNS message
  }
  const [question] = packet.questions ?? [];
  const isOurs =
    packet.type === 'response' &&
    packet.id === asked.id &&
    question?.type === asked.type &&
    question.name.toLowerCase() === asked.name.toLowerCase();
  return isOurs ? packet : undefined;
}

async function askUdp({ host, port }: Server, bytes: Buffer, fits: Fits, signal: AbortSignal): Promise<Packet> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    return await new Promise<Packet>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      socket.on('error', reject);
      socket.on('message', (message) => {
        const packet = fits(message);
        if (packet) resolve(packet);
      });
      // Connected: the system passes on what comes from that server only, and says when nobody listens there. Without
      // a callback, which would be given what goes wrong in place of the event: no route there is an error as well.
      socket.once('connect', () => socket.send(bytes));
      socket.connect(port, host);
    });
  } finally {
    socket.close();
  }
}

async function askTcp({ host, port }: Server, bytes: Buffer, fits: Fits, signal: AbortSignal): Promise<Packet> {
  const socket = connect({ host, port, signal });
  try {
    await once(socket, 'connect', { signal });
    const length = Buffer.alloc(PREFIX_BYTES);
    length.writeUInt16BE(bytes.length);
    socket.write(Buffer.concat([length, bytes]));
    let received = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk]);
      const end = received.length < PREFIX_BYTES ? Number.POSITIVE_INFINITY : PREFIX_BYTES + received.readUInt16BE(0);
      if (received.length < end) continue;
      const packet = fits(received.subarray(PREFIX_BYTES, end));
      if (packet) return packet;
      break; // over a connection of our own nobody forges: the server is broken
    }
    throw Object.assign(new Error('the server ended the connection without an answer'), { code: 'EBADRESP' });
  } finally {
    socket.destroy();
  }
}

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as httpServer, type RequestListener } from 'node:http';
import { createServer as httpsServer } from 'node:https';
import { createServer as netServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DnsAnswer, type DnsClient, dnsClient } from '../../shared/platform/dns.ts';
import {
  BYTES_MAX,
  HEADERS_KEPT,
  type OutsideOptions,
  type OutsideRequest,
  outsideClient,
} from '../../shared/platform/http.ts';
import { agentTo } from '../../shared/platform/http-dial.ts';
import { authority } from '../peers/certificates.ts';
import { a, dnsServer } from './dns-server.ts';

/** For exchanges that a hostile server never ends, in milliseconds. */
const SHORT_MS = 300;
const ca = authority('Test CA');
const certificate = ca.issue(['issuer.test', 'localhost', '127.0.0.1']);

/** A server that speaks nothing newer than TLS 1.1. */
const OLD_TLS = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Rig {
  readonly port: number;
  /** How many connections were made. */
  connections: number;
  readonly requests: string[];
  /** Resolves once nobody is connected. */
  left(): Promise<void>;
}
async function listening(server: Server, host = '127.0.0.1'): Promise<Rig> {
  const sockets = new Set<Socket>();
  server.listen(0, host);
  await once(server, 'listening');
  const at = server.address();
  const rig: Rig = {
    port: typeof at === 'object' && at ? at.port : 0,
    connections: 0,
    requests: [],
    left: () => vi.waitFor(() => expect(sockets.size).toBe(0)),
  };
  server.on('request', ({ url }: { url?: string }) => rig.requests.push(url ?? ''));
  server.on('connection', (socket: Socket) => {
    rig.connections++;
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return rig;
}
const http = (listener: RequestListener): Promise<Rig> => listening(httpServer(listener));
const https = (listener: RequestListener, { certificatePem, keyPem } = certificate, options = {}): Promise<Rig> =>
  listening(httpsServer({ cert: certificatePem, key: keyPem, ...options }, listener));
/** A server that answers every request with these bytes, and goes on as told. */
const raw = (talk: (socket: Socket) => void): Promise<Rig> => {
  const server = netServer((socket) => socket.on('error', () => undefined).once('data', () => talk(socket)));
  return listening(server);
};

const records = (...addresses: string[]): DnsAnswer => ({
  kind: 'records',
  records: addresses,
  leftOut: 0,
  server: 'x',
  keptMs: 0,
});
/** A DNS that answers in turn, then the last for ever. */
function resolving(...answers: (DnsAnswer | string[])[]): DnsClient & { asked: string[] } {
  const asked: string[] = [];
  const addresses = async (name: string): Promise<DnsAnswer> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(name);
    return Array.isArray(answer) ? records(...answer) : answer;
  };
  return { asked, addresses, txt: addresses, alias: addresses };
}
const client = (options: Partial<OutsideOptions> = {}) =>
  outsideClient({
    dns: resolving(['127.0.0.1']),
    trustLoopback: true,
    userAgent: 'Sallyport',
    ca: ca.certificatePem,
    ...options,
  });
const getting = (url: string, rest: Partial<OutsideRequest> = {}, options: Partial<OutsideOptions> = {}) =>
  client(options).request({ method: 'GET', url, ...rest });
const textOf = (body: Uint8Array): string => Buffer.from(body).toString();

describe('an exchange', () => {
  it('over TLS, with a name from the DNS: status, headers, body, address', async () => {
    const server = await https((_, response) =>
      response.writeHead(200, { 'content-type': 'a/b', 'x-two': ['1', '2'] }).end('hello'),
    );
    const answer = await getting(`https://issuer.test:${server.port}/a?b=c`);
    expect(answer).toMatchObject({
      kind: 'answered',
      status: 200,
      headers: { 'content-type': 'a/b', 'x-two': '1, 2' },
      url: `https://issuer.test:${server.port}/a?b=c`,
      address: '127.0.0.1',
    });
    expect(answer.kind === 'answered' && textOf(answer.body)).toBe('hello');
    expect(answer.kind === 'answered' && answer.body.constructor).toBe(Uint8Array);
    await server.left();
  });

  it('names the host in the handshake, not the address, and says who asks', async () => {
    const seen: unknown[] = [];
    const server = await https((request, response) => {
      seen.push('servername' in request.socket && request.socket.servername, request.headers);
      response.end();
    });
    await getting(`https://issuer.test.:${server.port}/`, { headers: { accept: 'application/json' } });
    expect(seen).toEqual([
      'issuer.test',
      {
        host: `issuer.test:${server.port}`,
        'user-agent': 'Sallyport',
        'accept-encoding': 'identity',
        accept: 'application/json',
        connection: 'close',
      },
    ]);
  });

  it('posts a body, as text or bytes', async () => {
    const bodies: string[] = [];
    const server = await http(async (request, response) => {
      bodies.push(`${request.method} ${textOf(await buffer(request))}`);
      response.writeHead(410).end();
    });
    const url = `http://127.0.0.1:${server.port}/`;
    expect(await getting(url, { method: 'POST', body: 'text' })).toMatchObject({ kind: 'answered', status: 410 });
    await getting(url, { method: 'POST', body: new TextEncoder().encode('bytes'), authorization: 'Bearer x' });
    expect(bodies).toEqual(['POST text', 'POST bytes']);
  });

  it('localhost is this machine without the DNS', async () => {
    const dns = resolving([]);
    const server = await http((_, response) => response.end());
    expect(await getting(`http://localhost:${server.port}/`, {}, { dns })).toMatchObject({ address: '127.0.0.1' });
    expect(await getting(`http://a.localhost:${server.port}/`, {}, { dns })).toMatchObject({ address: '127.0.0.1' });
    expect(dns.asked).toEqual([]);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
  it.runIf(hasIpv6)('localhost is reached over IPv6 too, and so is a literal', async () => {
    const server = await listening(
      httpServer((_, response) => response.end()),
      '::1',
    );
    expect(await getting(`http://localhost:${server.port}/`)).toMatchObject({ address: '::1' });
    expect(await getting(`http://[::1]:${server.port}/`)).toMatchObject({ address: '::1' });
  });

  it('does not use a connection twice', async () => {
    const server = await http((_, response) => response.end());
    const one = client();
    for (let time = 0; time < 3; time++) await one.request({ method: 'GET', url: `http://127.0.0.1:${server.port}/` });
    expect(server.connections).toBe(3);
    await server.left();
  });

  it('follows no redirect, not even inside', async () => {
    const inside = await http((_, response) => response.end('secret'));
    const location = `http://127.0.0.1:${inside.port}/`;
    const server = await https((_, response) => response.writeHead(302, { location }).end());
    expect(await getting(`https://issuer.test:${server.port}/`)).toMatchObject({ status: 302, headers: { location } });
    expect(inside.connections).toBe(0);
  });

  it.each([...HEADERS_KEPT])('the header %s is not the caller’s to give', async (name) => {
    const server = await http((_, response) => response.end());
    const answer = await getting(`http://127.0.0.1:${server.port}/`, { headers: { [name.toUpperCase()]: 'x' } });
    expect(answer).toMatchObject({ kind: 'failed', code: 'bad-request' });
    expect(server.connections).toBe(0);
  });

  it.each([{ 'x-a': 'a\r\nx-b: c' }, { 'x a': 'b' }])(
    'a header that would break the message is a failure: %j',
    async (headers) => {
      const server = await http((_, response) => response.end());
      const answer = await getting(`http://127.0.0.1:${server.port}/`, { headers });
      expect(answer).toMatchObject({ kind: 'failed', code: 'bad-request' });
    },
  );
});

describe('where it does not go', () => {
  const SHUT = { trustLoopback: false };

  it.each([['127.0.0.1'], ['::1'], ['10.0.0.1'], ['169.254.169.254'], ['::ffff:8.8.8.8'], ['64:ff9b::8.8.8.8']])(
    'a name with the address %s is refused, and nothing is dialled',
    async (address) => {
      const server = await https((_, response) => response.end());
      const url = `https://login.acme.com:${server.port}/`;
      for (const dns of [resolving([address]), resolving(['8.8.8.8', address]), resolving([address, '2606:4700::1'])]) {
        const answer = await getting(url, {}, { ...SHUT, dns });
        expect(answer).toMatchObject({ kind: 'failed', code: 'refused', publicCode: 'unreachable' });
      }
      expect(server.connections).toBe(0);
    },
  );

  it('an address that is not dialled is refused before anything is asked', async () => {
    const dns = resolving(['8.8.8.8']);
    for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', '2130706433', 'localhost', 'a.internal', 'acme']) {
      expect(await getting(`https://${host}/`, {}, { ...SHUT, dns })).toMatchObject({
        kind: 'failed',
        code: 'bad-url',
      });
    }
    expect(await getting('http://login.acme.com/', {}, { ...SHUT, dns })).toMatchObject({ code: 'bad-url' });
    expect(dns.asked).toEqual([]);
  });

  it('what got past the first check is seen again once it is connected', async () => {
    const server = await https((_, response) => response.end());
    const options = { dns: resolving([]), trustLoopback: false, ca: ca.certificatePem };
    for (const host of ['127.0.0.1', 'issuer.test']) {
      const url = new URL(`https://${host}:${server.port}/`);
      const agent = agentTo(url, ['127.0.0.1'], options, AbortSignal.timeout(5000), () => undefined);
      await expect(request(url, { dispatcher: agent })).rejects.toMatchObject({ code: 'refused' });
      await agent.destroy();
    }
    await server.left();
    expect(server.requests).toEqual([]);
  });

  it('with more addresses than were given on, the name is refused', async () => {
    const dns = resolving({ kind: 'records', records: ['8.8.8.8'], leftOut: 1, server: 'x', keptMs: 0 });
    expect(await getting('https://login.acme.com/', {}, { ...SHUT, dns })).toMatchObject({ code: 'refused' });
  });

  it('plain HTTP goes to loopback only, also when one of several addresses is public', async () => {
    const server = await http((_, response) => response.end());
    for (const addresses of [['127.0.0.1', '8.8.8.8'], ['8.8.8.8'], ['::1', '10.0.0.1']]) {
      const answer = await getting(`http://login.acme.com:${server.port}/`, {}, { dns: resolving(addresses) });
      expect(answer).toMatchObject({ kind: 'failed', code: 'refused' });
    }
    expect(server.connections).toBe(0);
    expect(await getting(`http://login.acme.com:${server.port}/`)).toMatchObject({ kind: 'answered' });
  });

  it('a name that is bound anew between check and call is resolved once, and refused the next time', async () => {
    const server = await https((_, response) => response.end());
    const dns = resolving(['127.0.0.1'], ['10.0.0.1']);
    const one = client({ dns });
    const url = `https://issuer.test:${server.port}/`;
    expect(await one.request({ method: 'GET', url })).toMatchObject({ kind: 'answered', address: '127.0.0.1' });
    expect(dns.asked).toEqual(['issuer.test']);
    expect(await one.request({ method: 'GET', url })).toMatchObject({ kind: 'failed', code: 'refused' });
    expect(server.connections).toBe(1);
  });

  it('a real DNS that binds a name anew does not get it dialled', async () => {
    const server = await http((_, response) => response.end());
    const answers = ['127.0.0.1', '10.0.0.1'];
    const named = await dnsServer(({ name, type }) => ({
      answers: type === 'A' ? [a(name, answers.shift() ?? '')] : [],
    }));
    closing.push(() => named.close());
    const one = client({ dns: dnsClient({ servers: [named.at], timeoutMs: 5000, triesMax: 1 }) });
    const request: OutsideRequest = { method: 'GET', url: `http://files.acme.com:${server.port}/` };
    expect(await one.request(request)).toMatchObject({ kind: 'answered' });
    expect(await one.request(request)).toMatchObject({ kind: 'failed', code: 'refused' });
    expect(named.asked.map(({ type }) => type).sort()).toEqual(['A', 'A', 'AAAA', 'AAAA']);
  });

  it.each<DnsAnswer>([
    { kind: 'none', code: 'NXDOMAIN', server: 'x', keptMs: 0 },
    { kind: 'failed', code: 'SERVFAIL', servers: [] },
  ])('a name without an address: $code', async (answer) => {
    expect(await getting('https://login.acme.com/', {}, { dns: resolving(answer) })).toMatchObject({ code: 'dns' });
  });

  it('refused, unknown, closed and silent read the same outward', async () => {
    const silent = await raw(() => undefined);
    const url = `https://login.acme.com:${silent.port}/`;
    const missing: DnsAnswer = { kind: 'none', code: 'NXDOMAIN', server: 'x', keptMs: 0 };
    const closed = await listening(netServer((socket) => socket.destroy()));
    const answers = [
      await getting(url, {}, { ...SHUT, dns: resolving(['10.0.0.1']) }),
      await getting(url, {}, { ...SHUT, dns: resolving(missing) }),
      await getting(url, { timeoutMs: SHORT_MS }),
      await getting(url, { signal: AbortSignal.abort() }),
      await getting(`https://login.acme.com:${closed.port}/`),
    ];
    expect(answers.map((answer) => answer.kind === 'failed' && answer.code)).toEqual([
      ...['refused', 'dns', 'timeout', 'aborted', 'connect'],
    ]);
    const outward = answers.map(
      (answer) => answer.kind === 'failed' && [answer.publicCode, answer.publicDetail.replace(/:\d+/, '')],
    );
    expect(new Set(outward.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(JSON.stringify(outward)).not.toContain('10.0.0.1');
  });
});

describe('TLS', () => {
  const at = async (name: string, rig: Rig, options: Partial<OutsideOptions> = {}) =>
    getting(`https://${name}:${rig.port}/`, {}, options);

  it.each([
    [
      'for another name',
      'other.test',
      ca.issue(['issuer.test', 'a\nb.test']),
      '(ERR_TLS_CERT_ALTNAME_INVALID): its certificate is for "issuer.test, ',
    ],
    [
      'for the name, not the address',
      '127.0.0.1',
      ca.issue(['issuer.test']),
      'ERR_TLS_CERT_ALTNAME_INVALID): its certificate is for "issuer.test". Use one for that name.',
    ],
    [
      'that has run out',
      'issuer.test',
      ca.issue(['issuer.test'], { expired: true }),
      '(CERT_HAS_EXPIRED): its certificate has run out. Renew it.',
    ],
    [
      'of another authority',
      'issuer.test',
      authority('Other').issue(['issuer.test']),
      '(UNABLE_TO_VERIFY_LEAF_SIGNATURE): its certificate leads to no public authority, or',
    ],
  ])('refuses a certificate %s', async (_, name, wrong, reason) => {
    const served: string[] = [];
    const server = await https((request, response) => response.end(served.push(request.url ?? '')), wrong);
    const answer = await at(name, server);
    expect(answer).toMatchObject({ kind: 'failed', code: 'tls', publicCode: 'tls' });
    expect(answer.kind === 'failed' && answer.publicDetail).toContain(reason);
    expect(served).toEqual([]);
    await server.left();
  });

  it('trusts only public authorities unless told otherwise', async () => {
    const server = await https((_, response) => response.end());
    const bare = outsideClient({ dns: resolving(['127.0.0.1']), trustLoopback: true, userAgent: 'x' });
    expect(await bare.request({ method: 'GET', url: `https://issuer.test:${server.port}/` })).toMatchObject({
      code: 'tls',
    });
  });

  it('speaks 1.2, and nothing older', async () => {
    const twelve = await https((_, response) => response.end(), certificate, { maxVersion: 'TLSv1.2' });
    expect(await at('issuer.test', twelve)).toMatchObject({ kind: 'answered' });
    const eleven = await https((_, response) => response.end(), certificate, OLD_TLS);
    expect(await at('issuer.test', eleven)).toMatchObject({
      kind: 'failed',
      code: 'tls',
      publicDetail: expect.stringContaining('it speaks only TLS older than 1.2'),
    });
  });

  it('a server that speaks no TLS', async () => {
    expect(await at('issuer.test', await raw((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')))).toMatchObject({
      code: 'tls',
      publicDetail: expect.stringContaining('it speaks no TLS on that port'),
    });
  });
});

describe('hostile servers', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\n';
  /** A talk that begins with the head and then sends the bytes now and then, as long as it is heard. */
  const dripping = (head: string, bytes: string) => (socket: Socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(bytes), 10);
    socket.on('close', () => clearInterval(timer));
  };
  /** A talk that begins with the head and then sends the bytes as fast as they are taken, without end. */
  const flooding = (head: string, bytes: string) => (socket: Socket) => {
    const go = (): void => {
      while (!socket.destroyed && socket.write(bytes));
    };
    socket.on('drain', go).write(head);
    go();
  };
  const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
  const KIB_64 = 'x'.repeat(65_536);
  const hostile = async (talk: (socket: Socket) => void, rest: Partial<OutsideRequest> = {}) => {
    const server = await raw(talk);
    const answer = await getting(`http://127.0.0.1:${server.port}/`, rest);
    await server.left(); // nothing is left open, whatever happened
    return answer;
  };
  const brief = { timeoutMs: SHORT_MS };

  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => undefined],
    ['drips its headers', dripping(HEAD, 'x: y\r\n')],
    ['drips its body', dripping(`${HEAD}content-length: 100000\r\n\r\n`, 'x')],
    ['drips chunks', dripping(CHUNKED, '1\r\nx\r\n')],
    ['goes on with interim answers', dripping('', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
    ['sends a chunk extension without end', flooding(`${CHUNKED}1;`, KIB_64)],
  ])('one that %s is left when the time is over', async (_, talk) => {
    expect(await hostile(talk, brief)).toMatchObject({ kind: 'failed', code: 'timeout' });
  });

  it('the time limit holds for the handshake and the DNS too', async () => {
    const silent = await raw(() => undefined);
    expect(await getting(`https://issuer.test:${silent.port}/`, brief)).toMatchObject({ code: 'timeout' });
    await silent.left();
    const named = await dnsServer(() => ({ silent: true }));
    closing.push(() => named.close());
    const dns = dnsClient({ servers: [named.at], timeoutMs: 60_000, triesMax: 3 });
    expect(await getting('https://issuer.test/', brief, { dns })).toMatchObject({ code: 'timeout' });
  });

  it('the caller may stop it', async () => {
    const stop = new AbortController();
    const answer = hostile(
      (socket) => {
        stop.abort();
        socket.write(HEAD);
      },
      { signal: stop.signal },
    );
    expect(await answer).toMatchObject({ kind: 'failed', code: 'aborted', publicCode: 'unreachable' });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['headers without end', flooding(HEAD, 'x-a: b\r\n'.repeat(1000))],
    ['one header without end', flooding(`${HEAD}x: `, KIB_64)],
    ['trailers without end', flooding(`${CHUNKED}0\r\n`, 'x-a: b\r\n'.repeat(1000))],
    ['1 GB, announced only', (socket) => void socket.write(`${HEAD}content-length: 1073741824\r\n\r\n`)],
    ['1 GB, in chunks', flooding(CHUNKED, `10000\r\n${KIB_64}\r\n`)],
    ['1 GB, until it closes', flooding(`${HEAD}\r\n`, KIB_64)],
  ])('%s: cut off', async (_, talk) => {
    expect(await hostile(talk)).toMatchObject({ kind: 'failed', code: 'too-large', publicCode: 'too-large' });
  });

  it('an answer of exactly the limit is read, one byte more is not', async () => {
    const server = await http((request, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.end('x'.repeat(Number(request.url?.slice(1))));
    });
    const sized = (bytes: number, rest = {}) => getting(`http://127.0.0.1:${server.port}/${bytes}`, rest);
    expect(await sized(BYTES_MAX)).toMatchObject({ kind: 'answered' });
    expect(await sized(BYTES_MAX + 1)).toMatchObject({ kind: 'failed', code: 'too-large' });
    expect(await sized(10, { bytesMax: 10 })).toMatchObject({ kind: 'answered' });
    expect(await sized(11, { bytesMax: 10 })).toMatchObject({ kind: 'failed', code: 'too-large' });
  });

  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  it.each(['gzip', 'br', 'deflate', 'gzip, gzip', 'x-unknown', 'identity'])(
    'content-encoding %s is refused',
    async (coding) => {
      const server = await http((_, response) => response.writeHead(200, { 'content-encoding': coding }).end(bomb));
      expect(await getting(`http://127.0.0.1:${server.port}/`)).toMatchObject({ kind: 'failed', code: 'encoding' });
      await server.left();
    },
  );
  it('a compressed transfer is refused', async () => {
    const answer = await hostile((socket) => socket.end(`${HEAD}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`));
    expect(answer).toMatchObject({ kind: 'failed', code: 'encoding' });
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'protocol'],
    ['two lengths', `${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nxx`, 'protocol'],
    ['a length and chunks', `${HEAD}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 'protocol'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'connect'],
    ['nothing', '', 'connect'],
    ['half a header', `${HEAD}x-a: b`, 'connect'],
    ['half a body', `${HEAD}content-length: 10\r\n\r\nhalf`, 'connect'],
    ['half a chunk', `${HEAD}transfer-encoding: chunked\r\n\r\n10\r\nhalf`, 'connect'],
  ])('%s: a failure', async (_, bytes, code) => {
    expect(await hostile((socket) => socket.end(bytes))).toMatchObject({ kind: 'failed', code });
  });

  it('a second answer on the connection is not read', async () => {
    const answer = await hostile((socket) =>
      socket.end(`${HEAD}content-length: 1\r\n\r\n1${HEAD}content-length: 1\r\n\r\n2`),
    );
    if (answer.kind === 'answered') expect(textOf(answer.body)).toBe('1');
  });

  it('a header named __proto__ stays a header', async () => {
    const answer = await hostile((socket) => socket.end(`${HEAD}__proto__: x\r\ncontent-length: 0\r\n\r\n`));
    expect(answer).toMatchObject({ kind: 'answered', status: 200 });
    expect(answer.kind === 'answered' && Object.getPrototypeOf(answer.headers)).toBe(Object.prototype);
  });
});

describe('the environment changes nothing', () => {
  it('HTTPS_PROXY and its kin are ignored', async () => {
    const proxy = await http((_, response) => response.end('proxy'));
    const server = await https((_, response) => response.end('server'));
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']) {
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    }
    const answer = await getting(`https://issuer.test:${server.port}/`);
    expect(answer.kind === 'answered' && textOf(answer.body)).toBe('server');
    expect(proxy.connections).toBe(0);
  });

  it('nor are the switches that Node reads when it starts: NODE_USE_ENV_PROXY, NODE_TLS_REJECT_UNAUTHORIZED, NODE_OPTIONS', async () => {
    const proxy = await http((_, response) => response.end('proxy'));
    const server = await https((_, response) => response.end('server'), authority('Other').issue(['localhost']));
    const plain = await http((_, response) => response.end('server'));
    const old = await https((_, response) => response.end('server'), certificate, OLD_TLS);
    const module = new URL('../../shared/platform/http.ts', import.meta.url).href;
    const script = `
      import { outsideClient } from '${module}';
      const client = outsideClient({ dns: {}, trustLoopback: true, userAgent: 'x' });
      const one = await client.request({ method: 'GET', url: 'https://localhost:${server.port}/' });
      const two = await client.request({ method: 'GET', url: 'http://localhost:${plain.port}/' });
      const three = await client.request({ method: 'GET', url: 'https://localhost:${old.port}/' });
      console.log(one.code, Buffer.from(two.body).toString(), three.detail);`;
    const at = `http://127.0.0.1:${proxy.port}`;
    const NODE_OPTIONS = '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0';
    const env = {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: at,
      HTTPS_PROXY: at,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_OPTIONS,
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    expect(stdout).toMatch(/^tls server .*alert protocol version/);
    expect(proxy.connections).toBe(0);
  });
});

import type { Answer } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { type DnsClient, dnsClient, RECORD_CHARS_MAX, RECORDS_MAX } from '../../shared/platform/dns.ts';
import { a, aaaa, cname, type DnsServer, dnsServer, RCODE, type Reply, txt } from './dns-server.ts';

const NAME = 'acme.com';
/** Long enough for loopback on a busy machine, short enough to wait for silence. Milliseconds. */
const TIMEOUT_MS = 300;
const SILENT: Reply = { silent: true };

const running: DnsServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});
async function serving(reply: Reply | Parameters<typeof dnsServer>[0]): Promise<DnsServer> {
  const server = await dnsServer(typeof reply === 'function' ? reply : () => reply);
  running.push(server);
  return server;
}
/** For answers that are not silence the time limit is out of the way. */
const asking = (servers: readonly DnsServer[], timeoutMs = 5000, triesMax = 1): DnsClient =>
  dnsClient({ servers: servers.map(({ at }) => at), timeoutMs, triesMax });

describe('TXT', () => {
  it('joins the strings of one record without a space, and keeps records apart', async () => {
    const server = await serving({
      answers: [txt(NAME, 'sallyport-', 'verification=', 'abc'), txt(NAME, 'v=spf1 -all')],
    });
    expect(await asking([server]).txt(NAME)).toEqual({
      kind: 'records',
      records: ['sallyport-verification=abc', 'v=spf1 -all'],
      leftOut: 0,
      server: server.at,
      keptMs: 60_000,
    });
    expect(server.asked).toEqual([{ name: NAME, type: 'TXT', over: 'udp' }]);
  });

  it('follows an alias, and shows it when asked', async () => {
    const server = await serving(({ type }) => ({
      answers: type === 'CNAME' ? [cname(NAME, 'other.org')] : [cname(NAME, 'other.org'), txt('other.org', 'there')],
    }));
    expect(await asking([server]).txt(NAME)).toMatchObject({ kind: 'records', records: ['there'] });
    expect(await asking([server]).alias(NAME)).toMatchObject({ kind: 'records', records: ['other.org'] });
  });

  it('an alias to nothing is no record', async () => {
    const server = await serving({ answers: [cname(NAME, 'nowhere.org')] });
    expect(await asking([server]).txt(NAME)).toEqual({ kind: 'none', code: 'NODATA', server: server.at, keptMs: 0 });
  });

  it('asks over TCP when the answer was cut short', async () => {
    const long = 'x'.repeat(200);
    const server = await serving({ truncated: true, answers: Array.from({ length: 10 }, () => txt(NAME, long)) });
    const answer = await asking([server]).txt(NAME);
    expect(answer).toMatchObject({ kind: 'records', leftOut: 0 });
    expect(answer.kind === 'records' && answer.records).toHaveLength(10);
    expect(server.asked.map(({ over }) => over)).toEqual(['udp', 'tcp']);
  });

  it('bounds how many records it gives on, and leaves out whole what is too long', async () => {
    const many = Array.from({ length: RECORDS_MAX + 7 }, (_, index) => txt(NAME, `record ${index}`));
    const crowded = await serving({ truncated: true, answers: many });
    const answer = await asking([crowded]).txt(NAME);
    expect(answer).toMatchObject({ kind: 'records', leftOut: 7 });
    expect(answer.kind === 'records' && answer.records).toHaveLength(RECORDS_MAX);

    const strings = Array.from({ length: Math.ceil((RECORD_CHARS_MAX + 1) / 255) }, () => 'y'.repeat(255));
    const long = await serving({ truncated: true, answers: [txt(NAME, ...strings), txt(NAME, 'short')] });
    expect(await asking([long]).txt(NAME)).toMatchObject({ records: ['short'], leftOut: 1 });
  });
});

describe('no record is an answer, and the next server is not asked', () => {
  it.each([
    ['NXDOMAIN', RCODE.NXDOMAIN],
    ['NODATA', RCODE.NOERROR],
  ])('%s', async (code, rcode) => {
    const [first, second] = [await serving({ rcode }), await serving({ answers: [txt(NAME, 'x')] })];
    expect(await asking([first, second]).txt(NAME)).toEqual({ kind: 'none', code, server: first.at, keptMs: 0 });
    expect(second.asked).toEqual([]);
  });
});

describe('how long an answer is kept', () => {
  const ttl = (answer: Answer, seconds: number): Answer =>
    answer.type === 'OPT' ? answer : { ...answer, ttl: seconds };
  const soa = (seconds: number, minimum: number): Answer => ({
    type: 'SOA',
    name: NAME,
    ttl: seconds,
    data: { mname: 'ns.acme.com', rname: 'h.acme.com', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
  });
  it.each<[string, Reply, number]>([
    ['records: their own', { answers: [ttl(txt(NAME, 'x'), 300)] }, 300_000],
    ['an alias that is kept shorter', { answers: [ttl(cname(NAME, 'b.org'), 5), ttl(txt('b.org', 'x'), 300)] }, 5000],
    ['no record: the SOA’s minimum', { rcode: RCODE.NXDOMAIN, authorities: [soa(3600, 60)] }, 60_000],
    ['no record: the SOA’s own life', { authorities: [soa(30, 900)] }, 30_000],
    ['no record, no SOA: not said', { rcode: RCODE.NXDOMAIN }, 0],
    ['a life that nobody believes', { answers: [ttl(txt(NAME, 'x'), 0x7fff_ffff)] }, 7 * 86_400_000],
    ['a negative one (RFC 2181 section 8)', { answers: [ttl(txt(NAME, 'x'), 0xffff_ffff)] }, 0],
  ])('%s', async (_what, reply, keptMs) => {
    expect(await asking([await serving(reply)]).txt(NAME)).toMatchObject({ keptMs });
  });
});

describe('what a server sends along', () => {
  it('records of other names are not taken', async () => {
    const server = await serving({ answers: [txt('other.com', 'x'), cname('b.org', 'c.org'), txt('c.org', 'y')] });
    expect(await asking([server]).txt(NAME)).toMatchObject({ kind: 'none' });
  });

  it('an answer to another question, or with another ID, is passed over', async () => {
    for (const wrong of [{ id: 1 }, { question: 'other.com' }]) {
      const server = await serving({ answers: [txt(NAME, 'x')], ...wrong });
      expect(await asking([server], TIMEOUT_MS).txt(NAME)).toMatchObject({ kind: 'failed', code: 'TIMEOUT' });
    }
  });

  it('aliases in a circle end', async () => {
    const server = await serving({ answers: [cname(NAME, 'b.org'), cname('b.org', NAME)] });
    expect(await asking([server]).txt(NAME)).toMatchObject({ kind: 'none', code: 'NODATA' });
  });

  it('a connection that ends without an answer is a bad response', async () => {
    const server = await serving(({ over }) => (over === 'udp' ? { truncated: true } : { hangUp: true }));
    expect(await asking([server]).txt(NAME)).toMatchObject({ kind: 'failed', code: 'BADRESP' });
  });

  it('a message in several pieces is read whole', async () => {
    const server = await serving({ truncated: true, dripped: true, answers: [txt(NAME, 'x'.repeat(200))] });
    expect(await asking([server]).txt(NAME)).toMatchObject({ kind: 'records' });
  });
});

describe('a failure is never "no record"', () => {
  it.each([
    ['SERVFAIL', { rcode: RCODE.SERVFAIL }],
    ['REFUSED', { rcode: RCODE.REFUSED }],
    ['FORMERR', { rcode: RCODE.FORMERR }],
    ['NOTIMP', { rcode: RCODE.NOTIMP }],
  ])('%s: the next server is asked; if there is none, it is the answer', async (code, reply) => {
    const [first, second] = [await serving(reply), await serving({ answers: [txt(NAME, 'x')] })];
    expect(await asking([first, second]).txt(NAME)).toMatchObject({ kind: 'records', server: second.at });
    expect(await asking([first]).txt(NAME)).toEqual({ kind: 'failed', code, servers: [{ server: first.at, code }] });
  });

  it('silence: the second server is used', async () => {
    const [first, second] = [await serving(SILENT), await serving({ answers: [txt(NAME, 'x')] })];
    expect(await asking([first, second], TIMEOUT_MS).txt(NAME)).toMatchObject({ kind: 'records', server: second.at });
    expect(first.asked).toHaveLength(1);
  });

  it('silence of all, and garbage, end with TIMEOUT', async () => {
    const servers = [await serving(SILENT), await serving({ garbage: true })];
    const answer = await asking(servers, TIMEOUT_MS).txt(NAME);
    expect(answer).toMatchObject({ kind: 'failed', servers: [{ server: servers[0]?.at, code: 'TIMEOUT' }, {}] });
  });

  it('silence over TCP after a cut answer ends with TIMEOUT', async () => {
    const server = await serving(({ over }) => (over === 'udp' ? { truncated: true } : SILENT));
    expect(await asking([server], TIMEOUT_MS).txt(NAME)).toMatchObject({ kind: 'failed', code: 'TIMEOUT' });
    expect(server.asked.map(({ over }) => over)).toContain('tcp');
  });

  it('a lost packet is asked for again, a clear failure is not', async () => {
    let lost = 0;
    const losing = await serving(() => (lost++ === 0 ? SILENT : { answers: [txt(NAME, 'x')] }));
    const failing = await serving({ rcode: RCODE.SERVFAIL });
    expect(await asking([losing, failing], TIMEOUT_MS, 2).txt(NAME)).toMatchObject({
      kind: 'records',
      server: losing.at,
    });
    expect([losing.asked.length, failing.asked.length]).toEqual([2, 1]);
  });

  it('what a server said is told before that another was silent', async () => {
    const servers = [await serving(SILENT), await serving({ rcode: RCODE.REFUSED })];
    expect(await asking(servers, TIMEOUT_MS).txt(NAME)).toMatchObject({
      kind: 'failed',
      code: 'REFUSED',
      servers: [{ code: 'TIMEOUT' }, { code: 'REFUSED' }],
    });
  });

  it('a server that is down is passed over', async () => {
    const [down, up] = [await dnsServer(() => ({})), await serving({ answers: [txt(NAME, 'x')] })];
    await down.close();
    expect(await asking([down, up], TIMEOUT_MS).txt(NAME)).toMatchObject({ kind: 'records', server: up.at });
  });

  it('the caller may stop waiting', async () => {
    const server = await serving(SILENT);
    const stop = new AbortController();
    const other = await serving(SILENT);
    const answer = asking([server, other]).txt(NAME, stop.signal);
    stop.abort();
    const servers = [{ server: server.at, code: 'ABORTED' }];
    expect(await answer).toEqual({ kind: 'failed', code: 'ABORTED', servers });
    expect(await asking([server]).txt(NAME, AbortSignal.abort())).toMatchObject({ kind: 'failed', code: 'ABORTED' });
  });
});

describe('a server that cannot be reached from this network', () => {
  it('fails at once, and the next one is asked', async () => {
    const nowhere = '255.255.255.255'; // broadcast: the system refuses it, as it does any address without a route
    const server = await serving({ answers: [txt(NAME, 'x')] });
    const alone = dnsClient({ servers: [nowhere], timeoutMs: 5000, triesMax: 1 });
    expect(await alone.txt(NAME)).toMatchObject({ kind: 'failed', code: 'FAILED' });
    const both = dnsClient({ servers: [nowhere, server.at], timeoutMs: 5000, triesMax: 1 });
    expect(await both.txt(NAME)).toMatchObject({ kind: 'records', server: server.at });
  });
});

describe('addresses', () => {
  it('gives both families, IPv4 first', async () => {
    const server = await serving(({ type }) => ({
      answers: type === 'A' ? [a(NAME, '8.8.8.8'), a(NAME, '10.0.0.1')] : [aaaa(NAME, '2606:4700::1')],
    }));
    expect(await asking([server]).addresses(NAME)).toMatchObject({ records: ['8.8.8.8', '10.0.0.1', '2606:4700::1'] });
    expect(server.asked.map(({ type }) => type).sort()).toEqual(['A', 'AAAA']);
  });

  it.each([
    ['A', { rcode: RCODE.NOERROR }],
    ['AAAA', { rcode: RCODE.NOERROR }],
    ['A', { rcode: RCODE.SERVFAIL }],
    ['AAAA', { rcode: RCODE.SERVFAIL }],
  ])('one family is enough when %s has none or fails', async (without, reply) => {
    const server = await serving(({ type }) => {
      if (type === without) return reply;
      return { answers: type === 'A' ? [a(NAME, '8.8.8.8')] : [aaaa(NAME, '2606:4700::1')] };
    });
    expect(await asking([server]).addresses(NAME)).toMatchObject({ kind: 'records', leftOut: 0 });
  });

  it('no records of both is none; NXDOMAIN only if both say so', async () => {
    const missing = await serving({ rcode: RCODE.NXDOMAIN });
    expect(await asking([missing]).addresses(NAME)).toMatchObject({ kind: 'none', code: 'NXDOMAIN' });
    const half = await serving(({ type }) => ({ rcode: type === 'A' ? RCODE.NXDOMAIN : RCODE.NOERROR }));
    expect(await asking([half]).addresses(NAME)).toMatchObject({ kind: 'none', code: 'NODATA' });
  });

  it('none of one family and a failure of the other is a failure', async () => {
    const server = await serving(({ type }) => ({ rcode: type === 'A' ? RCODE.NOERROR : RCODE.SERVFAIL }));
    expect(await asking([server]).addresses(NAME)).toMatchObject({ kind: 'failed', code: 'SERVFAIL' });
  });
});

describe('what is no name is not asked', () => {
  it.each([
    '',
    '.',
    'a..b',
    'acme.com.',
    'a\\046b.com',
    'ac me.com',
    'bücher.de',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(127)}a`,
  ])('%j', async (name) => {
    const server = await serving({ answers: [txt(NAME, 'x')] });
    expect(await asking([server]).txt(name)).toEqual({ kind: 'failed', code: 'BADNAME', servers: [] });
    expect(server.asked).toEqual([]);
  });

  it('names with an underscore, and in capitals, are', async () => {
    const server = await serving(({ name }) => ({ answers: [txt(name, 'x')] }));
    expect(await asking([server]).txt('_sallyport-challenge.Acme.COM')).toMatchObject({ kind: 'records' });
  });
});

describe('the setting', () => {
  it.each(['1.1.1.1', '1.1.1.1:5353', '::1', '[::1]', '[::1]:5353'])('%s is a server', (server) => {
    expect(() => dnsClient({ servers: [server], timeoutMs: 1, triesMax: 1 })).not.toThrow();
  });
  it.each([
    '',
    'dns.acme.com',
    'localhost:53',
    '1.1.1.1:0',
    '1.1.1.1:65536',
    '1.1.1.1:x',
    '1.1.1',
    '::1:',
    '[1.1.1.1]:53',
  ])('%j is none, and says so', (server) => {
    expect(() => dnsClient({ servers: [server], timeoutMs: 1, triesMax: 1 })).toThrow('Give ip, ip:port or [v6]:port');
  });
  it('needs at least one', () => {
    expect(() => dnsClient({ servers: [], timeoutMs: 1, triesMax: 1 })).toThrow('at least one');
  });
});

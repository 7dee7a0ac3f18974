import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { judge } from '../../shared/domains/judge.ts';
import { proofValue } from '../../shared/domains/proof.ts';
import { proverWith } from '../../shared/domains/prove.ts';
import { dnsClient } from '../../shared/platform/dns.ts';
import { outsideClient } from '../../shared/platform/http.ts';
import { T0 } from '../grants/a-grant.ts';
import { type DnsServer, startDnsServer } from '../peers/dns-server.ts';
import { aDomain } from './a-domain.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

async function resolversOf(count: number): Promise<DnsServer[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => startDnsServer()));
  closing.push(...servers.map((server) => () => server.stop()));
  return servers;
}
/** A site on loopback, as one machine with trusted loopback has it. */
async function siteOf(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
const domain = aDomain();
const value = proofValue(domain);
const CHALLENGE = '_sallyport-challenge.acme.com';

function proverOn(servers: readonly DnsServer[], port = 80) {
  const options = { timeoutMs: 300, triesMax: 1 };
  const dns = dnsClient({ servers: servers.map(({ address }) => address), ...options });
  const resolvers = servers.map(({ address }) => dnsClient({ servers: [address], ...options }));
  const outside = outsideClient({ dns, trustLoopback: true, userAgent: 'test' });
  return proverWith({ resolvers, files: outside, site: { scheme: 'http', port } });
}
const lookAtRecords = async (servers: readonly DnsServer[]) => judge(domain, await proverOn(servers)(domain), T0);

describe('S3 a look at the DNS', () => {
  it('finds the proof at either name, among others, made of several strings', async () => {
    const [server] = await resolversOf(1);
    await server?.set('acme.com', 'TXT', ['v=spf1 -all', [value.slice(0, 10), value.slice(10)]]);
    expect(await lookAtRecords(server ? [server] : [])).toMatchObject({ outcome: 'PROVED' });
    await server?.remove('acme.com');
    expect(await lookAtRecords(server ? [server] : [])).toMatchObject({ outcome: 'NOT_PROVED' });
    await server?.set(CHALLENGE, 'TXT', value);
    expect(await lookAtRecords(server ? [server] : [])).toMatchObject({ outcome: 'PROVED' });
  });

  it('comes again by TCP for an answer that was cut', async () => {
    const servers = await resolversOf(1);
    await servers[0]?.set('acme.com', 'TXT', [
      ...Array.from({ length: 60 }, (_, n) => `record ${n} of the marketing`),
      value,
    ]);
    expect(await lookAtRecords(servers)).toMatchObject({ outcome: 'PROVED' });
  });

  it('asks every resolver, and is not content with a “no” of one while another cannot say', async () => {
    const servers = await resolversOf(2);
    expect(await lookAtRecords(servers)).toMatchObject({ outcome: 'NOT_PROVED', finding: { code: 'no-record' } });
    await servers[1]?.setFault('acme.com', 'SERVFAIL');
    expect(await lookAtRecords(servers)).toMatchObject({ outcome: 'UNKNOWN', finding: { code: 'no-record' } });
    await servers[0]?.setFault('*', 'SILENT');
    expect(await lookAtRecords(servers)).toMatchObject({ outcome: 'UNKNOWN', finding: { code: 'look-up-failed' } });
  });

  it('asks nothing more of resolvers that do not answer', async () => {
    const servers = await resolversOf(1);
    await servers[0]?.setFault('*', 'SERVFAIL');
    await lookAtRecords(servers);
    expect((await servers[0]?.questions())?.map(({ name }) => name).sort()).toEqual([CHALLENGE, 'acme.com']);
  });

  it('finds a record whose name the provider doubled, beside others at the right name', async () => {
    const servers = await resolversOf(1);
    await servers[0]?.set('acme.com', 'TXT', 'v=spf1 -all');
    await servers[0]?.set('acme.com.acme.com', 'TXT', value);
    expect(await lookAtRecords(servers)).toMatchObject({ finding: { code: 'record-at-doubled-name' } });
  });

  it('finds it below the zone too, when a name inside the zone was entered in full', async () => {
    const servers = await resolversOf(1);
    const mail = aDomain({ domainName: 'mail.acme.com' });
    await servers[0]?.set('_sallyport-challenge.mail.acme.com.acme.com', 'TXT', value);
    const judged = judge(mail, await proverOn(servers)(mail), T0);
    expect(judged.finding).toMatchObject({
      code: 'record-at-doubled-name',
      fix: expect.stringMatching(/^Leave acme\.com out/),
    });
  });

  it('records the chain of aliases behind the answer', async () => {
    const servers = await resolversOf(1);
    await servers[0]?.set(CHALLENGE, 'CNAME', 'proofs.acme.net');
    await servers[0]?.set('proofs.acme.net', 'CNAME', 'txt.acme.net');
    await servers[0]?.set('txt.acme.net', 'TXT', value);
    const { outcome, exchanges } = await lookAtRecords(servers);
    expect(outcome).toBe('PROVED');
    expect(exchanges).toContainEqual({
      asked: `CNAME ${CHALLENGE}`,
      from: '',
      got: '"proofs.acme.net" → "txt.acme.net"',
      keptUntil: null,
    });
  });

  it('ends with aliases that lead in a circle', async () => {
    const servers = await resolversOf(1);
    await servers[0]?.set('acme.com', 'CNAME', 'acme.net');
    await servers[0]?.set('acme.net', 'CNAME', 'acme.com');
    expect(await lookAtRecords(servers)).toMatchObject({ outcome: 'UNKNOWN', finding: { code: 'look-up-failed' } });
  });
});

describe('S3 a look at the web', () => {
  const byFile = aDomain({ method: 'HTML_FILE_UPLOAD' });
  const ROOT = '/sallyport-site-verification.html';
  const WELL_KNOWN = '/.well-known/sallyport-site-verification.html';

  const look = async (pages: Record<string, readonly [number, string, Record<string, string>?]>) => {
    const servers = await resolversOf(1);
    await servers[0]?.set('acme.com', 'A', '127.0.0.1');
    const port = await siteOf(({ url = '' }, response) => {
      const [status, body, headers] = pages[url] ?? [404, '<h1>Not found</h1>'.repeat(5000)];
      response.writeHead(status, headers).end(body);
    });
    return judge(byFile, await proverOn(servers, port)(byFile), T0);
  };

  it.each([ROOT, WELL_KNOWN])('finds the file at %s', async (path) => {
    expect(await look({ [path]: [200, `${value}\n`] })).toMatchObject({ outcome: 'PROVED' });
  });

  it('sees that a file is missing, however long the page that says so', async () => {
    expect(await look({})).toMatchObject({ outcome: 'NOT_PROVED', finding: { code: 'file-missing' } });
  });

  it('sees that there is another content, however long', async () => {
    const { finding, outcome } = await look({ [ROOT]: [200, `<html>${'x'.repeat(1_000_000)}`] });
    expect({ outcome, code: finding.code }).toEqual({ outcome: 'NOT_PROVED', code: 'file-is-a-page' });
  });

  it('follows no redirect', async () => {
    const judged = await look({ [ROOT]: [302, '', { location: WELL_KNOWN }], [WELL_KNOWN]: [404, ''] });
    expect(judged).toMatchObject({ outcome: 'UNKNOWN', finding: { code: 'file-redirected' } });
  });

  it('decides nothing by a server that fails, or by a name that cannot be looked up', async () => {
    expect(await look({ [ROOT]: [500, ''] })).toMatchObject({ outcome: 'UNKNOWN' });
    const servers = await resolversOf(2);
    await servers[0]?.setFault('acme.com', 'SERVFAIL');
    expect(judge(byFile, await proverOn(servers)(byFile), T0)).toMatchObject({ outcome: 'UNKNOWN' });
  });

  it('sees that the name has no address at all', async () => {
    const judged = judge(byFile, await proverOn(await resolversOf(2))(byFile), T0);
    expect(judged).toMatchObject({ outcome: 'NOT_PROVED', finding: { code: 'name-without-address' } });
    expect(judged.exchanges.at(-1)).toMatchObject({ asked: 'A and AAAA acme.com', got: 'NXDOMAIN' });
  });
});

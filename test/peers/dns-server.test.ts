import { Resolver } from 'node:dns/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dnsClient, manageDns } from './dns-management.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';

let server: DnsServer;
const resolver = new Resolver({ timeout: 200, tries: 1 });
beforeAll(async () => {
  server = await startDnsServer();
  resolver.setServers([server.address]);
});
afterAll(() => server.stop());

describe('the DNS server answers node:dns', () => {
  it('with TXT records of one and of several strings', async () => {
    await server.set('acme.com', 'TXT', ['first', ['sec', 'ond']]);
    expect(await resolver.resolveTxt('ACME.com')).toEqual([['first'], ['sec', 'ond']]);
  });

  it('with NXDOMAIN for an unknown name and NODATA for a name without such records', async () => {
    await server.set('_challenge.below.com', 'TXT', 'here');
    await expect(resolver.resolveTxt('unknown.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolveTxt('below.com')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('_challenge.below.com')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('through a CNAME', async () => {
    await server.set('www.acme.com', 'CNAME', 'host.example.net');
    await server.set('host.example.net', 'TXT', 'found');
    expect(await resolver.resolveTxt('www.acme.com')).toEqual([['found']]);
  });

  it('by TCP when the UDP answer is truncated, by a fault or by its size', async () => {
    await server.set('cut.com', 'TXT', 'whole');
    await server.setFault('cut.com', 'TRUNCATE');
    await server.set(
      'long.com',
      'TXT',
      Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(250, 'x')),
    );
    expect(await resolver.resolveTxt('cut.com')).toEqual([['whole']]);
    expect(await resolver.resolveTxt('long.com')).toHaveLength(20);
    expect((await server.questions('cut.com')).map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });

  it('with SERVFAIL, with nothing, and again once healed', async () => {
    await server.set('ill.com', 'A', '192.0.2.1');
    await server.setFault('ill.com', 'SERVFAIL');
    await expect(resolver.resolve4('ill.com')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    await server.setFault('ill.com', 'SILENT');
    await expect(resolver.resolve4('ill.com')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    await server.setFault('ill.com', null);
    expect(await resolver.resolve4('ill.com')).toEqual(['192.0.2.1']);
  });

  it('and is worked from another process by its management side', async () => {
    const management = await manageDns(server);
    const client = dnsClient(management.url, server.address);
    await client.set('remote.com', 'TXT', 'from afar');
    expect(await resolver.resolveTxt('remote.com')).toEqual([['from afar']]);
    expect(await client.questions('remote.com')).toEqual([{ name: 'remote.com', type: 'TXT', transport: 'udp' }]);
    await client.remove('remote.com');
    await expect(resolver.resolveTxt('remote.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await management.stop();
  });
});

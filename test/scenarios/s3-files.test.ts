/** With a system of its own, which fetches verification files over HTTPS from a server of ours. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startDnsServer } from '../peers/dns-server.ts';
import { startSite } from '../peers/site.ts';
import { rigOf } from '../rig/rig.ts';
import { startSystem } from '../rig/system.ts';

const folder = await mkdtemp(join(tmpdir(), 'sallyport-site-'));
const [dns, site] = await Promise.all([startDnsServer(), startSite()]);
const authorityFile = join(folder, 'authority.pem');
await writeFile(authorityFile, site.authority);
const system = await startSystem({
  dns: dns.address,
  environment: { SALLYPORT_SITE_PORT: String(site.port), SALLYPORT_SITE_CA: authorityFile },
});
afterAll(async () => {
  await system.stop();
  await Promise.all([dns.stop(), site.stop(), rm(folder, { recursive: true })]);
});
const { api, aFederation, aDomainByFile, aLookAt } = rigOf(system, dns);

const ROOT = '/sallyport-site-verification.html';
const WELL_KNOWN = '/.well-known/sallyport-site-verification.html';
const aSite = async () => {
  const domain = await aDomainByFile(await aFederation());
  await dns.set(domain.domainName, 'A', '127.0.0.1');
  return domain;
};
type Domain = Awaited<ReturnType<typeof aSite>>;
const pageOf =
  (path: string, status: number, body: string, headers = {}) =>
  ({ domainName }: Domain) =>
    site.set(domainName, path, { status, body, headers });

describe('S3 verification by a file over HTTPS', () => {
  it.each([ROOT, WELL_KNOWN])('finds the file at %s, and asked for both', async (path) => {
    const domain = await aSite();
    site.set(domain.domainName, path, { body: `${domain.proof.content}\n` });
    expect(await aLookAt(domain)).toMatchObject({ status: 'VERIFIED', lastAttempt: { outcome: 'PROVED' } });
    expect([...site.requests(domain.domainName)].sort()).toEqual([WELL_KNOWN, ROOT].sort());
  });

  interface Fault {
    readonly what: string;
    readonly serve: (domain: Domain) => void;
    readonly code: string;
    readonly outcome: 'NOT_PROVED' | 'UNKNOWN';
    readonly message: string;
    readonly fix: string;
  }
  const certificate = (kind: Parameters<typeof site.setCertificate>[1]) => (domain: Domain) => {
    site.set(domain.domainName, ROOT, { body: domain.proof.content });
    site.setCertificate(domain.domainName, kind);
  };
  it.each<Fault>([
    {
      what: 'there is no file',
      serve: () => undefined,
      code: 'file-missing',
      outcome: 'NOT_PROVED',
      message: 'answers 404',
      fix: 'with status 200 and without a redirect',
    },
    {
      what: 'the file redirects',
      serve: pageOf('*', 301, '', { location: 'https://www.acme.com/' }),
      code: 'file-redirected',
      outcome: 'UNKNOWN',
      message: 'redirects to "https://www.acme.com/", and redirects are not followed',
      fix: 'Or prove the name by a TXT record',
    },
    {
      what: 'there is a page in its place',
      serve: pageOf('*', 200, '<!doctype html><title>Acme</title>'),
      code: 'file-is-a-page',
      outcome: 'NOT_PROVED',
      message: 'is an HTML page: "<!doctype html><title>Acme</title>"',
      fix: 'The file holds this one line and no markup',
    },
    {
      what: 'it has another content',
      serve: pageOf(ROOT, 200, 'hello'),
      code: 'file-with-other-content',
      outcome: 'NOT_PROVED',
      message: 'holds "hello"',
      fix: 'Serve a file with exactly',
    },
    {
      what: 'the server fails',
      serve: pageOf('*', 503, 'later'),
      code: 'file-status',
      outcome: 'UNKNOWN',
      message: 'answers 503. Nothing was decided',
      fix: 'Serve a file with exactly',
    },
    {
      what: 'the certificate has run out',
      serve: certificate('EXPIRED'),
      code: 'file-tls',
      outcome: 'UNKNOWN',
      message: 'its certificate has run out. Renew it.',
      fix: 'Serve a file with exactly',
    },
    {
      what: 'the certificate is for another name',
      serve: certificate('OTHER_NAME'),
      code: 'file-tls',
      outcome: 'UNKNOWN',
      message: 'its certificate is for "other.example". Use one for that name.',
      fix: 'Serve a file with exactly',
    },
    {
      what: 'the certificate is of an authority that nobody knows',
      serve: certificate('OTHER_AUTHORITY'),
      code: 'file-tls',
      outcome: 'UNKNOWN',
      message: 'its certificate leads to no public authority',
      fix: 'Serve a file with exactly',
    },
    {
      what: 'the name leads inside a network',
      serve: ({ domainName }) => void dns.set(domainName, 'A', ['127.0.0.1', '10.0.0.1']),
      code: 'file-unreachable',
      outcome: 'UNKNOWN',
      message: 'gave no complete answer in time. Check that the name resolves to public addresses only',
      fix: 'Serve a file with exactly',
    },
    {
      what: 'the name has no address',
      serve: ({ domainName }) => void dns.remove(domainName),
      code: 'name-without-address',
      outcome: 'NOT_PROVED',
      message: 'has no address, so no file can be served there',
      fix: 'Or prove the name by a TXT record',
    },
  ])('$what', async ({ serve, code, outcome, message, fix }) => {
    const domain = await aSite();
    serve(domain);
    const { status, lastAttempt } = await aLookAt(domain);
    expect({ status, outcome: lastAttempt?.outcome, code: lastAttempt?.finding.code }).toEqual({
      status: 'PENDING',
      outcome,
      code,
    });
    expect(lastAttempt?.finding.message).toContain(message);
    expect(lastAttempt?.finding.fix).toContain(fix);
    expect(lastAttempt?.exchanges[0]?.asked).toBe(`GET https://${domain.domainName}:${site.port}${ROOT}`);
  });

  it('mends by itself once the certificate is right', async () => {
    const domain = await aSite();
    certificate('EXPIRED')(domain);
    expect((await aLookAt(domain)).status).toBe('PENDING');
    site.setCertificate(domain.domainName, 'GOOD');
    await system.moveClock((await system.now()) + 60 * 60 * 1000);
    expect((await api.get(`/v1/domains/${domain.id}`)).body).toMatchObject({ status: 'VERIFIED' });
  });
});

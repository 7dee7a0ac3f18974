import { describe, expect, it } from 'vitest';
import { rig } from '../rig/rig.ts';
import { unique, uniqueDomainName } from '../rig/stories.ts';

const { api, dns, system, aFederation, aDomain, aLookAt, aVerifiedDomain } = rig();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('S4 names that can be owned', () => {
  it.each([
    ['com', 'single label'],
    ['co.uk', 'public suffix'],
    ['github.io', 'public suffix'],
    ['192.0.2.1', 'IP address'],
    ['0x7f.1', 'IP address'],
    ['localhost', 'single label'],
    ['acme.internal', 'special use'],
    ['acme.corp', 'special use'],
    ['example.com', 'special use'],
    ['a b.com', 'no scheme, path or space'],
    ['https://acme.com/', 'no scheme, path or space'],
    ['*.acme.com', 'wildcard'],
    ['-acme.com', 'letters, digits and inner hyphens'],
    ['xn--acme-.com', 'letters, digits and inner hyphens'],
    ['xn--acme.com', 'does not decode and encode back'],
    ['acme.123', 'no domain name'],
    ['', 'domain name such as acme.com'],
  ])('refuses %j: %s', async (domainName, reason) => {
    const { federationId } = await aFederation();
    const body = { displayName: 'Acme', domainName, method: 'DNS_RECORD' };
    expect(await api.post(`/v1/federations/${federationId}/domains`, body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/domainName', message: expect.stringMatching(new RegExp(reason, 'i')) }] },
    });
  });

  it('stores an internationalized name as A-labels, one name however it is typed', async () => {
    const federation = await aFederation();
    const label = unique('bücher');
    const { domainName } = await aDomain(federation, `${label.toUpperCase()}.DE.`);
    expect(domainName).toMatch(/^xn--[a-z0-9-]+\.de$/);
    const body = { displayName: 'Twin', domainName: `${label}.de`, method: 'HTML_FILE_UPLOAD' };
    expect((await api.post(`/v1/federations/${federation.federationId}/domains`, body)).status).toBe(409);
  });
});

describe('S4 one verified owner', () => {
  it('federations that race for a name cannot both hold it, and the loser reads why', async () => {
    const domainName = uniqueDomainName();
    const federations = await Promise.all(Array.from({ length: 5 }, () => aFederation()));
    const domains = await Promise.all(federations.map((federation) => aDomain(federation, domainName)));
    await dns.set(
      domainName,
      'TXT',
      domains.map(({ proof }) => proof.recordValue),
    );
    const looked = await Promise.all(domains.map(aLookAt));
    expect(looked.map(({ status }) => status).sort()).toEqual([...Array(4).fill('PENDING'), 'VERIFIED']);
    for (const { lastAttempt } of looked.filter(({ status }) => status === 'PENDING')) {
      expect(lastAttempt?.finding).toMatchObject({ code: 'domain-owned-elsewhere', severity: 'ERROR' });
    }
  });

  it('is free again once its owner has deleted it', async () => {
    const domainName = uniqueDomainName();
    const first = await aVerifiedDomain(await aFederation(), domainName);
    const second = await aDomain(await aFederation(), domainName);
    await dns.set(domainName, 'TXT', second.proof.recordValue);
    expect((await aLookAt(second)).status).toBe('PENDING');
    expect((await api.delete(`/v1/domains/${first.id}`)).status).toBe(204);
    expect((await aLookAt(second)).status).toBe('VERIFIED');
  });

  it('a name that its owner no longer proves is let go to who proves it, and stays lost', async () => {
    const domainName = uniqueDomainName();
    const first = await aVerifiedDomain(await aFederation(), domainName);
    const second = await aDomain(await aFederation(), domainName);
    await dns.set(domainName, 'TXT', second.proof.recordValue);
    for (let day = 0; day < 5; day++) await system.moveClock((await system.now()) + DAY_MS + MINUTE_MS);
    expect((await api.get(`/v1/domains/${first.id}`)).body).toMatchObject({ status: 'SUSPENDED' });
    expect((await aLookAt(second)).status).toBe('VERIFIED');
    await dns.set(domainName, 'TXT', [first.proof.recordValue, second.proof.recordValue]);
    expect(await aLookAt(first)).toMatchObject({
      status: 'SUSPENDED',
      lastAttempt: { finding: { code: 'domain-owned-elsewhere' } },
    });
    expect((await aLookAt(second)).status).toBe('VERIFIED');
  });

  it('names below it may be another’s', async () => {
    const { domainName } = await aVerifiedDomain(await aFederation());
    expect((await aVerifiedDomain(await aFederation(), `eu.${domainName}`)).status).toBe('VERIFIED');
  });
});

describe('S4 a name that looks like another one', () => {
  it('is added with a warning, which a dry run and every read show too', async () => {
    const { federationId } = await aFederation();
    const body = { displayName: 'Apple?', domainName: 'аррӏе.com', method: 'DNS_RECORD' };
    const shown = {
      domainName: 'xn--80ak6aa92e.com',
      unicodeName: 'аррӏе.com',
      findings: [{ severity: 'WARNING', code: 'domain-looks-alike' }],
    };
    const path = `/v1/federations/${federationId}/domains`;
    expect((await api.post(`${path}?dryRun=true`, body)).body).toMatchObject(shown);
    const domain = await aDomain({ federationId }, body.domainName);
    expect(domain).toMatchObject(shown);
    expect((await api.get(`/v1/domains/${domain.id}`)).body).toMatchObject(shown);
    expect((await api.get(path)).body.items).toMatchObject([shown]);
  });

  it('a name of ASCII has none, and is read as it is stored', async () => {
    expect(await aDomain(await aFederation())).toMatchObject({ unicodeName: null, findings: [] });
  });
});

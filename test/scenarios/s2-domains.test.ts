import { describe, expect, it } from 'vitest';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { uniqueDomainName } from '../rig/stories.ts';

const { api, dns, system, aFederation, aVerifiedDomain } = rig();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const add = async (federationId: string, domainName = uniqueDomainName()) =>
  created(
    await api.post(`/v1/federations/${federationId}/domains`, {
      displayName: 'Acme',
      domainName,
      method: 'DNS_RECORD',
    }),
  );
const read = async (id: string) => (await api.get(`/v1/domains/${id}`)).body;

describe('S2 adding a domain', () => {
  it('answers with exactly what to publish', async () => {
    const { federationId } = await aFederation();
    const domainName = uniqueDomainName();
    expect(await add(federationId, domainName)).toMatchObject({
      domainName,
      status: 'PENDING',
      proof: {
        recordType: 'TXT',
        recordName: domainName,
        recordValue: expect.stringMatching(/^sallyport-site-verification=[A-Za-z0-9_-]{20,}$/),
        alternativeRecordName: `_sallyport-challenge.${domainName}`,
      },
      verifiedAt: null,
      lastAttempt: null,
    });
  });

  it.each(['com', 'co.uk', '192.0.2.1', 'localhost', 'acme.internal', 'a b.com', ''])(
    'refuses %s',
    async (domainName) => {
      const { federationId } = await aFederation();
      const body = { displayName: 'Acme', domainName, method: 'DNS_RECORD' };
      const refused = await api.post(`/v1/federations/${federationId}/domains`, body);
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/domainName' }] } });
    },
  );
});

describe('S3 domain verification', () => {
  it('is polled in the background until the record is there', async () => {
    const { federationId } = await aFederation();
    const domain = await add(federationId);
    const path = `/v1/domains/${domain.id}/verifications`;
    await system.moveClock((await system.now()) + MINUTE_MS + 1000);
    expect(await read(domain.id)).toMatchObject({
      status: 'PENDING',
      lastAttempt: { finding: { code: 'no-record', fix: expect.stringContaining(domain.proof?.recordValue ?? '') } },
    });
    await dns.set(domain.proof?.recordName ?? '', 'TXT', domain.proof?.recordValue ?? '');
    await system.moveClock(String((await read(domain.id)).nextCheckAt));
    expect(await read(domain.id)).toMatchObject({ status: 'VERIFIED' });
    expect((await api.get(path)).body.items?.length).toBeGreaterThanOrEqual(2);
  });

  it('is done at once on demand, by the record at the challenge’s label too', async () => {
    const { federationId } = await aFederation();
    const domain = await add(federationId);
    await dns.set(String(domain.proof?.alternativeRecordName), 'TXT', domain.proof?.recordValue ?? '');
    const checked = await api.post(`/v1/domains/${domain.id}/verifications`);
    expect(checked).toMatchObject({ status: 200, body: { status: 'VERIFIED' } });
  });

  it('a verified domain that stops proving is warned about, then suspended, and restored; an outage changes nothing', async () => {
    const { federationId } = await aFederation();
    const domain = await aVerifiedDomain({ federationId });
    const { recordName: name, recordValue } = domain.proof;
    const days = async (count: number) => {
      for (let day = 0; day < count; day++) await system.moveClock((await system.now()) + DAY_MS + MINUTE_MS);
      return (await read(domain.id)).status;
    };
    await dns.setFault(name, 'SERVFAIL');
    expect(await days(5)).toBe('VERIFIED');
    await dns.setFault(name, null);
    await dns.remove(name, 'TXT');
    expect(await days(1)).toBe('LAPSING');
    expect(await days(4)).toBe('SUSPENDED');
    await dns.set(name, 'TXT', recordValue);
    expect(await days(1)).toBe('VERIFIED');
  });
});

describe('S4 one verified owner', () => {
  it('two federations that race for a name cannot both hold it', async () => {
    const domainName = uniqueDomainName();
    const federations = [await aFederation(), await aFederation()];
    const domains = await Promise.all(federations.map(({ federationId }) => add(federationId, domainName)));
    await dns.set(
      domainName,
      'TXT',
      domains.map(({ proof }) => proof?.recordValue ?? ''),
    );
    const checks = await Promise.all(domains.map(({ id }) => api.post(`/v1/domains/${id}/verifications`)));
    expect(checks.map(({ body }) => body.status).sort()).toEqual(['PENDING', 'VERIFIED']);
    const loser = checks.find(({ body }) => body.status === 'PENDING');
    expect(loser?.text).toContain('domain-owned-elsewhere');
  });

  it('is free again once its owner has deleted it', async () => {
    const domainName = uniqueDomainName();
    const first = await aVerifiedDomain(await aFederation(), domainName);
    expect((await api.delete(`/v1/domains/${first.id}`)).status).toBe(204);
    expect((await aVerifiedDomain(await aFederation(), domainName)).status).toBe('VERIFIED');
  });
});

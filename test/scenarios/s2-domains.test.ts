import { describe, expect, it } from 'vitest';
import { rig } from '../rig/rig.ts';
import { uniqueDomainName } from '../rig/stories.ts';

const { api, aFederation, aDomain, aDomainByFile } = rig();
const VALUE = /^sallyport-site-verification=[A-Za-z0-9_-]{20,}$/;

describe('S2 adding a domain', () => {
  it('answers with exactly the record to publish', async () => {
    const domainName = uniqueDomainName();
    expect(await aDomain(await aFederation(), domainName)).toMatchObject({
      domainName,
      method: 'DNS_RECORD',
      status: 'PENDING',
      proof: {
        recordType: 'TXT',
        recordName: domainName,
        recordValue: expect.stringMatching(VALUE),
        alternativeRecordName: `_sallyport-challenge.${domainName}`,
      },
      verifiedAt: null,
      lastAttempt: null,
    });
  });

  it('answers with exactly the file to publish', async () => {
    const domainName = uniqueDomainName();
    expect(await aDomainByFile(await aFederation(), domainName)).toMatchObject({
      domainName,
      method: 'HTML_FILE_UPLOAD',
      status: 'PENDING',
      proof: {
        url: `https://${domainName}/sallyport-site-verification.html`,
        content: expect.stringMatching(VALUE),
        alternativeUrl: `https://${domainName}/.well-known/sallyport-site-verification.html`,
      },
    });
  });

  it('has another proof after it was deleted and added anew, and in every other federation', async () => {
    const [one, other] = [await aFederation(), await aFederation()];
    const domainName = uniqueDomainName();
    const [first, elsewhere] = [await aDomain(one, domainName), await aDomain(other, domainName)];
    expect((await api.delete(`/v1/domains/${first.id}`)).status).toBe(204);
    const again = await aDomain(one, domainName);
    expect(new Set([first, elsewhere, again].map(({ proof }) => proof.recordValue)).size).toBe(3);
  });

  it('a dry run shows the domain and stores nothing', async () => {
    const { federationId } = await aFederation();
    const path = `/v1/federations/${federationId}/domains`;
    const body = { displayName: 'Acme', domainName: uniqueDomainName(), method: 'DNS_RECORD' };
    const dry = await api.post(path, body, { query: { dryRun: true } });
    expect(dry).toMatchObject({ status: 201, body: { dryRun: true, domainName: body.domainName } });
    expect(dry.body.id).toBeUndefined();
    expect((await api.get(path)).body.items).toEqual([]);
  });

  it('refuses a name twice in one federation, and says so', async () => {
    const federation = await aFederation();
    const { domainName } = await aDomain(federation);
    const body = { displayName: 'Twin', domainName: domainName.toUpperCase(), method: 'DNS_RECORD' };
    expect(await api.post(`/v1/federations/${federation.federationId}/domains`, body)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(domainName) },
    });
  });

  it('is read, listed, renamed and deleted; its name and its method are fixed', async () => {
    const federation = await aFederation();
    const { id, etag } = await aDomain(federation);
    const path = `/v1/domains/${id}`;
    expect(await api.patch(path, { displayName: 'Staff' }, { headers: { 'if-match': etag } })).toMatchObject({
      status: 200,
      body: { displayName: 'Staff' },
    });
    expect((await api.patch(path, { displayName: 'Late' }, { headers: { 'if-match': etag } })).status).toBe(412);
    expect(await api.patch(path, { domainName: 'acme.net', method: 'DNS_RECORD' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/domainName' }, { pointer: '/method' }] },
    });
    const listed = await api.get(`/v1/federations/${federation.federationId}/domains`);
    expect(listed.body.items).toMatchObject([{ id, displayName: 'Staff' }]);
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
  });
});

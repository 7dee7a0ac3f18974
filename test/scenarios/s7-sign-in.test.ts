import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schemas } from '../../client/index.ts';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { rig } from '../rig/rig.ts';

const { api, dns, system, aFederation, aDomain, anIdp, aVerifiedDomain } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let federation: Awaited<ReturnType<typeof aFederation>>;
let issuer: Issuer;
let idp: Schemas['IdentityProvider'];
beforeEach(async () => {
  // The window of sign-in discovery's limit, which all of these share one address in.
  await system.moveClock((await system.now()) + MINUTE_MS);
  federation = await aFederation();
  issuer = await issuers.create();
  idp = await anIdp(federation, issuer);
});
const associate = (...domains: { id: string }[]) =>
  api.put(`/v1/identity-providers/${idp.id}/domains`, { domainIds: domains.map(({ id }) => id) });
const signIn = (principal: string) => api.get('/v1/sign-in', { key: null, query: { principal } });

describe('S7 domains of an identity provider', () => {
  it('verified ones only, and all or none of a call', async () => {
    const verified = await aVerifiedDomain(federation);
    const pending = await aDomain(federation);
    const foreign = await aVerifiedDomain(await aFederation());
    expect(await associate(verified, pending, foreign, { id: 'dom_00000000000000000000000000' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/domainIds/1' }, { pointer: '/domainIds/2' }, { pointer: '/domainIds/3' }] },
    });
    const path = `/v1/identity-providers/${idp.id}/domains`;
    expect((await api.get(path)).body.items).toEqual([]);
    expect((await associate(verified)).status).toBe(200);
    expect((await api.get(path)).body.items).toMatchObject([{ id: verified.id, status: 'VERIFIED' }]);
    expect((await associate()).status).toBe(200);
    expect((await api.get(path)).body.items).toEqual([]);
  });

  it('one is not deleted while people sign in by it, which is named', async () => {
    const domain = await aVerifiedDomain(federation);
    await associate(domain);
    expect(await api.delete(`/v1/domains/${domain.id}`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(idp.id) },
    });
    await associate();
    expect((await api.delete(`/v1/domains/${domain.id}`)).status).toBe(204);
  });
});

describe('S7 sign-in discovery', () => {
  it('goes by the exact, verified domain, and says nothing about anything else', async () => {
    const domain = await aVerifiedDomain(federation);
    const below = await aDomain(federation, `sub.${domain.domainName}`);
    await associate(domain);
    expect(await signIn(`anybody@${domain.domainName.toUpperCase()}`)).toMatchObject({
      status: 200,
      body: { issuer: issuer.issuerUri, clientId: issuer.clientId, scopes: ['openid'] },
    });
    const silent = await Promise.all(
      [`alice@${below.domainName}`, `alice@${domain.domainName}.evil.com`, 'alice@unknown.com', domain.domainName].map(
        signIn,
      ),
    );
    expect(silent.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set(silent.map(({ body }) => body.detail)).size).toBe(1);
  });

  it('ends with the suspension of the domain, as do new associations, and comes back with its proof', async () => {
    const domain = await aVerifiedDomain(federation);
    await associate(domain);
    await dns.remove(domain.domainName);
    for (let day = 0; day < 5; day++) await system.moveClock((await system.now()) + DAY_MS + MINUTE_MS);
    expect((await api.get(`/v1/domains/${domain.id}`)).body).toMatchObject({ status: 'SUSPENDED' });
    expect((await signIn(`alice@${domain.domainName}`)).status).toBe(404);
    const other = await anIdp(federation, await issuers.create());
    const path = `/v1/identity-providers/${other.id}/domains`;
    expect((await api.put(path, { domainIds: [domain.id] })).status).toBe(422);
    await dns.set(domain.domainName, 'TXT', domain.proof.recordValue);
    await api.post(`/v1/domains/${domain.id}/verifications`);
    expect((await signIn(`alice@${domain.domainName}`)).status).toBe(200);
  });

  it('is limited for each address, and says when to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 150 }, () => signIn('alice@unknown.com')));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(90);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

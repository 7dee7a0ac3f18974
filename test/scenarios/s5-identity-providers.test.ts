import { afterAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';

const { api, aFederation, aProject, anIdp, aConnectedIdp, aVerifiedDomain, aKey } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());

describe('S5 identity providers', () => {
  it('are registered with defaults and findings, and checked on demand', async () => {
    const federation = await aFederation();
    const issuer = await issuers.create();
    const made = created(
      await api.post(`/v1/federations/${federation.federationId}/identity-providers`, {
        name: 'Acme',
        issuerUri: issuer.issuerUri,
        clientId: issuer.clientId,
        audience: issuer.audience,
        authorizationType: 'GROUP',
      }),
    );
    expect(made).toMatchObject({ purpose: 'WORKFORCE', userClaim: 'sub', groupsClaim: 'groups', requestedScopes: [] });
    expect(made.findings?.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
    expect((await api.post(`/v1/identity-providers/${made.id}/checks`)).status).toBe(200);
  });

  it('are refused with findings when the issuer is another one, or is down', async () => {
    const federation = await aFederation();
    const issuer = await issuers.create();
    const body = { name: 'x', clientId: 'c', audience: 'a', authorizationType: 'GROUP' };
    const path = `/v1/federations/${federation.federationId}/identity-providers`;
    const slashed = await api.post(path, { ...body, issuerUri: `${issuer.issuerUri}/` });
    expect(slashed.status).toBe(422);
    expect(slashed.body.findings).toContainEqual(expect.objectContaining({ severity: 'ERROR' }));
    issuer.setFault('discovery', { status: 500 });
    const down = await api.post(path, { ...body, issuerUri: issuer.issuerUri });
    expect(down).toMatchObject({ status: 422, body: { type: expect.stringMatching(/identity-provider-unfit$/) } });
    expect((await api.get(path)).body.items).toEqual([]);
  });

  it.each([
    ['http://login.acme.com', '/issuerUri'],
    ['https://10.0.0.1/', '/issuerUri'],
    ['https://user:pw@login.acme.com', '/issuerUri'],
    ['ftp://login.acme.com', '/issuerUri'],
  ])('are refused with the issuer %s, and nothing is asked of it', async (issuerUri, pointer) => {
    const federation = await aFederation();
    const body = { name: 'x', clientId: 'c', audience: 'a', authorizationType: 'GROUP', issuerUri };
    const refused = await api.post(`/v1/federations/${federation.federationId}/identity-providers`, body);
    expect(refused.status).toBe(422);
    const isField = refused.body.errors?.some((fault) => fault.pointer === pointer);
    const isFinding = refused.body.findings !== undefined;
    expect(isField || isFinding).toBe(true);
  });

  it('are unique by issuer and audience in one federation, and free in another', async () => {
    const [one, other] = [await aFederation(), await aFederation()];
    const issuer = await issuers.create();
    const first = await anIdp(one, issuer);
    const body = {
      name: 'Twin',
      issuerUri: issuer.issuerUri,
      clientId: 'c',
      audience: issuer.audience,
      authorizationType: 'USER',
    };
    expect(await api.post(`/v1/federations/${one.federationId}/identity-providers`, body)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(first.id) },
    });
    expect((await anIdp(other, issuer)).id).toBeDefined();
  });

  it('are seen by a requester only where they are connected', async () => {
    const project = await aProject();
    const idp = await aConnectedIdp(project, await issuers.create());
    const unconnected = await anIdp(project, await issuers.create());
    const key = await aKey('REQUESTER', project.scopes.project);
    expect((await api.get(`/v1/identity-providers/${idp.identityProviderId}`, { key })).status).toBe(200);
    expect((await api.get(`/v1/identity-providers/${unconnected.id}`, { key })).status).toBe(404);
    const listed = await api.get(`/v1/federations/${project.federationId}/identity-providers`, { key });
    expect(listed.body.items?.map(({ id }) => id)).toEqual([idp.identityProviderId]);
  });
});

describe('S7 domains of an IdP', () => {
  it('associates verified domains only, and sign-in discovery goes by the exact domain', async () => {
    const federation = await aFederation();
    const issuer = await issuers.create();
    const idp = await anIdp(federation, issuer);
    const verified = await aVerifiedDomain(federation);
    const pending = created(
      await api.post(`/v1/federations/${federation.federationId}/domains`, {
        displayName: 'Other',
        domainName: `sub.${verified.domainName}`,
        method: 'DNS_RECORD',
      }),
    );
    const path = `/v1/identity-providers/${idp.id}/domains`;
    expect(await api.put(path, { domainIds: [verified.id, pending.id] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/domainIds/1' }] },
    });
    expect((await api.put(path, { domainIds: [verified.id] })).status).toBe(200);
    expect((await api.get(path)).body.items?.map(({ id }) => id)).toEqual([verified.id]);

    const signIn = (principal: string) => api.get('/v1/sign-in', { key: null, query: { principal } });
    expect(await signIn(`anybody@${verified.domainName}`)).toMatchObject({
      status: 200,
      body: { issuer: issuer.issuerUri, clientId: issuer.clientId, scopes: ['openid'] },
    });
    expect((await signIn(`alice@sub.${verified.domainName}`)).status).toBe(404);
    expect((await signIn('alice@unknown.com')).status).toBe(404);
  });
});

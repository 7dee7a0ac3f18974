import { afterAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';

const { api, system, aFederation, aProject, anIdp, aConnectedIdp, aKey } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());
const DAY_MS = 86_400_000;

const pathOf = ({ federationId }: { federationId: string }) => `/v1/federations/${federationId}/identity-providers`;
const bodyOf = (issuer: Issuer, more: object = {}) => ({
  name: 'Acme',
  issuerUri: issuer.issuerUri,
  clientId: issuer.clientId,
  audience: issuer.audience,
  authorizationType: 'GROUP',
  ...more,
});
/** The issuer's own document, altered; `undefined` takes a member out. */
const alter = async (issuer: Issuer, document: 'discovery' | 'jwks', members: object) =>
  issuer.setFault(document, { body: { ...(await issuer.document(document)), ...members } });
const codes = (findings: readonly { code: string }[] | undefined) => findings?.map(({ code }) => code);

describe('S5 identity providers', () => {
  it('are registered with defaults and findings, changed, checked on demand, and deleted', async () => {
    const federation = await aFederation();
    const issuer = await issuers.create();
    const made = created(await api.post(pathOf(federation), bodyOf(issuer)));
    expect(made).toMatchObject({ purpose: 'WORKFORCE', userClaim: 'sub', groupsClaim: 'groups', requestedScopes: [] });
    expect(made.findings?.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
    const path = `/v1/identity-providers/${made.id}`;
    const headers = { 'if-match': made.etag ?? '' };
    expect(await api.patch(path, { description: 'Staff', userClaim: 'email' }, { headers })).toMatchObject({
      status: 200,
      body: { description: 'Staff', userClaim: 'email' },
    });
    expect((await api.patch(path, { description: 'Late' }, { headers })).status).toBe(412);
    expect((await api.post(`${path}/checks`)).status).toBe(200);
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
  });

  it('are refused with findings when the issuer is another one, or is down', async () => {
    const federation = await aFederation();
    const issuer = await issuers.create();
    const slashed = await api.post(pathOf(federation), bodyOf(issuer, { issuerUri: `${issuer.issuerUri}/` }));
    expect(slashed).toMatchObject({
      status: 422,
      body: {
        findings: expect.arrayContaining([
          expect.objectContaining({ code: 'issuer-differs', message: expect.stringContaining('differ by the slash') }),
        ]),
      },
    });
    issuer.setFault('discovery', { status: 500 });
    const down = await api.post(pathOf(federation), bodyOf(issuer));
    expect(down).toMatchObject({ status: 422, body: { type: expect.stringMatching(/identity-provider-unfit$/) } });
    expect((await api.get(pathOf(federation))).body.items).toEqual([]);
  });

  it.each<[string, 'discovery' | 'jwks', object, number, string]>([
    ['PKCE', 'discovery', { code_challenge_methods_supported: ['plain'] }, 201, 'pkce-not-announced'],
    ['the device flow', 'discovery', { device_authorization_endpoint: undefined }, 201, 'device-flow-missing'],
    ['a token endpoint', 'discovery', { token_endpoint: undefined }, 422, 'sign-in-endpoint-missing'],
    [
      'an allowed algorithm',
      'discovery',
      { id_token_signing_alg_values_supported: ['HS256'] },
      422,
      'no-allowed-algorithm',
    ],
    ['its keys’ address', 'discovery', { jwks_uri: undefined }, 422, 'jwks-uri-missing'],
    ['keys', 'jwks', { keys: [] }, 422, 'no-usable-key'],
    ['an issuer', 'discovery', { issuer: undefined }, 422, 'issuer-differs'],
  ])('say what the document lacks: %s', async (_what, document, members, status, code) => {
    const issuer = await issuers.create();
    await alter(issuer, document, members);
    const answer = await api.post(pathOf(await aFederation()), bodyOf(issuer));
    expect(answer.status).toBe(status);
    expect(codes(answer.body.findings)).toContain(code);
  });

  it('are refused when a key of theirs is published with its private part', async () => {
    const issuer = await issuers.create();
    const { keys } = await issuer.document('jwks');
    const leaked = Array.isArray(keys) ? keys.map((key) => ({ ...key, d: 'AQAB' })) : [];
    issuer.setFault('jwks', { body: { keys: leaked } });
    const refused = await api.post(pathOf(await aFederation()), bodyOf(issuer));
    expect(refused.status).toBe(422);
    expect(codes(refused.body.findings)).toContain('published-private-key');
    expect(refused.text).not.toContain('AQAB');
  });

  it.each(['https://10.0.0.1/', 'https://user:pw@login.acme.com', 'ftp://login.acme.com', 'https://login.internal/'])(
    'are refused with the issuer %s, and nothing is asked of it',
    async (issuerUri) => {
      const body = { name: 'x', clientId: 'c', audience: 'a', authorizationType: 'GROUP', issuerUri };
      const refused = await api.post(pathOf(await aFederation()), body);
      expect(refused.status).toBe(422);
      expect(refused.text).not.toContain('user:pw');
    },
  );

  it('are looked at once a day: what is found is kept and in the audit, and goes again', async () => {
    const federation = await aFederation();
    const issuer = await issuers.create();
    const { id, nextCheckAt } = await anIdp(federation, issuer);
    const path = `/v1/identity-providers/${id}`;
    await alter(issuer, 'discovery', { code_challenge_methods_supported: undefined });
    await system.moveClock(nextCheckAt);
    const looked = await api.get(path);
    expect(looked.body).toMatchObject({ checkedAt: expect.stringMatching(/^2/) });
    expect(codes(looked.body.findings)).toContain('pkce-not-announced');
    issuer.setFault('discovery', null);
    await system.moveClock((await system.now()) + DAY_MS + 1000);
    expect(codes((await api.get(path)).body.findings)).not.toContain('pkce-not-announced');
    const audit = await api.get(`/v1/federations/${federation.federationId}/audit-events`, {
      query: { action: 'identity-provider.look' },
    });
    expect(audit.body.items).toHaveLength(2);
  });

  it('keep their keys’ address and their access while the issuer is down, and say so', async () => {
    const project = await aProject();
    const issuer = await issuers.create();
    const { identityProviderId } = await aConnectedIdp(project, issuer);
    issuer.setFault('discovery', { status: 503 });
    const checked = await api.post(`/v1/identity-providers/${identityProviderId}/checks`);
    expect(checked).toMatchObject({ status: 200, body: { jwksUri: issuer.jwksUri } });
    expect(checked.body.findings).toContainEqual(expect.objectContaining({ severity: 'ERROR' }));
  });

  it('are unique by issuer and audience in one federation, and free in another', async () => {
    const [one, other] = [await aFederation(), await aFederation()];
    const issuer = await issuers.create();
    const first = await anIdp(one, issuer);
    expect(await api.post(pathOf(one), bodyOf(issuer, { name: 'Twin', authorizationType: 'USER' }))).toMatchObject({
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
    const listed = await api.get(pathOf(project), { key });
    expect(listed.body.items?.map(({ id }) => id)).toEqual([idp.identityProviderId]);
  });
});

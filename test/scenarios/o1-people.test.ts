import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aKey, aToken, anIdp } = rig();
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

const issuers = await startIssuers();
let issuer: Issuer;
let project: Project;
let idp: ConnectedIdp;

beforeAll(async () => {
  issuer = await issuers.create();
  project = await aProject();
  idp = await aConnectedIdp(project, issuer);
});
afterAll(() => issuers.stop());

const bindings = () => `/v1/federations/${project.federationId}/role-bindings`;
const bind = async (type: 'USER' | 'GROUP', name: string, role: string, scope = project.scopes.project, key?: string) =>
  api.post(
    bindings(),
    {
      identityProviderId: idp.identityProviderId,
      principal: { type, name },
      role,
      scope: { type: scope.type, id: scope.id },
    },
    { key },
  );
const exchange = (token: string) =>
  api.form(
    '/oauth2/token',
    { grant_type: TOKEN_EXCHANGE, subject_token: token, subject_token_type: ACCESS_TOKEN },
    { key: null },
  );
const aGrantBy = (key: string) =>
  api.post(
    `/v1/projects/${project.projectId}/grants`,
    {
      principal: { type: 'GROUP', name: 'db-oncall' },
      identityProviderId: idp.identityProviderId,
      roles: { builtIn: 'readAnyDatabase' },
      duration: 'PT1H',
    },
    { key },
  );

describe('O1 people', () => {
  it('call with their own access token once their group is bound to a role, and are named in the audit', async () => {
    const token = await aToken(issuer, { sub: 'bob', groups: ['dba'] });
    expect(await aGrantBy(token)).toMatchObject({ status: 403 });
    expect((await aGrantBy(token)).body.type).toMatch(/no-role-binding$/);
    const binding = created(await bind('GROUP', 'dba', 'REQUESTER'));
    expect((await api.get(`/v1/role-bindings/${binding.id}`)).body).toMatchObject({
      principal: { type: 'GROUP', name: 'dba' },
      role: 'REQUESTER',
      scope: { type: 'PROJECT', id: project.projectId },
    });
    const grant = await aGrantBy(token);
    expect(grant.status).toBe(201);
    const { body } = await api.get(`/v1/federations/${project.federationId}/audit-events`, { query: { limit: 1 } });
    expect(body.items?.[0]).toMatchObject({
      action: 'grant.create',
      actor: { type: 'CALLER', id: idp.identityProviderId, subject: 'bob' },
    });
    const other = await aToken(issuer, { sub: 'carol', groups: ['dba'] });
    expect((await api.get(`/v1/grants/${grant.body.id}`, { key: token })).status).toBe(200);
    expect((await api.get(`/v1/grants/${grant.body.id}`, { key: other })).status).toBe(404); // not her own
    expect((await api.delete(`/v1/role-bindings/${binding.id}`)).status).toBe(204);
    expect((await aGrantBy(token)).status).toBe(403);
  });

  it('hold the union of what they and their groups are bound to, each in its scope', async () => {
    const token = await aToken(issuer, { sub: 'dora', groups: ['auditors', 'dora-team'] });
    created(await bind('USER', 'dora', 'INCIDENT_RESPONDER', project.scopes.federation));
    created(await bind('GROUP', 'dora-team', 'REQUESTER'));
    const revoked = await api.post(
      `/v1/identity-providers/${idp.identityProviderId}/revocations`,
      { reason: 'a drill' },
      { key: token, query: { dryRun: true } },
    );
    expect(revoked.status).toBe(202);
    expect((await aGrantBy(token)).status).toBe(201);
    expect((await api.get('/v1/federations', { key: token })).body.items).toMatchObject([{ id: project.federationId }]);
    expect((await api.patch(`/v1/projects/${project.projectId}`, { name: 'x' }, { key: token })).status).toBe(403);
    expect((await api.get(`/v1/projects/${(await aProject()).projectId}`, { key: token })).status).toBe(404);
  });

  it('exchange a token that is too long for a header, and what they get ends with it, or with a revocation', async () => {
    created(await bind('USER', 'erin', 'AUDITOR', project.scopes.federation));
    const groups = Array.from({ length: 200 }, () => crypto.randomUUID());
    const long = await aToken(issuer, { sub: 'erin', groups });
    expect(long.length).toBeGreaterThan(8000);
    const issued = await exchange(long);
    expect(issued).toMatchObject({ status: 200, body: { token_type: 'Bearer', issued_token_type: ACCESS_TOKEN } });
    expect(issued.body.expires_in).toBeLessThanOrEqual(3600);
    const key = String(issued.body.access_token);
    const path = `/v1/projects/${project.projectId}`;
    expect((await api.get(path, { key })).status).toBe(200);
    await api.post(`/v1/identity-providers/${idp.identityProviderId}/revocations`, { reason: 'a key leaked' });
    expect((await api.get(path, { key })).status).toBe(401);
    expect(await exchange('e30.e30.e30')).toMatchObject({ status: 400, body: { error: 'invalid_request' } }); // RFC 8693
  });

  it('are nobody with a token that is expired, of an IdP that is not connected, or an ID token', async () => {
    created(await bind('USER', 'frank', 'AUDITOR', project.scopes.federation));
    const path = `/v1/projects/${project.projectId}`;
    const reads = async (key: string) => (await api.get(path, { key })).status;
    const now = await system.now();
    const claims = { sub: 'frank', [issuer.groupsClaim]: [] };
    expect(await reads(issuer.mint({ now, claims }))).toBe(200);
    expect(await reads(issuer.mint({ now: now - 7_200_000, lifetimeSeconds: 60, claims }))).toBe(401);
    expect(await reads(issuer.mint({ now, claims: { ...claims, nonce: 'n' } }))).toBe(401);
    const elsewhere = await issuers.create();
    const unconnected = await anIdp(project, elsewhere);
    await api.post(bindings(), {
      identityProviderId: unconnected.id,
      principal: { type: 'USER', name: 'frank' },
      role: 'OWNER',
      scope: { type: 'FEDERATION', id: project.federationId },
    });
    expect(await reads(elsewhere.mint({ now, claims: { sub: 'frank', [elsewhere.groupsClaim]: [] } }))).toBe(401);
  });

  it('are bound by an owner to any role, by an access administrator only to what is below it', async () => {
    const admin = await aKey('ACCESS_ADMINISTRATOR', project.scopes.federation);
    const { federation } = project.scopes;
    for (const role of ['OWNER', 'ACCESS_ADMINISTRATOR', 'INCIDENT_RESPONDER', 'AUDITOR'])
      expect((await bind('USER', 'gina', role, federation, admin)).status).toBe(403);
    expect((await bind('USER', 'gina', 'REQUESTER', federation, admin)).status).toBe(201);
    const owner = created(await bind('USER', 'gina', 'OWNER', federation));
    expect((await api.delete(`/v1/role-bindings/${owner.id}`, { key: admin })).status).toBe(403);
    const again = await bind('USER', 'gina', 'OWNER', federation);
    expect(again.status).toBe(409);
    expect(again.body.detail).toContain(owner.id);
    expect((await bind('USER', 'gina', 'DATA_PLANE', federation)).status).toBe(422);
    expect((await bind('USER', 'gina', 'AUDITOR', (await aProject()).scopes.project)).status).toBe(422);
  });
});

describe('O1 people whom several federations know', () => {
  /** A stranger's federation, older than the project's, with an IdP that it can point anywhere. */
  async function aStranger(own: Issuer) {
    const stranger = await aProject();
    const theirs = await aConnectedIdp(stranger, own);
    const target = await aProject();
    const mine = await aConnectedIdp(target, issuer);
    return { stranger, theirs, target, mine };
  }
  const bindIn = ({ federationId }: Project, { identityProviderId }: ConnectedIdp, name: string, role: string) =>
    api.post(`/v1/federations/${federationId}/role-bindings`, {
      identityProviderId,
      principal: { type: 'USER', name },
      role,
      scope: { type: 'FEDERATION', id: federationId },
    });

  it('are in each what its own identity provider says, and a stranger changes nothing of it', async () => {
    const { stranger, theirs, target, mine } = await aStranger(await issuers.create());
    created(await bindIn(target, mine, 'alice', 'REQUESTER'));
    created(await bindIn(target, mine, 'bob', 'REQUESTER'));
    const alice = await aToken(issuer, { sub: 'alice', groups: [] });
    const bob = await aToken(issuer, { sub: 'bob', groups: [] });
    const grant = (key: string) =>
      api.post(
        `/v1/projects/${target.projectId}/grants`,
        {
          principal: { type: 'GROUP', name: 'db-oncall' },
          identityProviderId: mine.identityProviderId,
          roles: { builtIn: 'readAnyDatabase' },
        },
        { key, headers: { 'idempotency-key': 'same' } },
      );
    const first = created(await grant(alice));
    expect(first.createdBy).toBe(`${mine.identityProviderId}/alice`);

    // The stranger takes issuer and audience, reads everybody as one person, and binds that one, too.
    const taken = {
      issuerUri: issuer.issuerUri,
      audience: issuer.audience,
      userClaim: 'iss',
      authorizationType: 'USER',
    };
    expect((await api.patch(`/v1/identity-providers/${theirs.identityProviderId}`, taken)).status).toBe(200);
    created(await bindIn(stranger, theirs, issuer.issuerUri, 'OWNER'));

    expect((await api.get(`/v1/grants/${first.id}`, { key: alice })).status).toBe(200);
    expect((await api.get(`/v1/grants/${first.id}`, { key: bob })).status).toBe(404);
    expect(created(await grant(bob)).id).not.toBe(first.id);
    expect((await api.get(`/v1/projects/${stranger.projectId}`, { key: alice })).status).toBe(200); // by their own binding
    const { body } = await exchange(alice);
    const exchanged = String(body.access_token);
    expect((await api.get(`/v1/grants/${first.id}`, { key: exchanged })).status).toBe(200);
    const actors = async ({ federationId }: Project) =>
      JSON.stringify(
        (await api.get(`/v1/federations/${federationId}/audit-events`)).body.items?.map(({ actor }) => actor),
      );
    expect(await actors(target)).not.toContain(theirs.identityProviderId);
    expect(await actors(stranger)).not.toMatch(new RegExp(`${mine.identityProviderId}|alice`));
  });

  it('are known to theirs, however many older federations believe the same token', async () => {
    const shared = await issuers.create();
    const known = async () => {
      const one = await aProject();
      const own = await aConnectedIdp(one, shared);
      created(await bindIn(one, own, 'ivy', 'AUDITOR'));
      return { one, own };
    };
    for (let count = 0; count < 11; count++) await known();
    const { one, own } = await known();
    const ivy = await aToken(shared, { sub: 'ivy', groups: [] });
    const reads = async (key: unknown) => (await api.get(`/v1/projects/${one.projectId}`, { key: String(key) })).status;
    expect(await reads(ivy)).toBe(200);
    const fields = { grant_type: TOKEN_EXCHANGE, subject_token: ivy, subject_token_type: ACCESS_TOKEN };
    const meant = { ...fields, client_id: own.identityProviderId };
    expect(await reads((await api.form('/oauth2/token', meant, { key: null })).body.access_token)).toBe(200);
  });

  it('are known all the same while a stranger’s identity provider of the same issuer cannot be asked', async () => {
    const broken = await issuers.create();
    const { stranger, theirs, target, mine } = await aStranger(broken);
    created(await bindIn(target, mine, 'hugo', 'AUDITOR'));
    created(await bindIn(stranger, theirs, 'hugo', 'AUDITOR'));
    await api.patch(`/v1/identity-providers/${theirs.identityProviderId}`, {
      issuerUri: issuer.issuerUri,
      audience: issuer.audience,
    });
    await api.post(`/v1/identity-providers/${mine.identityProviderId}/revocations`, { reason: 'a drill' });
    const hugo = await aToken(issuer, { sub: 'hugo', groups: [] });
    expect((await api.get(`/v1/projects/${target.projectId}`, { key: hugo })).status).toBe(200);
  });

  it('lose an exchanged token with whatever it rests on: the provider’s claims, its connection', async () => {
    const target = await aProject();
    const another = await issuers.create();
    const mine = await aConnectedIdp(target, another, { userClaim: 'email', authorizationType: 'USER' });
    const binding = created(await bindIn(target, mine, 'ceo@acme.com', 'OWNER'));
    const claims = { sub: 'mallory', email: 'ceo@acme.com', groups: [] };
    const token = () => system.now().then((now) => another.mint({ now, claims }));
    const reads = async (key: unknown) =>
      (await api.get(`/v1/projects/${target.projectId}`, { key: String(key) })).status;
    const first = (await exchange(await token())).body.access_token;
    expect(await reads(first)).toBe(200);
    const path = `/v1/identity-providers/${mine.identityProviderId}`;
    await api.patch(path, { userClaim: 'sub' });
    expect(await reads(first)).toBe(401);
    await api.patch(path, { userClaim: 'email' });
    expect(await reads(first)).toBe(401);

    const second = (await exchange(await token())).body.access_token;
    expect(await reads(second)).toBe(200);
    const connections = `/v1/organizations/${target.organizationId}/connections`;
    await api.delete(`${connections}/${mine.identityProviderId}`);
    expect(await reads(second)).toBe(403);
    await expect
      .poll(async () => (await api.post(connections, { identityProviderId: mine.identityProviderId })).status)
      .toBe(201);
    expect(await reads(second)).toBe(403);
    expect(await reads((await exchange(await token())).body.access_token)).toBe(200);
    await api.delete(`${connections}/${mine.identityProviderId}`);
    const inUse = { status: 409, body: { type: expect.stringMatching(/still-in-use$/) } };
    await expect.poll(() => api.delete(path)).toMatchObject(inUse); // its people hold roles
    expect((await api.delete(`/v1/role-bindings/${binding.id}`)).status).toBe(204);
    expect((await api.delete(path)).status).toBe(204);
  });
});

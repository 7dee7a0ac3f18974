import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aFederation, aProject, aConnectedIdp, aKey } = rig();
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const issuers = await startIssuers();
/** In the place of token.actions.githubusercontent.com. */
let github: Issuer;
let project: Project;
let idp: ConnectedIdp;

beforeAll(async () => {
  github = await issuers.create();
  project = await aProject();
  idp = await aConnectedIdp(project, await issuers.create());
});
afterAll(() => issuers.stop());

const AUDIENCE = 'https://sallyport.acme.com';

const aCallerIssuer = async (body: object = {}, { federationId, projectId } = project) =>
  created(
    await api.post(`/v1/federations/${federationId}/caller-issuers`, {
      name: unique('GitHub'),
      issuerUri: github.issuerUri,
      audience: AUDIENCE,
      subjects: ['repo:acme/infra:environment:*'],
      role: 'REQUESTER',
      scope: { type: 'PROJECT', id: projectId },
      ...body,
    }),
  );

/** With the claims of a GitHub Actions token (docs.github.com, OpenID Connect reference). */
const aJwt = async (claims: Record<string, unknown> = {}, lifetimeSeconds = 300) =>
  github.mint({
    now: await system.now(),
    lifetimeSeconds,
    header: { typ: 'JWT' },
    claims: {
      sub: 'repo:acme/infra:environment:production',
      aud: AUDIENCE,
      client_id: undefined,
      repository: 'acme/infra',
      repository_id: '74',
      ref: 'refs/heads/main',
      job_workflow_ref: 'acme/infra/.github/workflows/access.yml@refs/heads/main',
      ...claims,
    },
  });
const exchange = (assertion: string, more: Record<string, string> = {}) =>
  api.form('/oauth2/token', { grant_type: JWT_BEARER, assertion, ...more }, { key: null });

describe('O1 pipelines', () => {
  it('create a grant with a GitHub Actions token, without any stored secret', async () => {
    const { id } = await aCallerIssuer();
    const issued = await exchange(await aJwt());
    expect(issued).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 900 } });
    const key = String(issued.body.access_token);
    const grant = await api.post(
      `/v1/projects/${project.projectId}/grants`,
      {
        principal: { type: 'GROUP', name: 'db-oncall' },
        identityProviderId: idp.identityProviderId,
        roles: { builtIn: 'readAnyDatabase' },
        duration: 'PT1H',
      },
      { key },
    );
    expect(grant).toMatchObject({ status: 201, body: { status: 'ACTIVE', createdBy: id } });
    expect((await api.get(`/v1/grants/${grant.body.id}`, { key })).status).toBe(200);
    expect((await api.delete(`/v1/clusters/${project.clusterId}`, { key })).status).toBe(403);
    const events = await api.get(`/v1/federations/${project.federationId}/audit-events`, { query: { limit: 1 } });
    expect(events.body.items?.[0]).toMatchObject({
      action: 'grant.create',
      actor: { type: 'CALLER', id, subject: 'repo:acme/infra:environment:production' },
    });
    await api.delete(`/v1/caller-issuers/${id}`);
    expect((await api.get(`/v1/grants/${grant.body.id}`, { key })).status).toBe(401);
  });

  it('are refused without telling why, whatever does not fit', async () => {
    const { id } = await aCallerIssuer({ requiredClaims: { repository_id: '74' }, longestLifetime: 'PT10M' });
    const stranger = await issuers.create();
    const now = await system.now();
    const refused = await Promise.all([
      exchange(await aJwt({ sub: 'repo:acme/infra:ref:refs/heads/main' })),
      exchange(await aJwt({ sub: 'repo:acme/infra-evil:environment:production' })),
      exchange(await aJwt({ sub: ['repo:acme/infra:environment:production'] })),
      exchange(await aJwt({ repository_id: '75' })),
      exchange(await aJwt({ aud: 'https://other.acme.com' })),
      exchange(await aJwt({}, 601)),
      exchange(await aJwt({ iat: undefined })),
      exchange(await aJwt({ exp: now / 1000 - 1 })),
      exchange(await aJwt({ exp: undefined })),
      exchange(await aJwt({ iss: stranger.issuerUri })),
      exchange(`${(await aJwt()).slice(0, -6)}AAAAAA`),
      exchange('e30.e30.e30'),
      exchange(await aJwt(), { client_id: 'cis_01JD0000000000000000000000' }),
    ]);
    const [first] = refused;
    for (const { status, text } of refused) expect({ status, text }).toEqual({ status: 400, text: first?.text });
    expect(first?.body).toMatchObject({ error: 'invalid_grant' });
    expect((await exchange(await aJwt({}, 600))).status).toBe(200);
    await api.delete(`/v1/caller-issuers/${id}`);
  });

  it('say by client_id which is meant when several take the same JWT', async () => {
    const other = await aProject();
    const [mine, theirs] = [await aCallerIssuer(), await aCallerIssuer({}, other)];
    const jwt = await aJwt();
    expect(await exchange(jwt)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const { body } = await exchange(jwt, { client_id: theirs.id });
    const key = String(body.access_token);
    expect((await api.get(`/v1/clusters/${other.clusterId}`, { key })).status).toBe(200);
    expect((await api.get(`/v1/clusters/${project.clusterId}`, { key })).status).toBe(404);
    await api.delete(`/v1/caller-issuers/${theirs.id}`);
    expect((await exchange(jwt)).status).toBe(200);
    await api.delete(`/v1/caller-issuers/${mine.id}`);
  });

  it('hold what their caller issuer says now, also with a token from before', async () => {
    const { id, etag } = await aCallerIssuer();
    const { body } = await exchange(await aJwt());
    const reads = () => api.get(`/v1/clusters/${project.clusterId}`, { key: String(body.access_token) });
    expect((await reads()).status).toBe(200);
    const path = `/v1/caller-issuers/${id}`;
    const changed = await api.patch(path, { role: 'DATA_PLANE' }, { headers: { 'if-match': String(etag) } });
    expect(changed).toMatchObject({ status: 200, body: { role: 'DATA_PLANE', longestLifetime: 'PT1H' } });
    expect((await reads()).status).toBe(403);
    await api.patch(path, { subjects: ['repo:acme/other:*'] });
    expect((await reads()).status).toBe(401);
    expect((await api.patch(path, { name: 'x' }, { headers: { 'if-match': String(etag) } })).status).toBe(412);
    await api.delete(path);
  });

  it('have to show what is required of them by now', async () => {
    const { id } = await aCallerIssuer();
    const { body } = await exchange(await aJwt({ repository_id: '75' }));
    const reads = () => api.get(`/v1/clusters/${project.clusterId}`, { key: String(body.access_token) });
    expect((await reads()).status).toBe(200);
    await api.patch(`/v1/caller-issuers/${id}`, { requiredClaims: { repository_id: '74' } });
    expect((await reads()).status).toBe(401);
    await api.delete(`/v1/caller-issuers/${id}`);
  });

  it('have a subject that can stand in an audit event as it is', async () => {
    const { id } = await aCallerIssuer();
    const odd = ['\u0000', '\n', '\u202e', '\ud800', 'x'.repeat(600)];
    for (const end of odd) {
      const refused = await exchange(await aJwt({ sub: `repo:acme/infra:environment:${end}` }));
      expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    }
    await api.delete(`/v1/caller-issuers/${id}`);
  });

  it('hold up the deletion of their federation; its keys go with it', async () => {
    const { federationId, scope } = await aFederation();
    const owner = await aKey('OWNER', scope);
    const made = { federationId, projectId: project.projectId };
    const { id } = await aCallerIssuer({ scope: { type: 'FEDERATION', id: federationId } }, { ...project, ...made });
    const path = `/v1/federations/${federationId}`;
    const refused = await api.delete(path, { key: owner });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('caller issuers') } });
    expect((await api.delete(`/v1/caller-issuers/${id}`, { key: owner })).status).toBe(204);
    expect((await api.delete(path, { key: owner })).status).toBe(204);
    expect((await api.get('/v1/federations', { key: owner })).status).toBe(401);
  });

  it('cannot be let in by patterns that strangers match, nor by an issuer that has faults', async () => {
    const path = `/v1/federations/${project.federationId}/caller-issuers`;
    const body = { name: 'n', issuerUri: github.issuerUri, audience: AUDIENCE, role: 'REQUESTER' };
    const scope = { type: 'PROJECT', id: project.projectId };
    const refused = await api.post(path, { ...body, scope, subjects: ['*', 'repo:*', 'repo:acme/infra:*'] });
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/subjects/0' }, { pointer: '/subjects/1' }] },
    });
    const absent = { ...body, scope, subjects: ['repo:acme/infra:*'], issuerUri: `${issuers.url}/nobody` };
    expect(await api.post(path, absent)).toMatchObject({
      status: 422,
      body: { findings: [{ severity: 'ERROR' }] },
    });
  });
});

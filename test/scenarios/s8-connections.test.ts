import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, anIdp, aConnectedIdp, aGrant, introspect } = rig();

const issuers = await startIssuers();
let issuer: Issuer;
let project: Project;
let idp: ConnectedIdp;

beforeEach(async () => {
  issuer = await issuers.create();
  project = await aProject();
  idp = await aConnectedIdp(project, issuer);
});
afterAll(() => issuers.stop());

const connections = () => `/v1/organizations/${project.organizationId}/connections`;
const connection = () => `${connections()}/${idp.identityProviderId}`;
const verdict = async () => {
  const token = issuer.mint({ claims: { sub: 'alice', groups: ['db-oncall'] }, now: await system.now() });
  return (await introspect(project.clusterId, token)).body.active;
};
const grantBody = () => ({
  principal: { type: 'GROUP', name: 'db-oncall' },
  identityProviderId: idp.identityProviderId,
  roles: { builtIn: 'readAnyDatabase' },
});

describe('S8 connecting an IdP to an organization', () => {
  it('enables it for all its projects; before it, a grant is refused with the reason', async () => {
    const { id } = await anIdp(project, await issuers.create());
    const path = `/v1/projects/${project.projectId}/grants`;
    const refused = await api.post(path, { ...grantBody(), identityProviderId: id });
    expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining('is not connected') } });
    expect((await api.post(connections(), { identityProviderId: id })).status).toBe(201);
    expect((await api.post(path, { ...grantBody(), identityProviderId: id })).status).toBe(201);
    expect((await api.get(connections())).body.items).toHaveLength(2);
  });

  it('is refused twice, and for an IdP of another federation', async () => {
    expect((await api.post(connections(), { identityProviderId: idp.identityProviderId })).status).toBe(409);
    const foreign = await anIdp(await aProject(), await issuers.create());
    expect(await api.post(connections(), { identityProviderId: foreign.id })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/identityProviderId' }] },
    });
  });
});

describe('S9 disconnecting and deleting', () => {
  it('a dry run names who loses access, and changes nothing', async () => {
    const grant = await aGrant(project, idp);
    const dry = await api.delete(connection(), { query: { dryRun: true } });
    expect(dry.body).toMatchObject({
      dryRun: true,
      losesAccess: [
        { projectId: project.projectId, principals: [{ type: 'GROUP', name: 'db-oncall' }], grants: [grant.id] },
      ],
    });
    expect(await verdict()).toBe(true);
  });

  it('takes access away at once and ends the grants; connecting anew revives none', async () => {
    const grant = await aGrant(project, idp);
    expect(await verdict()).toBe(true);
    await system.setDelivering(false);
    const answer = await api.delete(connection());
    expect(answer).toMatchObject({ status: 202, body: { status: 'DISCONNECTING' } });
    expect(await verdict()).toBe(false);
    expect((await api.get(`/v1/grants/${grant.id}`)).body).toMatchObject({
      status: 'ENDED',
      endReason: 'DISCONNECTED',
    });
    expect((await api.post(connections(), { identityProviderId: idp.identityProviderId })).status).toBe(201);
    expect(await verdict()).toBe(false);

    const renewed = await aGrant(project, idp);
    expect(await verdict()).toBe(true);
    await system.setDelivering(true);
    await system.moveClock((await system.now()) + 1000);
    expect((await api.get(`/v1/grants/${grant.id}`)).body).toMatchObject({
      status: 'ENDED',
      endReason: 'DISCONNECTED',
    });
    expect((await api.get(`/v1/grants/${renewed.id}`)).body).toMatchObject({ status: 'ACTIVE' });
    expect(await verdict()).toBe(true);
  });

  it('an IdP is deleted only once it is disconnected', async () => {
    const path = `/v1/identity-providers/${idp.identityProviderId}`;
    expect(await api.delete(path)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(project.organizationId) },
    });
    expect((await api.delete(connection())).status).toBe(202);
    await system.moveClock((await system.now()) + 1000);
    expect((await api.get(connection())).status).toBe(404);
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
    expect(await verdict()).toBe(false);
  });
});

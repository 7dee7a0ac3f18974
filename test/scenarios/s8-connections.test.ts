import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aProject, anIdp, aConnectedIdp } = rig();

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

  it('keeps its organization from being deleted, and is named', async () => {
    const organization = created(
      await api.post(`/v1/federations/${project.federationId}/organizations`, { name: unique('Empty') }),
    );
    const path = `/v1/organizations/${organization.id}`;
    const connected = await api.post(`${path}/connections`, { identityProviderId: idp.identityProviderId });
    expect(connected).toMatchObject({ status: 201, body: { id: idp.identityProviderId, status: 'CONNECTED' } });
    expect(await api.delete(path)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(`connections (${idp.identityProviderId})`) },
    });
    expect((await api.delete(`${path}/connections/${idp.identityProviderId}`)).status).toBe(202);
    await system.moveClock((await system.now()) + 1000);
    expect((await api.delete(path)).status).toBe(204);
  });

  it('a dry run connects nothing', async () => {
    const { id } = await anIdp(project, await issuers.create());
    const query = { dryRun: true };
    expect(await api.post(connections(), { identityProviderId: id }, { query })).toMatchObject({
      status: 201,
      body: { dryRun: true, identityProviderId: id },
    });
    expect((await api.get(connections())).body.items).toHaveLength(1);
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

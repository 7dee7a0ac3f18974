import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, introspect } = rig();

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

describe('S9 disconnecting and deleting', () => {
  it('a dry run names the projects, principals and grants that lose access, and changes nothing', async () => {
    const second = created(
      await api.post(`/v1/organizations/${project.organizationId}/projects`, { name: unique('Second') }),
    );
    const grants = [
      await aGrant(project, idp),
      await aGrant(project, idp, { duration: 'PT1H' }),
      await aGrant(project, idp, { principal: { type: 'GROUP', name: 'dba' } }),
      await aGrant({ ...project, projectId: second.id }, idp),
    ].map(({ id }) => id);
    const [unscheduled] = grants;
    await api.delete(`/v1/grants/${unscheduled}`);
    const other = await aConnectedIdp(project, await issuers.create());
    await aGrant(project, other);
    const dry = await api.delete(connection(), { query: { dryRun: true } });
    expect(dry).toMatchObject({
      status: 202,
      body: {
        dryRun: true,
        losesAccess: [
          {
            projectId: project.projectId,
            principals: expect.arrayContaining([
              { type: 'GROUP', name: 'db-oncall' },
              { type: 'GROUP', name: 'dba' },
            ]),
            grants: grants.slice(1, 3).sort(),
          },
          {
            projectId: second.id,
            principals: [{ type: 'GROUP', name: 'db-oncall' }],
            grants: [grants[3]],
          },
        ],
      },
    });
    expect(await verdict()).toBe(true);
    expect((await api.get(connection())).body).toMatchObject({ status: 'CONNECTED' });
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
    expect((await api.delete(path, { query: { dryRun: true } })).status).toBe(409);
    expect((await api.delete(connection())).status).toBe(202);
    await system.moveClock((await system.now()) + 1000);
    expect((await api.get(connection())).status).toBe(404);
    expect((await api.delete(path, { query: { dryRun: true } })).status).toBe(200);
    expect((await api.get(path)).status).toBe(200);
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
    expect(await verdict()).toBe(false);
  });
});

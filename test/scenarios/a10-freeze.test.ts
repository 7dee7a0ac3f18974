import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey, introspect } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());
const HOUR_MS = 3_600_000;
let issuer: Issuer;
let project: Project;
let idp: ConnectedIdp;
beforeEach(async () => {
  issuer = await issuers.create();
  project = await aProject();
  idp = await aConnectedIdp(project, issuer);
});
const path = () => `/v1/federations/${project.federationId}/freezes`;
const freeze = async (target: object, key?: string) =>
  created(await api.post(path(), { target, reason: 'Suspicious reads' }, { key }));
const lift = (id: string, key?: string) =>
  api.delete(`/v1/freezes/${id}`, { query: { reason: 'It was a drill' }, key });
const principal = (type: 'USER' | 'GROUP', name: string) => ({
  type: 'PRINCIPAL',
  identityProviderId: idp.identityProviderId,
  principal: { type, name },
});
const verdict = async (groups: string[], sub = 'alice', clusterId = project.clusterId) => {
  const token = issuer.mint({ claims: { sub, groups }, now: await system.now(), lifetimeSeconds: 86_400 });
  return (await introspect(clusterId, token)).body;
};

describe('A10 freeze', () => {
  it.each(['PROJECT', 'FEDERATION'] as const)('a %s: every verdict says no until it is lifted', async (type) => {
    const grant = await aGrant(project, idp);
    expect(await verdict(['db-oncall'])).toMatchObject({ active: true });
    const { id } = await freeze({ type, id: type === 'PROJECT' ? project.projectId : project.federationId });
    expect(await verdict(['db-oncall'])).toEqual({ active: false });
    expect((await api.get(`/v1/grants/${grant.id}`)).body).toMatchObject({ status: 'ACTIVE', frozen: [id] });
    expect(await lift(id)).toMatchObject({ status: 204 });
    expect(await verdict(['db-oncall'])).toMatchObject({ active: true, grants: [grant.id] });
    const thawed = await api.get(`/v1/grants/${grant.id}`);
    expect(thawed.body).not.toHaveProperty('frozen');
    expect((await api.get(`/v1/freezes/${id}`)).status).toBe(404);
  });

  it('a project stops no other project', async () => {
    const { federationId, scopes } = project;
    const other = await aProject({ federationId, scope: scopes.federation });
    await api.post(`/v1/organizations/${other.organizationId}/connections`, {
      identityProviderId: idp.identityProviderId,
    });
    await aGrant(other, idp);
    await freeze({ type: 'PROJECT', id: project.projectId });
    expect(await verdict(['db-oncall'], 'alice', other.clusterId)).toMatchObject({ active: true });
  });

  it('a group gives nothing, and what other groups give stays', async () => {
    const frozen = await aGrant(project, idp);
    const other = await aGrant(project, idp, { principal: { type: 'GROUP', name: 'dba' } });
    const { id } = await freeze(principal('GROUP', 'db-oncall'));
    expect(await verdict(['db-oncall'])).toEqual({ active: false });
    expect(await verdict(['db-oncall', 'dba'])).toMatchObject({ active: true, grants: [other.id] });
    expect((await api.get(`/v1/grants/${frozen.id}`)).body).toMatchObject({ frozen: [id] });
    expect((await api.get(`/v1/grants/${other.id}`)).body).not.toHaveProperty('frozen');
  });

  it('a person gets nothing, whatever their groups; everybody else does', async () => {
    await aGrant(project, idp);
    await freeze(principal('USER', 'mallory'));
    expect(await verdict(['db-oncall'], 'mallory')).toEqual({ active: false });
    expect(await verdict(['db-oncall'], 'Mallory')).toMatchObject({ active: true });
    expect(await verdict(['db-oncall'], 'alice')).toMatchObject({ active: true });
  });

  it('two of one target are two: it is free once both are lifted', async () => {
    await aGrant(project, idp);
    const [one, two] = [
      await freeze({ type: 'PROJECT', id: project.projectId }),
      await freeze({ type: 'PROJECT', id: project.projectId }),
    ];
    await lift(one.id);
    expect(await verdict(['db-oncall'])).toEqual({ active: false });
    await lift(two.id);
    expect(await verdict(['db-oncall'])).toMatchObject({ active: true });
  });

  it('throws no keys away, and lengthens no grant', async () => {
    const grant = await aGrant(project, idp, { duration: 'PT1H' });
    expect(await verdict(['db-oncall'])).toMatchObject({ active: true });
    const fetched = issuer.jwksRequests();
    const { id } = await freeze({ type: 'PROJECT', id: project.projectId });
    await lift(id);
    expect(await verdict(['db-oncall'])).toMatchObject({ active: true, expiresAt: grant.expiresAt });
    expect(issuer.jwksRequests()).toBe(fetched);
    await freeze({ type: 'PROJECT', id: project.projectId });
    await system.moveClock((await system.now()) + HOUR_MS);
    expect((await api.get(`/v1/grants/${grant.id}`)).body).toMatchObject({ status: 'ENDED', endedAt: grant.expiresAt });
  });

  it('is done by an incident responder and lifted by an owner or an access administrator, with a reason', async () => {
    const scope = project.scopes.federation;
    const [responder, administrator, auditor] = [
      await aKey('INCIDENT_RESPONDER', scope),
      await aKey('ACCESS_ADMINISTRATOR', scope),
      await aKey('AUDITOR', scope),
    ];
    const target = { type: 'PROJECT', id: project.projectId };
    expect((await api.post(path(), { target, reason: 'x' }, { key: auditor })).status).toBe(403);
    const { id } = await freeze(target, responder);
    expect((await lift(id, responder)).status).toBe(403);
    expect(await api.delete(`/v1/freezes/${id}`, { key: administrator })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/reason' }] },
    });
    expect((await lift(id, administrator)).status).toBe(204);
    const audit = await api.get(`/v1/federations/${project.federationId}/audit-events`, {
      query: { action: 'freeze.lift' },
    });
    expect(audit.body.items).toMatchObject([{ before: { id }, after: { reason: 'It was a drill' } }]);
  });

  it('is refused for what is not in the federation, and for a missing reason, every fault at once', async () => {
    const stranger = await aProject();
    const refused = async (target: object) => (await api.post(path(), { target, reason: 'x' })).body.errors;
    expect(await refused({ type: 'PROJECT', id: stranger.projectId })).toMatchObject([{ pointer: '/target/id' }]);
    expect(await refused({ type: 'FEDERATION', id: stranger.federationId })).toMatchObject([{ pointer: '/target/id' }]);
    expect(await refused(principal('USER', ''))).toMatchObject([{ pointer: '/target/principal/name' }]);
    expect((await api.post(path(), {})).body.errors).toMatchObject([{ pointer: '/target' }, { pointer: '/reason' }]);
    expect((await api.get(path())).body.items).toEqual([]);
  });

  it('a dry run freezes nothing', async () => {
    await aGrant(project, idp);
    const body = { target: { type: 'PROJECT', id: project.projectId }, reason: 'x' };
    expect(await api.post(path(), body, { query: { dryRun: true } })).toMatchObject({
      status: 201,
      body: { dryRun: true },
    });
    expect(await verdict(['db-oncall'])).toMatchObject({ active: true });
  });
});

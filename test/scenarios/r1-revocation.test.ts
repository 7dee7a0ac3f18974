import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, introspect } = rig();

const issuers = await startIssuers();
let issuer: Issuer;
let project: Project;
let idp: ConnectedIdp;

beforeEach(async () => {
  issuer = await issuers.create();
  project = await aProject();
  idp = await aConnectedIdp(project, issuer);
  await aGrant(project, idp, { duration: undefined });
});
afterAll(() => issuers.stop());

const tokenOf = async (key?: string) =>
  issuer.mint({ claims: { sub: 'alice', groups: ['db-oncall'] }, now: await system.now(), ...(key && { key }) });
const revoke = () =>
  api.post(`/v1/identity-providers/${idp.identityProviderId}/revocations`, {
    reason: 'signing key leaked',
    incident: { system: 'pagerduty', key: 'Q1' },
  });

describe('R1 revoking an IdP’s JWKS', () => {
  it('after the 202, no verdict accepts a token of the withdrawn key, while calls run beside it', async () => {
    const old = await tokenOf();
    expect((await introspect(project.clusterId, old)).body.active).toBe(true);
    await issuer.rotateKeys();
    // Still accepted: nobody has told anybody yet, and the keys in memory are young.
    expect((await introspect(project.clusterId, old)).body.active).toBe(true);

    const seen: { startedAt: number; active: boolean | undefined }[] = [];
    let running = true;
    const callers = Array.from({ length: 4 }, async () => {
      while (running) {
        const startedAt = performance.now();
        const { body } = await introspect(project.clusterId, old);
        seen.push({ startedAt, active: body.active });
      }
    });
    const answer = await revoke();
    const answeredAt = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => introspect(project.clusterId, old)));
    running = false;
    await Promise.all(callers);

    expect(answer.status).toBe(202);
    const after = seen.filter(({ startedAt }) => startedAt > answeredAt);
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter(({ active }) => active)).toEqual([]);
    expect((await introspect(project.clusterId, await tokenOf())).body.active).toBe(true);
  });

  it('the next verdict fetches the issuer’s JWKS afresh, once for all', async () => {
    await introspect(project.clusterId, await tokenOf());
    const before = issuer.jwksRequests();
    await revoke();
    const token = await tokenOf();
    const verdicts = await Promise.all(Array.from({ length: 12 }, () => introspect(project.clusterId, token)));
    expect(verdicts.map(({ body }) => body.active)).toEqual(verdicts.map(() => true));
    expect(issuer.jwksRequests() - before).toBe(1);
  });

  it('a fetch that began before it is not stored after it', async () => {
    const old = await tokenOf();
    let release = () => {};
    issuer.setFault('jwks', {
      hold: new Promise<void>((resolve) => {
        release = resolve;
      }),
    });
    const asked = issuer.nextRequest('jwks');
    const verdict = introspect(project.clusterId, old); // cold: it fetches, and the issuer settles what it will answer
    await asked;
    issuer.setFault('jwks', null);
    await issuer.rotateKeys();
    expect((await revoke()).status).toBe(202);
    release();
    expect((await verdict).body.active).toBe(false);
    expect((await introspect(project.clusterId, old)).body.active).toBe(false);
    expect((await introspect(project.clusterId, await tokenOf())).body.active).toBe(true);
  });

  it('while the issuer is down it cannot be decided: 503 and never an old key', async () => {
    const token = await tokenOf();
    expect((await introspect(project.clusterId, token)).body.active).toBe(true);
    issuer.setFault('jwks', { status: 500 });
    await revoke();
    const verdict = await introspect(project.clusterId, token);
    expect(verdict.status).toBe(503);
    expect(verdict.headers.get('retry-after')).toMatch(/^\d+$/);
    issuer.setFault('jwks', null);
    expect((await introspect(project.clusterId, token)).body.active).toBe(true);
  });

  it('R2 is acknowledged for every cluster of every connected organization, and finishes', async () => {
    const second = await aProject({ federationId: project.federationId, scope: project.scopes.federation });
    const path = `/v1/organizations/${second.organizationId}/connections`;
    await api.post(path, { identityProviderId: idp.identityProviderId });
    const unconnected = await aProject({ federationId: project.federationId, scope: project.scopes.federation });
    const answer = await revoke();
    expect(answer.body.clusters?.map(({ clusterId, state }) => [clusterId, state]).sort()).toEqual(
      [project.clusterId, second.clusterId].sort().map((id) => [id, 'PENDING']),
    );
    await system.moveClock((await system.now()) + 1000);
    const { body } = await api.get(`/v1/revocations/${answer.body.id}`);
    expect(body).toMatchObject({
      status: 'FINISHED',
      effectiveAt: answer.body.effectiveAt,
      reason: 'signing key leaked',
    });
    expect(body.clusters?.map(({ clusterId, state }) => [clusterId, state]).sort()).toEqual(
      [project.clusterId, second.clusterId].sort().map((id) => [id, 'ACKNOWLEDGED']),
    );
    expect(body.clusters?.every(({ lagMs }) => typeof lagMs === 'number')).toBe(true);
    expect(JSON.stringify(body)).not.toContain(unconnected.clusterId);
  });

  it('needs the right to do so', async () => {
    const { aKey } = rig();
    const key = await aKey('REQUESTER', project.scopes.federation);
    const path = `/v1/identity-providers/${idp.identityProviderId}/revocations`;
    expect((await api.post(path, { reason: 'x' }, { key })).status).toBe(403);
    const responder = await aKey('INCIDENT_RESPONDER', project.scopes.federation);
    expect((await api.post(path, { reason: 'x' }, { key: responder })).status).toBe(202);
  });
});

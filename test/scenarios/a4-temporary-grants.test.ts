import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey, introspect } = rig();
const HOUR_MS = 3600_000;
const YEAR_SECONDS = 366 * 24 * 3600;

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

const tokenOf = async (...groups: string[]) =>
  issuer.mint({ claims: { sub: 'alice', groups }, now: await system.now(), lifetimeSeconds: YEAR_SECONDS });

describe('A1 and A2 what a grant gives, and where', () => {
  it('gives its roles on the clusters that it names, and on no other', async () => {
    const { body: other } = await api.post(`/v1/projects/${project.projectId}/clusters`, {
      name: 'payments-us',
      tier: 'SELF_MANAGED',
      mongoDbVersion: '8.0.1',
      connector: { type: 'introspection' },
    });
    const roles = {
      builtIn: 'readAnyDatabase',
      privileges: [{ role: 'readWrite', database: 'sales', collection: 'orders' }],
    };
    const grant = await aGrant(project, idp, {
      principal: { type: 'GROUP', name: 'sales' },
      roles,
      scope: { clusterIds: [project.clusterId] },
    });
    const token = await tokenOf('sales', 'staff');
    expect((await introspect(project.clusterId, token)).body).toMatchObject({
      active: true,
      principal: { type: 'GROUP', names: ['sales'] },
      roles: [{ role: 'readAnyDatabase', database: 'admin' }],
      privileges: [{ role: 'readWrite', database: 'sales', collection: 'orders' }],
      grants: [grant.id],
      iss: issuer.issuerUri,
      aud: issuer.audience,
      sub: 'alice',
    });
    expect((await introspect(other.id ?? '', token)).body).toEqual({ active: false });
  });

  it('is refused with every fault at once', async () => {
    const foreign = await aProject();
    const refused = await api.post(`/v1/projects/${project.projectId}/grants`, {
      principal: { type: 'USER', name: 'alice' },
      identityProviderId: idp.identityProviderId,
      roles: { custom: ['no-such-role'] },
      scope: { clusterIds: [project.clusterId, foreign.clusterId] },
      expiresAt: '2020-01-01T00:00:00Z',
    });
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/expiresAt',
      '/principal/type',
      '/roles/custom/0',
      '/scope/clusterIds/1',
    ]);
  });

  it.each([
    ['no role at all', { roles: {} }, '/roles'],
    ['two ends', { duration: 'PT1H', expiresAt: '2099-01-01T00:00:00Z' }, '/duration'],
    ['a duration in months', { duration: 'P1M' }, '/duration'],
    ['a duration of nothing', { duration: 'PT0S' }, '/duration'],
    [
      'a collection for a role on a database',
      { roles: { privileges: [{ role: 'dbAdmin', database: 'a', collection: 'b' }] } },
      '/roles/privileges/0/collection',
    ],
    ['an IdP that there is not', { identityProviderId: 'idp_01JD0000000000000000000000' }, '/identityProviderId'],
  ])('is refused with %s', async (_what, part, pointer) => {
    const body = {
      principal: { type: 'GROUP', name: 'g' },
      identityProviderId: idp.identityProviderId,
      roles: { builtIn: 'readAnyDatabase' },
      ...part,
    };
    const refused = await api.post(`/v1/projects/${project.projectId}/grants`, body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.map((fault) => fault.pointer)).toEqual([pointer]);
  });
});

describe('A4 and A5 temporary grants', () => {
  it('hold until the millisecond before expiresAt and not at it; then read ENDED', async () => {
    const grant = await aGrant(project, idp, { principal: { type: 'GROUP', name: 'six-hours' }, duration: 'PT6H' });
    const token = await tokenOf('six-hours');
    expect(grant).toMatchObject({
      status: 'ACTIVE',
      clusters: expect.arrayContaining([{ clusterId: project.clusterId, state: 'IN_SYNC', since: grant.startsAt }]),
    });
    const end = Date.parse(grant.expiresAt ?? '');
    expect(end - Date.parse(grant.startsAt ?? '')).toBe(6 * HOUR_MS);

    await system.moveClock(end - 20_000); // the clock runs on while what came due is done
    const before = await introspect(project.clusterId, token);
    const askedBy = await system.now();
    expect(askedBy).toBeLessThan(end);
    expect(before.body).toMatchObject({ active: true, exp: Math.floor(end / 1000), expiresAt: grant.expiresAt });

    await system.moveClock(end);
    expect((await introspect(project.clusterId, token)).body).toEqual({ active: false });
    const after = await api.get(`/v1/grants/${grant.id}`);
    expect(after.body).toMatchObject({
      status: 'ENDED',
      endReason: 'EXPIRED',
      endedAt: grant.expiresAt,
      remainingSeconds: 0,
      clusters: expect.arrayContaining([
        expect.objectContaining({ clusterId: project.clusterId, state: 'REMOVED', removedAt: grant.expiresAt }),
      ]),
    });
  });

  it('may begin in the future', async () => {
    const startsAt = new Date((await system.now()) + HOUR_MS).toISOString();
    const grant = await aGrant(project, idp, {
      principal: { type: 'GROUP', name: 'later' },
      startsAt,
      duration: 'PT1H',
    });
    expect(grant).toMatchObject({ status: 'SCHEDULED', startsAt, remainingSeconds: expect.closeTo(7200, -1) });
    const token = await tokenOf('later');
    expect((await introspect(project.clusterId, token)).body).toEqual({ active: false });
    await system.moveClock(startsAt);
    expect((await introspect(project.clusterId, token)).body).toMatchObject({ active: true });
    expect((await api.get(`/v1/grants/${grant.id}`)).body).toMatchObject({ status: 'ACTIVE' });
    await system.moveClock(Date.parse(startsAt) + HOUR_MS);
    expect((await introspect(project.clusterId, token)).body).toEqual({ active: false });
  });

  it('end before the year 10000, which RFC 3339 cannot write', async () => {
    const ask = (more: object) =>
      api.post(`/v1/projects/${project.projectId}/grants`, {
        principal: { type: 'GROUP', name: 'late' },
        identityProviderId: idp.identityProviderId,
        roles: { builtIn: 'readAnyDatabase' },
        ...more,
      });
    const startsAt = '9999-12-31T00:00:00.000Z';
    expect(await ask({ startsAt, duration: 'P1D' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/duration' }] },
    });
    expect(await ask({ expiresAt: '9999-12-31T23:59:59-01:00' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/expiresAt' }] },
    });
    const last = await ask({ startsAt, duration: 'PT23H59M59S' });
    expect(last).toMatchObject({ status: 201, body: { expiresAt: '9999-12-31T23:59:59.000Z' } });
    expect(await api.patch(`/v1/grants/${last.body.id}`, { duration: 'P1D' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/duration' }] },
    });
  });

  it('are extended without a gap, shortened, and ended now', async () => {
    const grant = await aGrant(project, idp, { principal: { type: 'GROUP', name: 'changing' }, duration: 'PT1H' });
    const token = await tokenOf('changing');
    const path = `/v1/grants/${grant.id}`;
    const extended = await api.patch(path, { duration: 'P1D' });
    expect(extended).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
    await system.moveClock(grant.expiresAt ?? '');
    expect((await introspect(project.clusterId, token)).body).toMatchObject({ active: true });
    const shortened = await api.patch(path, { duration: 'PT10M' });
    expect(shortened.body.remainingSeconds).toBeLessThanOrEqual(600);
    expect((await api.patch(path, { expiresAt: null })).body).toMatchObject({
      expiresAt: null,
      remainingSeconds: null,
    });

    expect((await api.delete(path)).status).toBe(204);
    expect((await introspect(project.clusterId, token)).body).toEqual({ active: false });
    expect((await api.get(path)).body).toMatchObject({ status: 'ENDED', endReason: 'ENDED' });
    expect((await api.delete(path)).status).toBe(204);
    expect(await api.patch(path, { duration: 'PT1H' })).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/grant-ended$/) },
    });
  });

  it('end on time while every queue is stopped, and are recorded once they run again', async () => {
    const grant = await aGrant(project, idp, { principal: { type: 'GROUP', name: 'stopped' }, duration: 'PT1H' });
    const token = await tokenOf('stopped');
    await system.setDelivering(false);
    try {
      await system.moveClock(grant.expiresAt ?? '');
      expect((await introspect(project.clusterId, token)).body).toEqual({ active: false });
      expect((await api.get(`/v1/grants/${grant.id}`)).body).toMatchObject({ status: 'ENDED' });
    } finally {
      await system.setDelivering(true);
    }
    await system.moveClock((await system.now()) + 1000);
    const { body } = await api.get(`/v1/federations/${project.federationId}/audit-events`, { query: { limit: 100 } });
    const expiries = body.items?.filter(
      (event) => event.action === 'grant.expire' && JSON.stringify(event.resource).includes(grant.id),
    );
    expect(expiries).toHaveLength(1);
  });

  it('are found by the dispatcher when the nudge was lost', async () => {
    await system.setDelivering(false);
    const grant = await aGrant(project, idp, { principal: { type: 'GROUP', name: 'lost' }, duration: 'PT2S' });
    await system.dropMessages();
    await system.setDelivering(true);
    await system.moveClock(Date.parse(grant.expiresAt ?? '') + 1000);
    const { body } = await api.get(`/v1/federations/${project.federationId}/audit-events`, { query: { limit: 10 } });
    expect(body.items?.map(({ action, resource }) => [action, resource])).toContainEqual([
      'grant.expire',
      { type: 'grant', id: grant.id },
    ]);
  });
});

describe('A8 grants beside each other', () => {
  it('overlapping and back-to-back ones never interrupt each other', async () => {
    const principal = { type: 'GROUP', name: 'overlap' };
    const first = await aGrant(project, idp, { principal, duration: 'PT2H' });
    const second = await aGrant(project, idp, { principal, duration: 'PT4H', roles: { builtIn: 'readAnyDatabase' } });
    const third = await aGrant(project, idp, { principal, startsAt: second.expiresAt, duration: 'PT1H' });
    const token = await tokenOf('overlap');
    const grants = async () => (await introspect(project.clusterId, token)).body.grants;
    expect(await grants()).toEqual([first.id, second.id]);
    await system.moveClock(first.expiresAt ?? '');
    expect(await grants()).toEqual([second.id]);
    await system.moveClock(second.expiresAt ?? '');
    expect(await grants()).toEqual([third.id]);
    await system.moveClock(third.expiresAt ?? '');
    expect(await grants()).toBeUndefined();
  });

  it('two calls with one Idempotency-Key make one grant, two without make two', async () => {
    const principal = { type: 'GROUP', name: 'once' };
    const body = {
      principal,
      identityProviderId: idp.identityProviderId,
      roles: { builtIn: 'readAnyDatabase' },
      duration: 'PT6H',
    };
    const path = `/v1/projects/${project.projectId}/grants`;
    const post = (headers: Record<string, string>) => api.post(path, body, { headers });
    const first = await post({ 'idempotency-key': '"REQ0012345"' });
    const again = await post({ 'idempotency-key': 'REQ0012345' });
    expect(again).toMatchObject({ status: 201, text: first.text });
    await Promise.all([post({}), post({})]);
    const atOnce = await Promise.all(Array.from({ length: 10 }, () => post({ 'idempotency-key': 'REQ0012346' })));
    const made = atOnce.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body: grant }) => grant.id)).size).toBe(1);
    expect(atOnce.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true);
    const { body: verdict } = await introspect(project.clusterId, await tokenOf('once'));
    expect(verdict.grants).toHaveLength(4);
  });
});

describe('A6 a requester', () => {
  it('sees, extends and ends only the grants that it made', async () => {
    const [mine, other] = [
      await aKey('REQUESTER', project.scopes.project),
      await aKey('REQUESTER', project.scopes.project),
    ];
    const principal = { type: 'GROUP', name: 'tickets' };
    const ticket = { system: 'servicenow', key: 'REQ0012345', requester: 'alice', approver: 'bob', reason: 'on call' };
    const grant = await aGrant(project, idp, { principal, ticket }, mine);
    const path = `/v1/grants/${grant.id}`;
    expect(grant.ticket).toEqual(ticket);
    expect((await api.get(path, { key: mine })).status).toBe(200);
    expect((await api.patch(path, { duration: 'PT7H' }, { key: mine })).status).toBe(200);
    expect((await api.get(path, { key: other })).status).toBe(404);
    expect((await api.delete(path, { key: other })).status).toBe(404);
    const listed = await api.get(`/v1/projects/${project.projectId}/grants`, { key: other, query: { limit: 100 } });
    expect(listed.body.items?.map(({ id }) => id)).not.toContain(grant.id);
    expect((await api.delete(path, { key: mine })).status).toBe(204);
  });
});

import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey, introspect } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());
const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
let issuer: Issuer;
let project: Project;
let idp: ConnectedIdp;
beforeEach(async () => {
  issuer = await issuers.create();
  project = await aProject();
  idp = await aConnectedIdp(project, issuer);
});
const use = async (...groups: string[]) => {
  const token = issuer.mint({ claims: { sub: 'alice', groups }, now: await system.now(), lifetimeSeconds: 86_400 });
  return (await introspect(project.clusterId, token)).body;
};
const team = (name: string) => ({ principal: { type: 'GROUP', name } });
const read = async (id: string) => (await api.get(`/v1/grants/${id}`)).body;
/** What was written beside the answers shows within moments; 15 s are promised. */
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 15 * SECOND_MS, interval: 20 });
const list = async (query: object, key?: string) => {
  const { body } = await api.get(`/v1/projects/${project.projectId}/grants`, { query: { ...query }, key });
  return body.items?.map(({ id }) => id);
};
const iso = (at: number) => new Date(at).toISOString();
const pass = async (ms: number) => system.moveClock((await system.now()) + ms);

describe('A11 the use of a grant', () => {
  it('is seen after one verdict and silence, and neither its version nor its audit know of it', async () => {
    const grant = await aGrant(project, idp, { duration: undefined });
    expect(grant).toMatchObject({ lastUsedAt: null, useCount: 0, reviewBy: null });
    const before = await system.now();
    expect(await use('db-oncall')).toMatchObject({ active: true });
    await soon(async () => {
      const seen = await read(grant.id);
      expect(seen).toMatchObject({ useCount: 1, etag: grant.etag, updatedAt: grant.updatedAt });
      expect(Date.parse(String(seen.lastUsedAt))).toBeGreaterThanOrEqual(before);
    });
    const changed = await api.patch(
      `/v1/grants/${grant.id}`,
      { duration: 'PT1H' },
      { headers: { 'if-match': grant.etag } },
    );
    expect(changed).toMatchObject({ status: 200, body: { useCount: 1 } });
    const audit = await api.get(`/v1/federations/${project.federationId}/audit-events`, { query: { limit: 100 } });
    expect(audit.text).toContain('grant.change');
    expect(audit.text).not.toContain('useCount');
  });

  it('is counted for each grant that a verdict allows, and for no other', async () => {
    const [oncall, dba, idle] = [
      await aGrant(project, idp),
      await aGrant(project, idp, team('dba')),
      await aGrant(project, idp, team('idle')),
    ];
    for (let count = 0; count < 7; count++) expect(await use('db-oncall')).toMatchObject({ grants: [oncall.id] });
    expect(await use('db-oncall', 'dba')).toMatchObject({ grants: [oncall.id, dba.id] });
    expect(await use('nobody')).toEqual({ active: false });
    const token = issuer.mint({ claims: { sub: 'a', groups: ['idle'], aud: 'another' }, now: await system.now() });
    expect((await introspect(project.clusterId, token)).body).toEqual({ active: false });
    await pass(11 * SECOND_MS);
    await use('nobody'); // a verdict that says no brings what was counted with it
    await soon(async () => {
      expect(await read(oncall.id)).toMatchObject({ useCount: 8 });
      expect(await read(dba.id)).toMatchObject({ useCount: 1 });
    });
    expect(await read(idle.id)).toMatchObject({ lastUsedAt: null, useCount: 0 });
    const listed = await api.get(`/v1/projects/${project.projectId}/grants`);
    expect(listed.body.items?.map(({ useCount }) => useCount)).toEqual([8, 1, 0]);
  });

  it('stays with a grant that has ended, and goes out with what is told of it', async () => {
    const grant = await aGrant(project, idp, { duration: 'PT1H' });
    await use('db-oncall');
    await soon(async () => expect(await read(grant.id)).toMatchObject({ useCount: 1 }));
    await pass(HOUR_MS + 20 * SECOND_MS);
    expect(await use('db-oncall')).toEqual({ active: false });
    expect(await read(grant.id)).toMatchObject({ status: 'ENDED', useCount: 1 });
    const told = (await system.busEvents()).find(
      ({ detail }) => detail.type === 'sallyport.grant.expired' && detail.subject === grant.id,
    );
    expect(told?.detail.data).toMatchObject({ useCount: 1 });
  });

  it('tells which live grants nobody has used since an instant, and which permanent ones', async () => {
    const used = await aGrant(project, idp, { duration: undefined });
    const idle = await aGrant(project, idp, { ...team('idle'), duration: undefined });
    const temporary = await aGrant(project, idp, { ...team('short'), duration: 'PT6H' });
    const ended = await aGrant(project, idp, team('gone'));
    await api.delete(`/v1/grants/${ended.id}`);
    await use('db-oncall');
    await soon(async () => expect(await read(used.id)).toMatchObject({ useCount: 1 }));
    await pass(HOUR_MS);
    const since = iso((await system.now()) - HOUR_MS / 2);
    const later = await aGrant(project, idp, { ...team('new'), duration: undefined });
    await aGrant(project, idp, { ...team('planned'), startsAt: iso((await system.now()) + HOUR_MS) });

    expect(await list({ unusedSince: since })).toEqual([used.id, idle.id, temporary.id]);
    await use('db-oncall');
    await soon(async () => expect(await list({ unusedSince: since })).toEqual([idle.id, temporary.id]));
    expect(await list({ unusedSince: since, permanent: true })).toEqual([idle.id]);
    const now = iso(await system.now());
    expect(await list({ unusedSince: now, permanent: true })).toEqual([used.id, idle.id, later.id]);
    const requester = await aKey('REQUESTER', project.scopes.project);
    expect(await list({ unusedSince: now }, requester)).toEqual([]);

    const first = await api.get(`/v1/projects/${project.projectId}/grants`, {
      query: { unusedSince: since, limit: 1 },
    });
    expect(first.body.items?.map(({ id }) => id)).toEqual([idle.id]);
    expect(await list({ unusedSince: since, limit: 1, cursor: first.body.nextCursor })).toEqual([temporary.id]);
    for (const unusedSince of ['yesterday', '2026-01-01', ''])
      expect(await api.get(`/v1/projects/${project.projectId}/grants`, { query: { unusedSince } })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/unusedSince' }] },
      });
  });
});

describe('A11 a review', () => {
  const dueEvents = async (id: string) =>
    (await system.busEvents()).filter(
      ({ detail }) => detail.type === 'sallyport.grant.review-due' && detail.subject === id,
    );

  it('comes once, is told and audited, and ends nothing', async () => {
    const reviewBy = (await system.now()) + HOUR_MS;
    const grant = await aGrant(project, idp, { duration: undefined, reviewBy: iso(reviewBy) });
    expect(grant.reviewBy).toBe(iso(reviewBy));
    await system.moveClock(reviewBy - 20 * SECOND_MS);
    expect(await dueEvents(grant.id)).toEqual([]);
    await system.moveClock(reviewBy + SECOND_MS);
    await pass(HOUR_MS);
    expect(await dueEvents(grant.id)).toMatchObject([
      { detail: { data: { id: grant.id, status: 'ACTIVE', reviewBy: iso(reviewBy), lastUsedAt: null, useCount: 0 } } },
    ]);
    expect(await read(grant.id)).toMatchObject({ status: 'ACTIVE', etag: grant.etag, reviewBy: iso(reviewBy) });
    expect(await use('db-oncall')).toMatchObject({ active: true });
    const audit = await api.get(`/v1/federations/${project.federationId}/audit-events`, {
      query: { action: 'grant.review-due' },
    });
    expect(audit.body.items).toMatchObject([{ resource: { id: grant.id }, actor: { type: 'SYSTEM' } }]);
  });

  it('is put off, or off for good, by a change that leaves the rest as it is', async () => {
    const reviewBy = (await system.now()) + HOUR_MS;
    const grant = await aGrant(project, idp, { duration: undefined, reviewBy: iso(reviewBy) });
    const change = (body: object, query = {}) => api.patch(`/v1/grants/${grant.id}`, body, { query });
    expect(await change({ reviewBy: null }, { dryRun: true })).toMatchObject({
      body: { dryRun: true, reviewBy: null },
    });
    const next = iso(reviewBy + HOUR_MS);
    expect(await change({ reviewBy: next })).toMatchObject({ status: 200, body: { reviewBy: next, expiresAt: null } });
    await system.moveClock(reviewBy + 20 * SECOND_MS);
    expect(await dueEvents(grant.id)).toEqual([]);
    await system.moveClock(reviewBy + HOUR_MS + SECOND_MS);
    expect(await dueEvents(grant.id)).toHaveLength(1);
    const again = iso(reviewBy + 3 * HOUR_MS);
    expect(await change({ reviewBy: again })).toMatchObject({ status: 200, body: { reviewBy: again } });
    await system.moveClock(reviewBy + 3 * HOUR_MS + SECOND_MS);
    expect(await dueEvents(grant.id)).toHaveLength(2);
    expect(await change({ reviewBy: null })).toMatchObject({ status: 200, body: { reviewBy: null, status: 'ACTIVE' } });
    expect(await use('db-oncall')).toMatchObject({ active: true, grants: [grant.id] });
  });

  it('lies after the start and in the future, else it is refused with every other fault', async () => {
    const now = await system.now();
    const ask = (more: object) =>
      api.post(`/v1/projects/${project.projectId}/grants`, {
        ...team('db-oncall'),
        identityProviderId: idp.identityProviderId,
        roles: { builtIn: 'readAnyDatabase', custom: ['nobody'] },
        ...more,
      });
    const early = { startsAt: iso(now + 2 * HOUR_MS), reviewBy: iso(now + HOUR_MS) };
    for (const more of [{ reviewBy: iso(now - 1) }, early]) {
      expect(await ask(more)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/roles/custom/0' }, { pointer: '/reviewBy' }] },
      });
    }
    expect(await ask({ reviewBy: 'soon' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/reviewBy' }] },
    });
    const grant = await aGrant(project, idp);
    const past = { expiresAt: iso(now - 1), reviewBy: iso(now - 1) };
    expect(await api.patch(`/v1/grants/${grant.id}`, past)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/expiresAt' }, { pointer: '/reviewBy' }] },
    });
    expect(await read(grant.id)).toMatchObject({ reviewBy: null, etag: grant.etag });
  });

  it('that is due or overdue is found by a list', async () => {
    const now = await system.now();
    const grants = [];
    for (const hours of [1, 3, undefined]) {
      const reviewBy = hours === undefined ? undefined : iso(now + hours * HOUR_MS);
      grants.push((await aGrant(project, idp, { ...team('dba'), duration: undefined, reviewBy })).id);
    }
    await system.moveClock(now + 2 * HOUR_MS);
    expect(await list({ reviewBefore: iso(now + 2 * HOUR_MS) })).toEqual([grants[0]]);
    expect(await list({ reviewBefore: iso(now + 4 * HOUR_MS) })).toEqual([grants[0], grants[1]]);
    await api.delete(`/v1/grants/${grants[0]}`);
    expect(await list({ reviewBefore: iso(now + 4 * HOUR_MS) })).toEqual([grants[1]]);
    await pass(24 * HOUR_MS);
    expect(await dueEvents(String(grants[0]))).toHaveLength(1);
  });
});

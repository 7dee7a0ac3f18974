/** What lies on clusters that hold users: a system of its own, whose connector reaches the tests' data plane. */
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type DataPlane, startDataPlane } from '../peers/data-plane.ts';
import { dnsClient } from '../peers/dns-management.ts';
import { startIssuers } from '../peers/issuer.ts';
import { rigOf } from '../rig/rig.ts';
import { unique } from '../rig/stories.ts';
import { startSystem } from '../rig/system.ts';

const { dnsAddress, dnsManagementUrl } = inject('rig');
const issuers = await startIssuers();
const system = await startSystem({ dns: dnsAddress, entry: 'test/rig/data-plane/main.ts' });
const rig = rigOf(system, dnsClient(dnsManagementUrl, dnsAddress));
const { api, aProject, aConnectedIdp, aGrant, aCluster } = rig;
const planes: DataPlane[] = [];
afterAll(async () => {
  await system.stop();
  await Promise.all([issuers.stop(), ...planes.map((plane) => plane.stop())]);
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const issuer = await issuers.create();
const project = await aProject();
const idp = await aConnectedIdp(project, issuer);

/** A cluster that holds what its own server holds. */
async function aHoldingCluster(): Promise<{ clusterId: string; plane: DataPlane }> {
  const plane = await startDataPlane();
  planes.push(plane);
  const connector = {
    type: 'mongodb' as const,
    uris: [plane.uri],
    authNamePrefix: 'acme',
    username: 'sallyport',
    password: 'correct horse battery staple',
  };
  return { clusterId: await aCluster(project, { connector }), plane };
}
let clusterId: string;
let plane: DataPlane;
afterEach(() => {
  for (const each of planes) each.set(null); // else every later move of the clock waits for them
});
beforeEach(async () => {
  ({ clusterId, plane } = await aHoldingCluster());
});

/** A grant on the test's own cluster, for a group that no other test has; what was to be done at once is done. */
async function aGroupWith(more: object = {}) {
  const name = unique('oncall');
  const grant = await granted(name, more);
  return { ...grant, name, held: `GROUP ${name}` };
}
async function granted(name: string, more: object = {}) {
  const grant = await asked(name, more);
  await atRest();
  return { id: grant.id, end: Date.parse(grant.expiresAt ?? '') };
}
const asked = (name: string, more: object) => {
  const [principal, scope] = [{ type: 'GROUP', name }, { clusterIds: [clusterId] }];
  return aGrant(project, idp, { principal, scope, duration: 'PT6H', ...more });
};
/** What was to be done at once is done. */
const atRest = async () => system.moveClock((await system.now()) + 10_000);
const standing = async (id: string, on = clusterId) => {
  const { body } = await api.get(`/v1/grants/${id}`);
  return { status: body.status, ...body.clusters?.find((one) => one.clusterId === on) };
};
const eventsOf = async (id: string) => {
  const events = await system.busEvents();
  const told = events.filter(({ detail }) => detail.subject === id);
  // One may come twice, with the same identifier: the bus is told at least once.
  const each = new Map(told.map(({ detail }) => [detail.id, detail.type.replace('sallyport.', '')]));
  return [...each.values()];
};

describe('A5 a cluster that holds users', () => {
  it('has the grant from its start on, and not from its end on, sessions included', async () => {
    const { id, end, held } = await aGroupWith();
    expect(await standing(id)).toMatchObject({ status: 'ACTIVE', state: 'IN_SYNC' });
    expect(plane.holds(held)).toMatchObject({ roles: [{ role: 'readWriteAnyDatabase', database: 'admin' }] });
    plane.signIn(held);

    await system.moveClock(end + 5_000);
    expect(plane.holds(held)).toBeUndefined();
    expect(plane.sessions(held)).toBe(0);
    const after = await standing(id);
    expect(after).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
    const removedAt = Date.parse(String(after.removedAt));
    expect(removedAt).toBeGreaterThanOrEqual(end);
    expect(after.lagMs).toBe(removedAt - end);
    expect(after.since).toBe(after.removedAt);
    await atRest();
    expect((await eventsOf(id)).sort()).toEqual(['grant.created', 'grant.expired', 'grant.removed']); // in no promised order
  });

  it('has a grant of the future only from its start on, and one of some seconds for these', async () => {
    const startsAt = new Date((await system.now()) + HOUR).toISOString();
    const { id, held } = await aGroupWith({ startsAt, duration: 'PT4S' });
    expect(await standing(id)).toMatchObject({ status: 'SCHEDULED', state: 'PENDING' });
    expect(plane.journal).toEqual([]);
    await system.moveClock(Date.parse(startsAt) + 20_000);
    expect(plane.holds(held)).toBeUndefined();
    expect(await standing(id)).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
  });

  it('is told at once of an end before its time, and ends no session where only dropping is asked for', async () => {
    const { id, held } = await aGroupWith({ onEnd: 'DROP' });
    plane.signIn(held);
    expect((await api.delete(`/v1/grants/${id}`)).status).toBe(204);
    await atRest();
    expect(plane.holds(held)).toBeUndefined();
    expect(plane.sessions(held)).toBe(1);
    expect(await standing(id)).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
  });

  it('keeps a grant that was extended, without a moment between, and drops one that was shortened', async () => {
    const { id, end, held } = await aGroupWith();
    await api.patch(`/v1/grants/${id}`, { expiresAt: new Date(end + HOUR).toISOString() });
    await system.moveClock(end + MINUTE);
    expect(plane.holds(held)).toBeDefined();
    expect(plane.journal).toEqual([`PUT ${held}`]);
    await api.patch(`/v1/grants/${id}`, { duration: 'PT1M' });
    await system.moveClock(end + 5 * MINUTE);
    expect(plane.holds(held)).toBeUndefined();
  });
});

describe('A5 a cluster that cannot be reached', () => {
  it('shows what it still has, tells when nothing moves, and is rid of it once it is back', async () => {
    const { id, end, held } = await aGroupWith();
    plane.set('down');
    await system.moveClock(end + 20_000);
    expect(await standing(id)).toMatchObject({ status: 'ENDING', state: 'BEHIND', detail: 'It answered 503.' });
    await system.moveClock(end + 11 * MINUTE);
    await system.moveClock(end + 13 * MINUTE);
    const stuck = await standing(id);
    expect(stuck).toMatchObject({ status: 'ENDING', state: 'STUCK', detail: 'It answered 503.' });
    expect(Date.parse(String(stuck.since))).toBeGreaterThanOrEqual(end);
    await atRest();
    expect((await eventsOf(id)).filter((type) => type === 'grant.stuck')).toHaveLength(1);
    expect((await api.patch(`/v1/grants/${id}`, { duration: 'PT1H' })).status).toBe(409);

    plane.set(null);
    await system.moveClock(end + 25 * MINUTE);
    expect(plane.holds(held)).toBeUndefined();
    const after = await standing(id);
    expect(after).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
    expect(after.lagMs).toBeGreaterThan(13 * MINUTE);
    await atRest();
    expect(await eventsOf(id)).toContain('grant.removed');
  });

  it('never delays another', async () => {
    const sick = { clusterId, plane };
    const well = await aHoldingCluster();
    const { id, end, held } = await aGroupWith({ scope: { clusterIds: [sick.clusterId, well.clusterId] } });
    sick.plane.set('hanging');
    await system.moveClock(end + 5_000);
    expect(well.plane.holds(held)).toBeUndefined();
    expect(await standing(id, well.clusterId)).toMatchObject({ status: 'ENDING', state: 'REMOVED' });
    expect(await standing(id, sick.clusterId)).toMatchObject({ detail: expect.stringContaining('did not answer') });
  });

  it('is told one thing at a time about one principal, however slow it is', async () => {
    const { held, name } = await aGroupWith();
    plane.slow(30);
    const database = (number: number) => ({ privileges: [{ role: 'read', database: `db${number}` }] });
    await Promise.all(Array.from({ length: 5 }, (_, number) => asked(name, { roles: database(number) })));
    await atRest();
    expect(plane.mostAtOnce()).toBe(1);
    const privileges = Array.from({ length: 5 }, (_, number) => expect.objectContaining({ database: `db${number}` }));
    expect(plane.holds(held)).toMatchObject({ privileges: expect.arrayContaining(privileges) });
  });

  it('is not believed before it shows what it was told', async () => {
    plane.set('lying');
    const { id, end, held } = await aGroupWith();
    expect(await standing(id)).toMatchObject({
      state: expect.stringMatching(/^(PENDING|BEHIND)$/),
      detail: expect.stringContaining('does not show it'),
    });
    plane.set(null);
    await system.moveClock((await system.now()) + 2 * MINUTE);
    expect(await standing(id)).toMatchObject({ state: 'IN_SYNC' });
    plane.set('lying');
    await system.moveClock(end + 15_000);
    expect(plane.holds(held)).toBeDefined();
    expect(await standing(id)).toMatchObject({ status: 'ENDING', state: 'BEHIND' });
  });
});

describe('A8 guarantees', () => {
  it('overlapping and back-to-back grants never interrupt each other', async () => {
    const { id, end, name, held } = await aGroupWith();
    const overlapping = await granted(name, { startsAt: new Date(end - HOUR).toISOString(), duration: 'PT2H' });
    const following = await granted(name, { startsAt: new Date(overlapping.end).toISOString(), duration: 'PT1H' });
    plane.signIn(held);
    for (const at of [end - MINUTE, end + MINUTE, overlapping.end - MINUTE, overlapping.end + MINUTE]) {
      await system.moveClock(at);
      expect(plane.holds(held)).toBeDefined();
    }
    expect(plane.sessions(held)).toBe(1);
    expect(plane.journal).toEqual([`PUT ${held}`]);
    expect(await standing(id)).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
    await system.moveClock(following.end + MINUTE);
    expect(plane.holds(held)).toBeUndefined();
    expect(plane.sessions(held)).toBe(0);
  });

  it('ending one of several leaves what the others give', async () => {
    const { id, name, held } = await aGroupWith();
    await granted(name, { roles: { privileges: [{ role: 'read', database: 'sales' }] } });
    expect(plane.holds(held)).toMatchObject({
      roles: [{ role: 'readWriteAnyDatabase', database: 'admin' }],
      privileges: [{ role: 'read', database: 'sales' }],
    });
    await api.delete(`/v1/grants/${id}`);
    await atRest();
    expect(plane.holds(held)).toEqual({
      roles: [],
      privileges: [{ role: 'read', database: 'sales' }],
      customRoles: [],
    });
  });

  it('a cluster that no longer exists, or never had the user, holds nothing up', async () => {
    const { id, end } = await aGroupWith();
    plane.set('down');
    const never = await aGroupWith();
    await system.moveClock(end + MINUTE);
    expect(await standing(id)).toMatchObject({ status: 'ENDING' });
    expect((await api.delete(`/v1/clusters/${clusterId}`)).status).toBe(204);
    await atRest();
    expect(await standing(id)).toMatchObject({ status: 'ENDED', state: 'REMOVED' });
    expect(await standing(never.id)).toMatchObject({ status: 'ENDED' });

    const other = await aHoldingCluster();
    ({ clusterId, plane } = other);
    const startsAt = new Date((await system.now()) + HOUR).toISOString();
    const scheduled = await aGroupWith({ startsAt });
    await api.delete(`/v1/grants/${scheduled.id}`);
    expect(await standing(scheduled.id)).toMatchObject({ status: 'ENDED', state: 'REMOVED', lagMs: 0 });
    expect(plane.journal).toEqual([]);
  });
});

describe('A10 a freeze', () => {
  it('takes what was granted from the cluster, with its sessions, and gives it back once it is lifted', async () => {
    const { id, name, held } = await aGroupWith();
    plane.signIn(held);
    const target = {
      type: 'PRINCIPAL',
      identityProviderId: idp.identityProviderId,
      principal: { type: 'GROUP', name },
    };
    const freezes = `/v1/federations/${project.federationId}/freezes`;
    const { body: freeze } = await api.post(freezes, { target, reason: 'incident' });
    await atRest();
    expect(plane.holds(held)).toBeUndefined();
    expect(plane.sessions(held)).toBe(0);
    expect(await standing(id)).toMatchObject({ status: 'ACTIVE', state: 'IN_SYNC' });
    expect(await eventsOf(id)).not.toContain('grant.removed');
    await api.delete(`/v1/freezes/${freeze.id}`, { query: { reason: 'over' } });
    await atRest();
    expect(plane.holds(held)).toBeDefined();

    const wide = await api.post(freezes, { target: { type: 'PROJECT', id: project.projectId }, reason: 'incident' });
    await atRest();
    expect(plane.holds(held)).toBeUndefined();
    await api.delete(`/v1/freezes/${wide.body.id}`, { query: { reason: 'over' } });
    await atRest();
    expect(plane.holds(held)).toBeDefined();
  });
});

describe('what changes around grants reaches clusters that hold users', () => {
  it('A3 a custom role', async () => {
    const roles = `/v1/projects/${project.projectId}/custom-roles`;
    const name = unique('auditor');
    const find = (collection: string) => [{ action: 'FIND', resources: [{ database: 'sales', collection }] }];
    expect((await api.post(roles, { name, actions: find('orders') })).status).toBe(201);
    const { held } = await aGroupWith({ roles: { custom: [name] } });
    expect(plane.holds(held)).toMatchObject({ customRoles: [{ role: name, actions: find('orders') }] });
    expect((await api.put(`${roles}/${name}`, { actions: find('returns') })).status).toBe(200);
    await atRest();
    expect(plane.holds(held)).toMatchObject({ customRoles: [{ role: name, actions: find('returns') }] });
  });

  it('a new cluster gets what holds on all of them', async () => {
    const { id, held } = await aGroupWith({ scope: {} });
    const later = await aHoldingCluster();
    await atRest();
    expect(later.plane.holds(held)).toBeDefined();
    expect(await standing(id, later.clusterId)).toMatchObject({ state: 'IN_SYNC' });
  });

  it('S8 a disconnect', async () => {
    const { id, held } = await aGroupWith();
    const other = await aConnectedIdp(project, await issuers.create());
    const name = unique('oncall');
    const principal = { type: 'GROUP', name };
    await aGrant(project, other, { principal, scope: { clusterIds: [clusterId] }, duration: 'PT6H' });
    await atRest();
    expect(plane.holds(`GROUP ${name}`)).toBeDefined();
    await api.delete(`/v1/organizations/${project.organizationId}/connections/${other.identityProviderId}`);
    await atRest();
    expect(plane.holds(`GROUP ${name}`)).toBeUndefined();
    expect(plane.holds(held)).toBeDefined();
    expect(await standing(id)).toMatchObject({ state: 'IN_SYNC' });
  });
});

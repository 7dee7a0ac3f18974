import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey, aToken } = rig();
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
const policyPath = () => `/v1/projects/${project.projectId}/access-policy`;
const setRules = async (...rules: object[]) => expect((await api.put(policyPath(), { rules })).status).toBe(200);
const ask = (more: object = {}, query = {}, key?: string) =>
  api.post(
    `/v1/projects/${project.projectId}/grants`,
    {
      principal: { type: 'GROUP', name: 'db-oncall' },
      identityProviderId: idp.identityProviderId,
      roles: { builtIn: 'readAnyDatabase' },
      duration: 'PT6H',
      ...more,
    },
    { query, key },
  );
const pointers = ({ body }: Awaited<ReturnType<typeof ask>>) => body.errors?.map(({ pointer }) => pointer);
const ticket = { system: 'servicenow', key: 'REQ1', requester: 'alice@acme.com', approver: 'bob@acme.com' };

describe('A6 the access policy of a project', () => {
  it('is empty at first, and takes every grant; it is replaced whole, with its ETag', async () => {
    const first = await api.get(policyPath());
    expect(first).toMatchObject({ status: 200, body: { rules: [] } });
    expect((await ask({ duration: undefined })).status).toBe(201);
    await setRules({ name: 'short', longestDuration: 'PT24H', temporaryOnly: true });
    const second = await api.get(policyPath());
    expect(second.body).toMatchObject({ rules: [{ name: 'short', longestDuration: 'P1D', temporaryOnly: true }] });
    expect(
      (await api.put(policyPath(), { rules: [] }, { headers: { 'if-match': first.body.etag ?? '' } })).status,
    ).toBe(412);
    const dry = await api.put(policyPath(), { rules: [] }, { query: { dryRun: true } });
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, rules: [] } });
    expect((await api.get(policyPath())).body.etag).toBe(second.body.etag);
  });

  it('is refused with every fault: unknown clusters and roles, two rules of one name', async () => {
    const rules = [
      { name: 'one', clusterIds: ['cls_01KDX0000000000000000000C1'], customRoles: ['nobody'] },
      { name: 'two', longestDuration: 'P1D' },
    ];
    expect(await api.put(policyPath(), { rules })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/rules/0/clusterIds/0' }, { pointer: '/rules/0/customRoles/0' }] },
    });
    expect(
      await api.put(policyPath(), { rules: [{ name: 'x' }, { name: 'x', longestDuration: 'P1Y' }] }),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/rules/1/longestDuration' }] },
    });
    expect(await api.put(policyPath(), { rules: [{ name: 'x' }, { name: 'x' }] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/rules/1/name' }] },
    });
  });

  it('that is too large to be kept with its audit is refused; one that is just below is taken again and again', async () => {
    const ruleOf = (letter: string) => (_: unknown, index: number) => ({
      name: `${index}`,
      principals: Array.from({ length: 17 }, (_none, at) => `${letter}${at}`.padEnd(96, letter)),
    });
    const rules = (letter: string, count: number) => Array.from({ length: count }, ruleOf(letter));
    await setRules(...rules('a', 95));
    await setRules(...rules('b', 95));
    const tooLarge = await api.put(policyPath(), { rules: rules('c', 100) });
    expect(tooLarge).toMatchObject({ status: 422, body: { errors: [{ pointer: '/rules' }] } });
    const bytes = Buffer.byteLength(JSON.stringify((await api.get(policyPath())).body.rules));
    expect(bytes).toBeGreaterThan(170_000);
  });

  it('the first rule that matches holds, and none that matches refuses; the grant says which', async () => {
    await setRules(
      { name: 'on-call', principals: ['db-oncall'], builtInRoles: ['readAnyDatabase'], longestDuration: 'P1D' },
      { name: 'anybody', builtInRoles: ['readAnyDatabase'], longestDuration: 'PT1H' },
    );
    expect(await ask()).toMatchObject({ status: 201, body: { policyRule: 'on-call' } });
    const other = { principal: { type: 'GROUP', name: 'staff' } };
    expect(await ask(other)).toMatchObject({
      status: 422,
      body: {
        type: expect.stringMatching(/refused-by-policy$/),
        policyRule: 'anybody',
        errors: [{ pointer: '/duration', message: expect.stringContaining('"anybody"') }],
      },
    });
    expect(await ask({ ...other, duration: 'PT1H' })).toMatchObject({ status: 201, body: { policyRule: 'anybody' } });
    const writing = await ask({ roles: { builtIn: 'readWriteAnyDatabase' } });
    expect(writing).toMatchObject({ status: 422, body: { policyRule: null, errors: [{ pointer: '' }] } });
    // A rule about roles of one kind is about no others.
    const smuggled = { builtIn: 'readAnyDatabase', privileges: [{ role: 'dbOwner', database: 'sales' }] };
    expect((await ask({ roles: smuggled })).status).toBe(422);
  });

  it('a rule for named clusters is about no other, nor about all of them', async () => {
    await setRules({ name: 'eu', clusterIds: [project.clusterId] });
    expect((await ask({ scope: { clusterIds: [project.clusterId] } })).status).toBe(201);
    expect((await ask()).status).toBe(422);
  });

  it('a dry run says which rule decides, and stores nothing', async () => {
    await setRules({ name: 'on-call', longestDuration: 'PT1H' });
    expect(await ask({ duration: 'PT1H' }, { dryRun: true })).toMatchObject({
      status: 201,
      body: { dryRun: true, policyRule: 'on-call', status: 'ACTIVE', remainingSeconds: 3600 },
    });
    expect(await ask({}, { dryRun: true })).toMatchObject({ status: 422, body: { policyRule: 'on-call' } });
    expect((await api.get(`/v1/projects/${project.projectId}/grants`)).body.items).toEqual([]);
  });

  it('temporary only, a ticket, a requester and an approver who differ: every fault at once', async () => {
    await setRules({
      name: 'strict',
      temporaryOnly: true,
      ticketRequired: true,
      requesterAndApproverDiffer: true,
      approverVerified: true,
    });
    expect(pointers(await ask({ duration: undefined }))).toEqual([
      '/expiresAt',
      '/ticket',
      '/ticket/approver',
      '/ticket/approver',
    ]);
    const same = { ...ticket, approver: 'ALICE@acme.com' };
    expect(pointers(await ask({ ticket: same }))).toEqual(['/ticket/approver', '/ticket/approver']);
    expect(pointers(await ask({ ticket }))).toEqual(['/ticket/approver']);
  });

  it('longestTotal counts one grant with its extensions, longestDuration each of them; shortening is free', async () => {
    await setRules({ name: 'on-call', longestDuration: 'PT6H', longestTotal: 'PT10H' });
    const grant = await ask();
    const change = (body: object) => api.patch(`/v1/grants/${grant.body.id}`, body);
    await system.moveClock((await system.now()) + 3 * HOUR_MS);
    expect(await change({ duration: 'PT6H' })).toMatchObject({ status: 200, body: { policyRule: 'on-call' } });
    expect(await change({ duration: 'PT8H' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/duration' }, { pointer: '/duration', message: expect.stringContaining('PT10H') }] },
    });
    expect(await change({ expiresAt: null })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/expiresAt' }] },
    });
    await setRules({ name: 'nobody', principals: ['nobody'] });
    expect((await change({ duration: 'PT7H' })).status).toBe(422);
    expect((await change({ duration: 'PT1H' })).status).toBe(200);
  });

  it('is looked at again when a start has come: what it no longer takes ends then, with the reason', async () => {
    const startsAt = (await system.now()) + HOUR_MS;
    const grant = await ask({ startsAt: new Date(startsAt).toISOString() });
    const running = await ask();
    await setRules({ name: 'nobody', principals: ['nobody'] });
    await system.moveClock(startsAt + 1000);
    expect((await api.get(`/v1/grants/${grant.body.id}`)).body).toMatchObject({
      status: 'ENDED',
      endReason: 'INELIGIBLE',
    });
    expect((await api.get(`/v1/grants/${running.body.id}`)).body).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('A6 approvers', () => {
  it('are asserted by the caller that names them, and verified when their own token makes the call', async () => {
    await setRules({ name: 'verified', approverVerified: true, requesterAndApproverDiffer: true });
    const key = await aKey('ACCESS_ADMINISTRATOR', project.scopes.project);
    expect((await ask({ ticket }, {}, key)).status).toBe(422);
    await api.post(`/v1/federations/${project.federationId}/role-bindings`, {
      identityProviderId: idp.identityProviderId,
      principal: { type: 'USER', name: 'bob@acme.com' },
      role: 'ACCESS_ADMINISTRATOR',
      scope: { type: 'PROJECT', id: project.projectId },
    });
    const bob = await aToken(issuer, { sub: 'bob@acme.com', groups: [] });
    const caller = `${idp.identityProviderId}/bob@acme.com`;
    const granted = await ask({ ticket }, {}, bob);
    expect(granted).toMatchObject({
      status: 201,
      body: { approval: { approver: 'bob@acme.com', assurance: 'VERIFIED', by: caller }, policyRule: 'verified' },
    });
    const another = { ...ticket, approver: 'carol@acme.com' };
    expect((await ask({ ticket: another }, {}, bob)).status).toBe(422);
    await setRules();
    expect(await ask({ ticket: another }, {}, bob)).toMatchObject({
      body: { approval: { approver: 'carol@acme.com', assurance: 'ASSERTED', by: caller } },
    });
    expect((await aGrant(project, idp)).approval).toBeNull();
  });
});

describe('A6 grants of a ticket', () => {
  it('are found by it, page by page, whoever else has grants there', async () => {
    for (let count = 0; count < 5; count++) await ask({ ticket });
    await ask({ ticket: { ...ticket, key: 'REQ2' } });
    await ask();
    const list = (query: object) => api.get(`/v1/projects/${project.projectId}/grants`, { query: { ...query } });
    const first = await list({ ticketSystem: 'servicenow', ticketKey: 'REQ1', limit: 3 });
    expect(first.body.items).toHaveLength(3);
    const second = await list({
      ticketSystem: 'servicenow',
      ticketKey: 'REQ1',
      limit: 3,
      cursor: first.body.nextCursor ?? '',
    });
    expect(second.body.items).toHaveLength(2);
    expect(second.body.nextCursor).toBeUndefined();
    expect((await list({ ticketKey: 'REQ2' })).body.items).toHaveLength(1);
    expect((await list({ ticketSystem: 'jira' })).body.items).toEqual([]);
  });

  it.each<[string, object, object, object]>([
    ['status', { status: 'SCHEDULED' }, { startsAt: '2090-01-01T00:00:00Z' }, {}],
    ['principal', { principal: 'dba' }, { principal: { type: 'GROUP', name: 'dba' } }, {}],
    ['permanent', { permanent: true }, { duration: undefined }, {}],
    ['temporary', { permanent: false }, {}, { duration: undefined }],
  ])('and lists filter by %s', async (_what, query, fitting, other) => {
    const wanted = await ask(fitting);
    expect((await ask(other)).status).toBe(201);
    const listed = await api.get(`/v1/projects/${project.projectId}/grants`, { query: { ...query } });
    expect(listed.body.items?.map(({ id }) => id)).toEqual([wanted.body.id]);
  });

  it('and by cluster and identity provider', async () => {
    const all = await ask();
    const named = await ask({ scope: { clusterIds: [project.clusterId] } });
    const list = (query: object) =>
      api
        .get(`/v1/projects/${project.projectId}/grants`, { query: { ...query } })
        .then(({ body }) => body.items?.map(({ id }) => id));
    expect(await list({ clusterId: project.clusterId })).toEqual([all.body.id, named.body.id]);
    expect(await list({ clusterId: 'cls_01KDX0000000000000000000C1' })).toEqual([all.body.id]);
    const other = await aConnectedIdp(project, await issuers.create());
    expect(await list({ identityProviderId: other.identityProviderId })).toEqual([]);
  });
});

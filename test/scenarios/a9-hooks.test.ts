/** Tickets that drive access: a ticket system's signed events create grants and end them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../client/index.ts';
import { anIssue, aRequestedItem, jira, type Sent, signedBy } from '../peers/hook-senders.ts';
import { startIssuers } from '../peers/issuer.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aToken, introspect } = rig();
const issuers = await startIssuers();
let project: Project;
let idp: ConnectedIdp;

beforeAll(async () => {
  project = await aProject();
  idp = await aConnectedIdp(project, await issuers.create());
});
afterAll(() => issuers.stop());

const SIGNED = { header: 'x-servicenow-signature', prefix: 'sha256=' };

const aHook = async (body: object) => {
  const path = `/v1/federations/${project.federationId}/hooks`;
  const hook = created(await api.post(path, { name: unique('hook'), ...body }));
  return { id: hook.id, url: hook.url ?? '', secret: hook.secret ?? '' };
};
const closing = (more: object = {}) =>
  aHook({
    format: 'jira-websub',
    action: 'END_GRANTS_OF_TICKET',
    projectId: project.projectId,
    mapping: { 'ticket.key': '/issue/key' },
    constants: { 'ticket.system': 'jira' },
    guards: { equals: { '/issue/fields/status/name': 'Closed' } },
    ...more,
  });
const approving = (more: object = {}) =>
  aHook({
    format: 'hmac-sha256',
    ...SIGNED,
    action: 'CREATE_GRANT',
    projectId: project.projectId,
    identityProviderId: idp.identityProviderId,
    mapping: {
      'ticket.key': '/number',
      'ticket.url': '/url',
      'ticket.requester': '/requested_for/email',
      'ticket.approver': '/approver/email',
      'ticket.reason': '/variables/reason',
      'principal.name': '/variables/group',
      duration: '/variables/duration',
      occurredAt: '/sys_updated_on',
    },
    constants: { 'ticket.system': 'servicenow', 'roles.builtIn': 'readWriteAnyDatabase' },
    guards: { equals: { '/approval': 'approved' } },
    ...more,
  });
const deliver = (hook: { id: string }, { headers, body }: Sent) =>
  api.post(`/v1/hooks/${hook.id}`, body, { key: null, headers });
const grantsOf = async (ticketSystem: string, ticketKey: string): Promise<Schemas['Grant'][]> => {
  const { body } = await api.get(`/v1/projects/${project.projectId}/grants`, { query: { ticketSystem, ticketKey } });
  return JSON.parse(JSON.stringify(body.items));
};
const isLetIn = async (group = 'db-oncall') =>
  (await introspect(project.clusterId, await aToken(idp.issuer, { sub: 'alice', groups: [group] }))).body.active;

describe('A9 an approved request', () => {
  it('creates a grant that belongs to the hook, with its ticket', async () => {
    const hook = await approving();
    const number = unique('RITM');
    const group = unique('team');
    const variables = { group, duration: 'PT6H', reason: 'Failed "payments"\nof 25 November' };
    const request = aRequestedItem(await system.now(), number, { variables });
    const answer = await deliver(hook, signedBy(hook.secret, request, SIGNED));
    expect([answer.status, Object.keys(answer.body)]).toEqual([202, ['id']]);
    const [grant, ...others] = await grantsOf('servicenow', number);
    expect(others).toEqual([]);
    expect(grant).toMatchObject({
      createdBy: hook.id,
      status: 'ACTIVE',
      principal: { type: 'GROUP', name: group },
      roles: { builtIn: 'readWriteAnyDatabase' },
      remainingSeconds: 21_599,
      ticket: {
        system: 'servicenow',
        key: number,
        url: `https://acme.service-now.com/sc_req_item.do?sys_id=${number}`,
        requester: 'alice@acme.com',
        approver: 'bob@acme.com',
        reason: variables.reason,
      },
      approval: { approver: 'bob@acme.com', assurance: 'ASSERTED', by: hook.id },
    });
    expect(await isLetIn(group)).toBe(true);
    const { body } = await api.get(`/v1/federations/${project.federationId}/audit-events`, { query: { limit: 100 } });
    const done = body.items?.filter(({ actor }) => JSON.stringify(actor).includes(hook.id)) ?? [];
    expect(done.map(({ action }) => action).sort()).toEqual(['grant.create', 'hook.deliver']);
  });
});

describe('A9 an issue that is closed', () => {
  it('ends every live grant of its ticket in the project, whoever made it, and verdicts say no', async () => {
    const [hook, key] = [await closing(), unique('OPS')];
    const groups = [unique('team'), unique('team'), unique('team')];
    const ticket = { system: 'jira', key };
    for (const name of groups) await aGrant(project, idp, { principal: { type: 'GROUP', name }, ticket });
    const other = await aGrant(project, idp, { principal: { type: 'GROUP', name: groups[0] } });
    expect(await isLetIn(groups[1])).toBe(true);
    const answer = await deliver(hook, jira(hook.secret, anIssue(await system.now(), key, 'Closed')));
    expect(answer.status).toBe(202);
    expect((await grantsOf('jira', key)).map(({ status, endReason }) => [status, endReason])).toEqual(
      groups.map(() => ['ENDED', 'ENDED']),
    );
    expect(await isLetIn(groups[1])).toBe(false);
    expect((await api.get(`/v1/grants/${other.id}`)).body.status).toBe('ACTIVE');
  });

  it('ends more than a page of them, and each only in this project', async () => {
    const [hook, key] = [await closing(), unique('OPS')];
    const ticket = { system: 'jira', key };
    const principals = Array.from({ length: 115 }, (_, at) => ({ type: 'GROUP', name: `${key}-${at % 23}` }));
    for (let from = 0; from < principals.length; from += 23) {
      await Promise.all(
        principals.slice(from, from + 23).map((principal) => aGrant(project, idp, { principal, ticket })),
      );
    }
    const elsewhere = await aProject({ federationId: project.federationId, scope: project.scopes.federation });
    const connection = { identityProviderId: idp.identityProviderId };
    await api.post(`/v1/organizations/${elsewhere.organizationId}/connections`, connection);
    const other = await aGrant(elsewhere, idp, { ticket });
    expect((await deliver(hook, jira(hook.secret, anIssue(await system.now(), key, 'Closed')))).status).toBe(202);
    for (const principal of principals.slice(0, 23)) expect(await isLetIn(principal.name)).toBe(false);
    const { body } = await api.get(`/v1/projects/${project.projectId}/grants`, {
      query: { ticketSystem: 'jira', ticketKey: key, status: 'ACTIVE' },
    });
    expect(body.items).toEqual([]);
    expect((await api.get(`/v1/grants/${other.id}`)).body.status).toBe('ACTIVE');
  });

  it('ends one that is still to come, too, and says so in the audit', async () => {
    const [hook, key] = [await closing(), unique('OPS')];
    const startsAt = new Date((await system.now()) + 3_600_000).toISOString();
    const { id } = await aGrant(project, idp, { startsAt, ticket: { system: 'jira', key } });
    await deliver(hook, jira(hook.secret, anIssue(await system.now(), key, 'Closed')));
    expect((await api.get(`/v1/grants/${id}`)).body.status).toBe('ENDED');
    const { body } = await api.get(`/v1/federations/${project.federationId}/audit-events`, {
      query: { resource: id },
    });
    expect(body.items?.map(({ action, actor }) => [action, actor])).toContainEqual([
      'grant.end',
      { type: 'CALLER', id: hook.id },
    ]);
  });

  it('is declined in another state, and ends nothing', async () => {
    const [hook, key] = [await closing(), unique('OPS')];
    const { id } = await aGrant(project, idp, { ticket: { system: 'jira', key } });
    const answer = await deliver(hook, jira(hook.secret, anIssue(await system.now(), key, 'In Progress')));
    expect([answer.status, answer.body.declined]).toEqual([202, '/issue/fields/status/name is not "Closed".']);
    expect((await api.get(`/v1/grants/${id}`)).body.status).toBe('ACTIVE');
  });

  it('ten times at once is one, and so are two deliveries of it', async () => {
    const [hook, key] = [await closing(), unique('OPS')];
    const principals = Array.from({ length: 5 }, () => ({ type: 'GROUP', name: unique('team') }));
    for (const principal of principals) await aGrant(project, idp, { principal, ticket: { system: 'jira', key } });
    const now = await system.now();
    const sent = jira(hook.secret, anIssue(now, key, 'Closed'));
    const another = jira(hook.secret, anIssue(now + 1, key, 'Closed'));
    const answers = await Promise.all(
      [...Array.from({ length: 10 }, () => sent), another].map((one) => deliver(hook, one)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(2);
    for (const { id, status } of await grantsOf('jira', key)) {
      expect(status).toBe('ENDED');
      const { body } = await api.get(`/v1/federations/${project.federationId}/audit-events`, {
        query: { resource: id },
      });
      expect(body.items?.map(({ action }) => action).filter((action) => action === 'grant.end')).toHaveLength(1);
    }
  });
});

describe('A9 events that overtake each other', () => {
  const request = async (at: number, number: string, group: string) =>
    aRequestedItem(at, number, { variables: { group, duration: 'PT6H', reason: 'x' } });
  const closingRequests = () =>
    closing({
      format: 'hmac-sha256',
      ...SIGNED,
      mapping: { 'ticket.key': '/number', occurredAt: '/sys_updated_on' },
      constants: { 'ticket.system': 'servicenow' },
      guards: { equals: { '/approval': 'closed' } },
    });

  it('closed before it was approved: the approval that was sent before gives no access', async () => {
    const [create, close, number, group] = [await approving(), await closingRequests(), unique('RITM'), unique('team')];
    const now = await system.now();
    const closed = { ...(await request(now, number, group)), approval: 'closed' };
    expect((await deliver(close, signedBy(close.secret, closed, SIGNED))).body.declined).toBeUndefined();
    const late = await deliver(create, signedBy(create.secret, await request(now - 2000, number, group), SIGNED));
    expect([late.status, late.body.declined]).toEqual([202, expect.stringContaining('The ticket was closed at')]);
    expect(await grantsOf('servicenow', number)).toEqual([]);
    expect(await isLetIn(group)).toBe(false);
  });

  it('at once, in whatever order they are taken: no access is left', async () => {
    const [create, close] = [await approving(), await closingRequests()];
    for (let round = 0; round < 5; round++) {
      const [number, group, now] = [unique('RITM'), unique('team'), await system.now()];
      const approved = signedBy(create.secret, await request(now - 1, number, group), SIGNED);
      const closed = signedBy(close.secret, { ...(await request(now, number, group)), approval: 'closed' }, SIGNED);
      const answers = await Promise.all([deliver(create, approved), deliver(close, closed)]);
      expect(answers.map(({ status }) => status)).toEqual([202, 202]);
      expect((await grantsOf('servicenow', number)).filter(({ status }) => status !== 'ENDED')).toEqual([]);
      expect(await isLetIn(group)).toBe(false);
    }
  });

  it('opened again and approved again, which says that it happened later, gives access again', async () => {
    const [create, close, number, group] = [await approving(), await closingRequests(), unique('RITM'), unique('team')];
    const now = await system.now();
    await deliver(
      close,
      signedBy(close.secret, { ...(await request(now, number, group)), approval: 'closed' }, SIGNED),
    );
    const again = signedBy(create.secret, await request(now + 1000, number, group), SIGNED);
    expect((await deliver(create, again)).body.declined).toBeUndefined();
    expect(await isLetIn(group)).toBe(true);
  });

  it('without a time nothing opens it again for a month; a caller of the API still may', async () => {
    const mapping = { 'ticket.key': '/number', 'principal.name': '/variables/group', duration: '/variables/duration' };
    const [create, close] = [await approving({ mapping }), await closingRequests()];
    const [number, group, now] = [unique('RITM'), unique('team'), await system.now()];
    await deliver(
      close,
      signedBy(close.secret, { ...(await request(now, number, group)), approval: 'closed' }, SIGNED),
    );
    const send = async (at: number) =>
      deliver(create, signedBy(create.secret, await request(at, number, group), SIGNED));
    expect((await send(now + 60_000)).body.declined).toContain('closed');
    await aGrant(project, idp, {
      principal: { type: 'GROUP', name: group },
      ticket: { system: 'servicenow', key: number },
    });
    expect(await isLetIn(group)).toBe(true);
    await system.moveClock(now + 31 * 86_400_000);
    expect((await send(now + 120_000)).body.declined).toBeUndefined();
  });
});

describe('A9 what an approved request is refused', () => {
  it('ten times at once makes one grant', async () => {
    const [hook, number] = [await approving(), unique('RITM')];
    const sent = signedBy(hook.secret, aRequestedItem(await system.now(), number), SIGNED);
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(hook, sent)));
    expect(answers.map(({ status, body }) => [status, body.id])).toEqual(answers.map(() => [202, answers[0]?.body.id]));
    expect(await grantsOf('servicenow', number)).toHaveLength(1);
  });

  it('by the policy is told at the payload’s own places, and taken once the policy takes it', async () => {
    const own = await aProject({ federationId: project.federationId, scope: project.scopes.federation });
    const connection = { identityProviderId: idp.identityProviderId };
    await api.post(`/v1/organizations/${own.organizationId}/connections`, connection);
    const hook = await approving({ projectId: own.projectId });
    const policy = `/v1/projects/${own.projectId}/access-policy`;
    await api.put(policy, { rules: [{ name: 'short', longestDuration: 'PT1H' }] });
    const sent = signedBy(hook.secret, aRequestedItem(await system.now(), unique('RITM')), SIGNED);
    const refused = await deliver(hook, sent);
    expect([refused.status, refused.body.type]).toEqual([422, expect.stringMatching(/refused-by-policy$/)]);
    expect(refused.body.errors).toEqual([
      { pointer: '/variables/duration', message: expect.stringMatching(/^duration: /) },
    ]);
    await api.put(policy, { rules: [{ name: 'long', longestDuration: 'P1D' }] });
    expect((await deliver(hook, sent)).status).toBe(202);
  });

  it('by what the payload says names the field and its place', async () => {
    const hook = await approving();
    const now = await system.now();
    const variables = { group: 'db-oncall', duration: 'P1Y', reason: 'x' };
    const answer = await deliver(hook, signedBy(hook.secret, aRequestedItem(now, unique('R'), { variables }), SIGNED));
    expect([answer.status, answer.body.type]).toEqual([422, expect.stringMatching(/payload-does-not-fit$/)]);
    expect(answer.body.errors).toEqual([
      { pointer: '/variables/duration', message: expect.stringMatching(/^duration: Give an ISO 8601 duration/) },
    ]);
  });

  it('when the identity provider has been disconnected meanwhile', async () => {
    const own = await aProject({ federationId: project.federationId, scope: project.scopes.federation });
    const connections = `/v1/organizations/${own.organizationId}/connections`;
    await api.post(connections, { identityProviderId: idp.identityProviderId });
    const hook = await approving({ projectId: own.projectId });
    await api.delete(`${connections}/${idp.identityProviderId}`);
    const sent = signedBy(hook.secret, aRequestedItem(await system.now(), unique('RITM')), SIGNED);
    expect((await deliver(hook, sent)).body.type).toMatch(/identity-provider-not-connected$/);
  });
});

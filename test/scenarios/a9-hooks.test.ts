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
});

/** The commands and the script of docs/guides/hooks.md, as they stand there, with identifiers filled in. */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersIn, readGuide, runBlock } from '../docs/guide.ts';
import { anIncident, anIssue, jira, pagerDuty, type Sent } from '../peers/hook-senders.ts';
import { startIssuers } from '../peers/issuer.ts';
import type { Body } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey } = rig();
const issuers = await startIssuers();
const { blocks } = await readGuide('hooks');
let folder: string;
let project: Project;
let idp: ConnectedIdp;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-guide-'));
  project = await aProject();
  idp = await aConnectedIdp(project, await issuers.create());
  key = await aKey('OWNER', project.scopes.federation);
});
afterAll(async () => {
  await issuers.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the commands print: an answer for each. */
const run = async (commands: string | undefined, more: Record<string, string> = {}): Promise<Body[]> => {
  const known = { API: system.url, KEY: key, FED: project.federationId, PRJ: project.projectId };
  const given = { ...known, IDP: idp.identityProviderId, ...more };
  return answersIn(await runBlock(commands, given, { cwd: folder }));
};
const post = (url: string, { headers, body }: Sent) => api.post(new URL(url).pathname, body, { key: null, headers });

describe('I1 the guide', () => {
  it('PagerDuty: an incident revokes signing keys', async () => {
    const [create, rotate] = blocks('PagerDuty', 'sh');
    const [hook] = await run(create);
    const secret = 'the-secret-that-pagerduty-shows-once';
    const filled = rotate?.replace('hok_…', hook?.id ?? '').replace('"secret": "…"', `"secret": "${secret}"`);
    expect((await run(filled))[0]?.secret).toBe(secret);
    const { event } = anIncident(await system.now());
    const incident = { event: { ...event, data: { ...event.data, service: { id: 'PSERVICE' } } } };
    const ping = pagerDuty(secret, { event: { ...event, id: 'test', event_type: 'pagey.ping' } });
    expect((await post(hook?.url ?? '', ping)).body.declined).toContain('/event/');
    expect((await post(hook?.url ?? '', pagerDuty(secret, incident))).body.declined).toBeUndefined();
    const { body } = await api.get(`/v1/identity-providers/${idp.identityProviderId}/revocations`);
    expect(body.items).toMatchObject([
      { incident: { system: 'pagerduty', key: 'Q1KDXUJ3T5Z3SI' }, createdBy: hook?.id },
    ]);
  });

  it('Jira: a closed issue ends the grants of its ticket', async () => {
    const [hook] = await run(blocks('Jira', 'sh')[0]);
    const grant = await aGrant(project, idp, { ticket: { system: 'jira', key: 'DB-42' } });
    const issue = anIssue(await system.now(), 'DB-42', 'Closed');
    const status = { name: 'Closed', statusCategory: { key: 'done' } };
    const closed = { ...issue, issue: { ...issue.issue, fields: { ...issue.issue.fields, status } } };
    expect((await post(hook?.url ?? '', jira(hook?.secret ?? '', closed))).body.declined).toBeUndefined();
    expect((await api.get(`/v1/grants/${grant.id}`)).body.status).toBe('ENDED');
  });

  it('ServiceNow: the script signs as the hook expects; curl and openssl do the same', async () => {
    const [hook] = await run(blocks('ServiceNow', 'sh')[0]);
    const { url = '', secret = '' } = hook ?? {};
    const number = unique('RITM');
    const sent: { headers: Record<string, string>; body: string } = { headers: {}, body: '' };
    const now = new Date(await system.now()).toISOString();
    runInNewContext(blocks('ServiceNow', 'js')[0] ?? '', standIn(number, now, secret, sent));
    expect((await post(url, sent)).body).toEqual({ id: expect.stringMatching(/^hdl_/) });
    const query = { ticketSystem: 'servicenow', ticketKey: number };
    const made = await api.get(`/v1/projects/${project.projectId}/grants`, { query });
    expect(made.body.items).toMatchObject([
      {
        principal: { type: 'GROUP', name: 'db-oncall' },
        ticket: { requester: 'alice@acme.com', reason: 'a "reason"' },
      },
    ]);

    const [taken, tried] = await run(blocks('Anything else', 'sh')[0], { URL: url, SECRET: secret });
    expect(taken?.id).toMatch(/^hdl_/);
    expect(tried).toMatchObject({ dryRun: true, creates: { ticket: { system: 'servicenow', key: 'RITM1' } } });
  });
});

/** As much of ServiceNow as the script asks for. */
const standIn = (
  number: string,
  now: string,
  secret: string,
  sent: { headers: Record<string, string>; body: string },
) => ({
  current: {
    number,
    approval: 'approved',
    sys_updated_on: now,
    sys_id: 'abc',
    request: { requested_for: { email: 'alice@acme.com' } },
    variables: { group: 'db-oncall', duration: 'PT6H', reason: 'a "reason"' },
    update() {},
  },
  gs: {
    getProperty: (name: string) => (name === 'sallyport.secret' ? secret : 'https://acme.service-now.com/'),
    getUser: () => ({ getEmail: () => 'bob@acme.com' }),
  },
  GlideStringUtil: { base64Encode: (text: string) => Buffer.from(text).toString('base64') },
  GlideDateTime: class {
    getValue = () => now.slice(0, 19).replace('T', ' ');
  },
  CertificateEncryption: class {
    generateMac = (key: string, _algorithm: string, text: string) =>
      createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  },
  sn_ws: {
    RESTMessageV2: class {
      setEndpoint() {}
      setHttpMethod() {}
      setRequestHeader(name: string, value: string) {
        sent.headers[name] = value;
      }
      setRequestBody(body: string) {
        sent.body = body;
      }
      execute = () => ({ getBody: () => '' });
    },
  },
});

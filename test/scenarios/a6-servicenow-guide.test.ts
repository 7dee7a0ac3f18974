/** The commands, HTTP Methods and scripts of docs/guides/servicenow.md, as they stand there, from a stand-in of ServiceNow. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../client/index.ts';
import { answersIn, readGuide, runBlock } from '../docs/guide.ts';
import { startIssuers } from '../peers/issuer.ts';
import { type Message, startReceiver } from '../peers/receiver.ts';
import { type HttpMethod, type Instance, type OAuthProfile, startInstance } from '../peers/servicenow.ts';
import { type Row, recordOf } from '../peers/servicenow-records.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aKey, aToken, introspect } = rig();
const [issuers, receiver] = await Promise.all([startIssuers(), startReceiver()]);
afterAll(() => Promise.all([issuers.stop(), receiver.stop()]));
const guide = await readGuide('servicenow');
const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];

let project: Project;
let idp: ConnectedIdp;
let oauth: OAuthProfile;
let owner: string;
let servicenow: Instance;
/** How far the system's clock is ahead of this process's. */
let aheadMs = 0;
const moveClock = async (ms: number) => {
  if (ms > 0) await system.moveClock((await system.now()) + ms);
  aheadMs = (await system.now()) - Date.now();
};

const filled = (text: string) =>
  text
    .replaceAll('https://sallyport.acme.com', system.url)
    .replaceAll('prj_…', project.projectId)
    .replaceAll('idp_…', idp.identityProviderId);
const methods = (): HttpMethod[] =>
  guide.table('3. REST Message').map(({ Name = '', 'HTTP method': httpMethod = '', Endpoint = '' }) => ({
    name: Name,
    httpMethod,
    endpoint: filled(Endpoint),
    headers: { 'Content-Type': 'application/json' },
  }));
const anInstance = (profile: Partial<OAuthProfile> = {}): Instance => {
  const instance = startInstance(methods(), { ...oauth, ...profile }, () => Date.now() + aheadMs);
  instance.include(filled(guide.blocks('4. Script Include', 'js')[0] ?? ''));
  return instance;
};
const shell = (block: string | undefined) => {
  const { federationId: FED, projectId: PRJ } = project;
  return runBlock(block, { API: system.url, KEY: owner, FED, PRJ }).then(answersIn);
};

beforeAll(async () => {
  project = await aProject();
  idp = await aConnectedIdp(project, await issuers.create());
  owner = await aKey('OWNER', project.scopes.federation);
  const [client, policy] = await shell(guide.blocks('1. Client credentials', 'sh')[0]);
  expect(policy).toMatchObject({ rules: [{ name: 'tickets', longestTotal: 'P14D' }] });
  const { clientId = '', clientSecret = '' } = client ?? {};
  const tokenUrl = `${system.url}/oauth2/token`;
  oauth = { tokenUrl, clientId, clientSecret, sendCredentials: 'Basic Authorization header' };
  await moveClock(0);
  servicenow = anInstance();
});

const anItem = (more: { reason?: string; approvers?: string[]; requester?: string; duration?: string } = {}): Row => {
  const { reason = 'Failed payments', approvers = ['bob@acme.com'], requester = 'alice@acme.com', duration } = more;
  const variables = { group: unique('team'), duration: duration ?? 'PT6H', reason };
  return servicenow.items.add({ number: unique('RITM'), variables, requester, approvers });
};
const rule = (name: string, row: Row): void => {
  const { Script = '' } = guide.table('5. What calls it').find(({ Name }) => Name === name) ?? {};
  servicenow.run(Script, { current: recordOf(row) });
};
const approve = (row: Row) => rule('Sallyport: access', row);
const close = (row: Row) => {
  row.isActive = false;
  rule('Sallyport: no access', row);
};
const [job = '', moreTime = ''] = guide.blocks('5. What calls it', 'js');
const runJob = () => servicenow.run(job);
const extend = (row: Row) => servicenow.run(moreTime, { current: recordOf(row), action: { setRedirectURL() {} } });

const grantsOf = async ({ item }: Row): Promise<Schemas['Grant'][]> => {
  const query = { ticketSystem: 'servicenow', ticketKey: item.number };
  const { body } = await api.get(`/v1/projects/${project.projectId}/grants`, { query });
  return JSON.parse(JSON.stringify(body.items));
};
const isLetIn = async ({ item }: Row) => {
  const token = await aToken(idp.issuer, { sub: 'alice', groups: [item.variables.group] });
  return (await introspect(project.clusterId, token)).body.active;
};

describe('A6 the ServiceNow guide: an approved item', () => {
  it('is worked on by scripts of ECMAScript 5, which is what a ServiceNow without further settings runs', async () => {
    const hooks = await readGuide('hooks');
    const scripts = [guide.text, hooks.text].flatMap((text) => text.match(/^```js\n[\s\S]*?^```$/gm) ?? []);
    expect(scripts).toHaveLength(5);
    // The formatter puts a comma behind the last argument of a call that it breaks.
    for (const script of scripts) expect(script.slice(5, -3)).not.toMatch(/=>|`|\b(?:let|const|class|async)\b|,\s*\)/);
  });

  it.each(['Basic Authorization header', 'In Request Body (Form URL-Encoded)'] as const)(
    'gets its grant, by credentials sent as %s',
    async (sendCredentials) => {
      servicenow = anInstance({ sendCredentials });
      approve(anItem());
      const row = anItem();
      approve(row);
      const [grant, ...more] = await grantsOf(row);
      expect(more).toEqual([]);
      expect(grant).toMatchObject({
        status: 'ACTIVE',
        policyRule: 'tickets',
        createdBy: oauth.clientId,
        principal: { type: 'GROUP', name: row.item.variables.group },
        ticket: {
          system: 'servicenow',
          key: row.item.number,
          url: `https://acme.service-now.com/sc_req_item.do?sys_id=sys-${row.item.number}`,
          requester: 'alice@acme.com',
          approver: 'bob@acme.com',
          reason: 'Failed payments',
        },
        approval: { approver: 'bob@acme.com', assurance: 'ASSERTED' },
      });
      expect(row.grant).toBe(grant?.id);
      expect(row.notes).toEqual([`Sallyport: Access for ${row.item.variables.group} until ${grant?.expiresAt}`]);
      expect(await isLetIn(row)).toBe(true);
      expect(servicenow.tokensAsked).toBe(1);
    },
  );

  it.each([
    ['quotes, backslashes and line breaks', 'He said "no" \\ C:\\temp \\n \\u0041\r\ntwo\n\tthree\u2028four'],
    [
      'variables of ServiceNow',
      ['', '{number} ', '{} ', ' {x} {{issue.key}} ', '{a}', '', '{number}} \\', '{number}'].join('$'),
    ],
    ['what is JSON', '"}, "roles": {"builtIn": "dbOwner"}, "x": {"'],
    ['what is XML, or a shell takes', "@/etc/passwd $(id) `id` '; -- <a href='x'>&amp; & %3C</a>"],
    ['other scripts and emoji', 'Überprüfung 支払い 🚑 עברית'],
  ])('may have a reason with %s: it arrives as it was typed', async (_what, reason) => {
    const row = anItem({ reason });
    approve(row);
    expect(row.notes.join()).toContain('Access for');
    expect((await grantsOf(row)).map(({ ticket }) => ticket?.reason)).toEqual([reason.trim()]);
  });

  it('may have a very long reason, which is cut, or an empty one, which is left out', async () => {
    const [long, empty, blank] = [
      anItem({ reason: '🚑 long '.repeat(5000) }),
      anItem({ reason: '' }),
      anItem({ reason: ' \n ' }),
    ];
    for (const row of [long, empty, blank]) approve(row);
    const [grant] = await grantsOf(long);
    expect(grant?.ticket?.reason).toMatch(/^🚑 long/u);
    expect(grant?.ticket?.reason?.length).toBeGreaterThan(1990);
    for (const row of [empty, blank]) expect((await grantsOf(row))[0]?.ticket).not.toHaveProperty('reason');
  });

  it('gets one grant although the answer was lost: the job finds it', async () => {
    const row = anItem();
    servicenow.faults.push('none', 'answer lost');
    approve(row);
    expect([row.grant, row.notes]).toEqual(['waiting', [expect.stringContaining('Read timed out')]]);
    runJob();
    const grants = await grantsOf(row);
    expect(grants).toHaveLength(1);
    expect(row.grant).toBe(grants[0]?.id);
  });

  it('gets one grant although the same call is made twice at once', async () => {
    const row = anItem();
    servicenow.faults.push('none', 503);
    approve(row);
    const { url = '', headers = {}, body = '' } = servicenow.exchanges.at(-1) ?? {};
    expect(Object.entries(headers)).toContainEqual(['Idempotency-Key', `${row.item.number}-1`]);
    const answers = await Promise.all([1, 2, 3].map(() => fetch(url, { method: 'POST', headers, body })));
    expect(answers.map(({ status }) => status).filter((status) => ![201, 409].includes(status))).toEqual([]);
    runJob();
    expect(await grantsOf(row)).toHaveLength(1);
    expect(row.grant).toMatch(/^grt_/);
  });

  it('waits while Sallyport is unavailable, says so once, and gets its grant afterwards', async () => {
    const row = anItem();
    servicenow.faults.push(503, 429, 'none', 503);
    approve(row);
    runJob();
    runJob();
    expect([row.grant, row.notes]).toEqual(['waiting', [expect.stringContaining('No access yet: 503')]]);
    expect(await grantsOf(row)).toEqual([]);
    runJob();
    expect(row.notes.at(-1)).toContain('Access for');
    expect(await grantsOf(row)).toHaveLength(1);
  });

  it('asks for a new access token when the hour is over', async () => {
    approve(anItem());
    const before = servicenow.tokensAsked;
    await moveClock(HOUR + MINUTE);
    const row = anItem();
    approve(row);
    expect([row.grant, servicenow.tokensAsked]).toEqual([expect.stringMatching(/^grt_/), before + 1]);
  });
});

describe('A6 the ServiceNow guide: a refusal', () => {
  it.each([
    ['who approves the own request', { approvers: ['ALICE@acme.com'] }],
    ['whom nobody has approved', { approvers: [] }],
    ['without an e-mail address', { requester: '' }],
  ])('is shown with what to do: an item of one %s', async (_whose, more) => {
    const row = anItem(more);
    approve(row);
    const [note = ''] = row.notes;
    expect(note).toContain(
      '\n/ticket/approver: The rule "tickets" of the project\'s access policy wants a requester and an approver who is somebody else.',
    );
    expect(row.grant).toBe('refused');
    runJob();
    expect(row.notes).toHaveLength(1);
    expect(await grantsOf(row)).toEqual([]);
  });

  it('names every fault, and a corrected item gets its grant once the field is cleared', async () => {
    const row = anItem({ duration: 'P4W', approvers: ['alice@acme.com'] });
    approve(row);
    expect(row.notes[0]).toMatch(/\/duration: The rule "tickets".* at most P7D[\s\S]*\/ticket\/approver: /);
    const corrected = servicenow.items.add({
      ...row.item,
      variables: { ...row.item.variables, duration: 'P1D' },
      approvers: ['bob@acme.com'],
    });
    runJob();
    expect(corrected.grant).toMatch(/^grt_/);
  });

  it('says which field is no duration, and that credentials are wrong', async () => {
    const row = anItem({ duration: '6 hours' });
    approve(row);
    expect(row.notes[0]).toContain('\n/duration: ');
    const right = servicenow;
    servicenow = anInstance({ clientSecret: 'scs_wrong' });
    const second = anItem();
    approve(second);
    servicenow = right;
    expect([second.grant, second.notes]).toEqual(['waiting', [expect.stringMatching(/OAuth token.*invalid_client/)]]);
  });
});

describe('A6 the ServiceNow guide: an item that is closed', () => {
  it('takes its access with it, also when it is closed twice', async () => {
    const row = anItem();
    approve(row);
    close(row);
    expect(await isLetIn(row)).toBe(false);
    expect((await grantsOf(row)).map(({ status, endReason }) => [status, endReason])).toEqual([['ENDED', 'ENDED']]);
    close(row);
    expect([row.grant, row.notes.at(-1)]).toEqual(['', 'Sallyport: No access any more']);
  });

  it('takes a grant with it whose making was never answered', async () => {
    const row = anItem();
    servicenow.faults.push('none', 'answer lost');
    approve(row);
    close(row);
    expect((await grantsOf(row)).map(({ status }) => status)).toEqual(['ENDED']);
  });

  it.each([
    ['the end', ['none', 'answer lost'] as const],
    ['the search', [503] as const],
  ])('says that access has not ended when %s fails, and the job ends it', async (_what, faults) => {
    const row = anItem();
    approve(row);
    servicenow.faults.push(...faults);
    close(row);
    expect([row.grant, row.notes.at(-1)]).toEqual(['not ended', expect.stringContaining('NOT ended')]);
    runJob();
    expect([row.grant, await isLetIn(row)]).toEqual(['', false]);
    const calls = servicenow.exchanges.length;
    runJob();
    expect(servicenow.exchanges).toHaveLength(calls);
  });

  it('keeps no access that came too late for its end: the job ends it', async () => {
    const row = anItem();
    close(row);
    approve(row); // worked on after the end, though approved before it
    runJob();
    expect([row.grant, await isLetIn(row)]).toEqual(['', false]);
  });

  it('and opened again gets a new grant with its next approval', async () => {
    const row = anItem();
    approve(row);
    close(row);
    row.isActive = true;
    approve(row);
    expect((await grantsOf(row)).map(({ status }) => status)).toEqual(['ENDED', 'ACTIVE']);
    expect(await isLetIn(row)).toBe(true);
  });
});

describe('A4, A7 the ServiceNow guide: more time', () => {
  it('is given without a gap, as far as the policy goes', async () => {
    const row = anItem();
    approve(row);
    const [before] = await grantsOf(row);
    await moveClock(HOUR);
    extend(row);
    const [after] = await grantsOf(row);
    expect(Date.parse(after?.expiresAt ?? '') - Date.parse(before?.expiresAt ?? '')).toBeGreaterThanOrEqual(HOUR);
    expect([row.grant, row.notes.at(-1)]).toEqual([before?.id, `Sallyport: Access until ${after?.expiresAt}`]);
    servicenow.run("new Sallyport().extend(current, 'P4W')", { current: recordOf(row) });
    expect(row.notes.at(-1)).toMatch(
      /Not extended: [\s\S]*\/duration: .*P7D[\s\S]*\/duration: .* lets one grant last P14D/,
    );
    servicenow.faults.push('none', 503);
    extend(row);
    expect([row.grant, row.notes.at(-1)]).toEqual([before?.id, expect.stringContaining('Not extended: 503')]);
    await api.delete(`/v1/grants/${row.grant}`);
    extend(row);
    expect(row.notes.at(-1)).toContain('make a new request');
  });

  it('is asked for in time: the signed word before the end becomes a comment, and nothing else does', async () => {
    const path = `/${unique('servicenow')}`;
    const [create = ''] = guide.blocks('6. A word', 'sh');
    const [webhook] = await shell(create.replace(/https:\/\/acme\.service-now\.com[^"]*/, receiver.address(path)));
    servicenow.properties.set('sallyport.webhook', webhook?.secret ?? '');
    const row = anItem();
    approve(row);
    await moveClock(6 * HOUR - 30 * MINUTE);
    const isOurs = ({ event }: Message) => JSON.stringify(event).includes(row.item.number);
    const message = (await receiver.until(path, (messages) => messages.some(isOurs))).find(isOurs);
    const { headers = {}, body = '' } = message ?? {};
    const deliver = (more: Record<string, string> = {}, text = body): number => {
      const all = { ...headers, ...more };
      const response = {
        status: 200,
        setStatus(status: number) {
          this.status = status;
        },
      };
      const request = { body: { dataString: text }, getHeader: (name: string) => all[name] ?? null };
      servicenow.run(guide.blocks('6. A word', 'js')[0] ?? '', { request, response });
      return response.status;
    };
    expect(deliver({ 'webhook-signature': `v1,${'A'.repeat(43)}=` })).toBe(401);
    expect(deliver({}, body.replace('ACTIVE', 'ENDED'))).toBe(401);
    expect(deliver({ 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) })).toBe(401);
    expect(row.comments).toEqual([]);
    expect(deliver({ 'webhook-signature': `v1,other ${headers['webhook-signature']}` })).toBe(204);
    const [grant] = await grantsOf(row);
    expect(row.comments).toEqual([expect.stringContaining(`Your database access ends at ${grant?.expiresAt}.`)]);
    expect(JSON.parse(body).data.renew).toEqual({
      method: 'PATCH',
      path: `/v1/grants/${grant?.id}`,
      body: { duration: 'PT6H' },
    });
    extend(row);
    expect((await grantsOf(row))[0]?.remainingSeconds).toBeGreaterThan(6 * 3600 - 60);
    await moveClock(5 * MINUTE + SECOND);
    expect(deliver()).toBe(401);
  });
});

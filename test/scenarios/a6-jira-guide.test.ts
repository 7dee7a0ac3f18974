/** The commands, web requests and comments of docs/guides/jira.md, as they stand there, from a stand-in of its automation. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../client/index.ts';
import { answersIn, readGuide, runBlock } from '../docs/guide.ts';
import { anIssue, jira } from '../peers/hook-senders.ts';
import { startIssuers } from '../peers/issuer.ts';
import { type Flow, FlowEnded, startFlow, type WebRequest } from '../peers/jira.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aKey, aToken, introspect } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());
const [guide, hooks] = await Promise.all([readGuide('jira'), readGuide('hooks')]);
const HOUR = 3_600_000;

let project: Project;
let idp: ConnectedIdp;
let owner: string;
let requests: ReadonlyMap<string, WebRequest>;

const shell = (block: string | undefined) => {
  const { federationId: FED, projectId: PRJ } = project;
  return runBlock(block, { API: system.url, KEY: owner, FED, PRJ }).then(answersIn);
};
/** The requests of section 2, with the identifiers filled in that its reader fills in. */
function requestsWith(key: string): Map<string, WebRequest> {
  const filled = (text: string) =>
    text
      .replaceAll('https://sallyport.acme.com', system.url)
      .replaceAll('prj_…', project.projectId)
      .replaceAll('idp_…', idp.identityProviderId)
      .replaceAll('spk_…', key);
  const [, keyHeader = ''] = /`Idempotency-Key`: `([^`]+)`/.exec(guide.text) ?? [];
  const common = { Authorization: filled('Bearer spk_…'), 'Content-Type': 'application/json' };
  const rows = guide.table('2. Web requests').map((row): [string, WebRequest] => {
    const {
      request = '',
      'HTTP method': method = '',
      'Web request URL': url = '',
      'Web request body': body = '',
    } = row;
    const isCreate = request === 'create';
    const [, inline] = /`(.*)`/.exec(body) ?? [];
    return [
      request,
      {
        method,
        url: filled(url),
        headers: isCreate ? { ...common, 'Idempotency-Key': keyHeader } : common,
        body: isCreate ? filled(guide.blocks('2. Web requests', '')[0] ?? '') : inline,
      },
    ];
  });
  return new Map(rows);
}

beforeAll(async () => {
  project = await aProject();
  idp = await aConnectedIdp(project, await issuers.create());
  owner = await aKey('OWNER', project.scopes.federation);
  const [made, policy] = await shell(guide.blocks('1. A key', 'sh')[0]);
  expect(policy).toMatchObject({ rules: [{ name: 'tickets' }] });
  requests = requestsWith(made?.key ?? '');
});

interface Ticket {
  readonly key: string;
  readonly group: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What stands in its comments, oldest first. */
  readonly comments: string[];
}
interface TicketOptions {
  summary?: string;
  duration?: string | null;
  approver?: string;
}
const aTicket = ({ summary = 'Failed payments', duration = 'PT6H', approver = 'Bob' }: TicketOptions = {}): Ticket => {
  const [key, group] = [unique('DB'), unique('team')];
  const issue = {
    key,
    url: `https://acme.atlassian.net/browse/${key}`,
    summary,
    reporter: { displayName: 'Alice' },
    'Database group': { value: group },
    'Access for': duration === null ? null : { value: duration },
  };
  return { key, group, data: { issue, initiator: { displayName: approver } }, comments: [] };
};

type FlowOptions = NonNullable<Parameters<typeof startFlow>[1]>;
const send = (flow: Flow, name: string) => flow.send(requests.get(name) ?? { method: '', url: name, headers: {} });
const [granted = '', refused = ''] = guide.blocks('3. Access', '');
const [notEnded = ''] = guide.blocks('4. The end', '');
const [soon = ''] = guide.blocks('5. More time', '');
const STATUSES = '{{webResponse.body.items.status.join(",")}}';
const SIZE = '{{webResponse.body.items.size}}';

/** Section 3, by its steps; the flow's owner is told what ends it. */
async function approve(ticket: Ticket, options?: FlowOptions): Promise<string | undefined> {
  const flow = startFlow(ticket.data, options);
  return endedBy(async () => {
    await send(flow, 'find');
    if (flow.text('{{webResponse.status}}') !== '200' || flow.text(STATUSES).includes('ACTIVE')) return;
    await send(flow, 'create');
    ticket.comments.push(flow.text(flow.text('{{webResponse.status}}') === '201' ? granted : refused).trim());
  });
}
/** Section 4. */
async function close(ticket: Ticket, options?: FlowOptions): Promise<string | undefined> {
  const flow = startFlow(ticket.data, options);
  return endedBy(async () => {
    await send(flow, 'live');
    if (flow.text(SIZE) !== '1') return;
    await send(flow, 'end');
    if (flow.text('{{webResponse.status}}') !== '204') ticket.comments.push(flow.text(notEnded).trim());
  });
}
/** Section 5: more time. */
async function extend(ticket: Ticket): Promise<void> {
  const flow = startFlow(ticket.data);
  await send(flow, 'live');
  if (flow.text(SIZE) !== '1') return;
  await send(flow, 'extend');
  ticket.comments.push(flow.text(flow.text('{{webResponse.status}}') === '200' ? granted : refused).trim());
}
/** Section 5: every hour. */
async function remind(ticket: Ticket): Promise<void> {
  const flow = startFlow(ticket.data);
  await send(flow, 'live');
  if (flow.text(SIZE) !== '1' || Number(flow.text('{{webResponse.body.items.first.remainingSeconds}}')) >= 3600) return;
  ticket.comments.push(flow.text(soon).trim());
}
/** What ended the flow before its last step. */
const endedBy = (flow: () => Promise<void>): Promise<string | undefined> =>
  flow().then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof FlowEnded) return error.message;
      throw error;
    },
  );

const grantsOf = async ({ key }: Ticket): Promise<Schemas['Grant'][]> => {
  const query = { ticketSystem: 'jira', ticketKey: key };
  const { body } = await api.get(`/v1/projects/${project.projectId}/grants`, { query });
  return JSON.parse(JSON.stringify(body.items));
};
const isLetIn = async ({ group }: Ticket) => {
  const token = await aToken(idp.issuer, { sub: 'alice', groups: [group] });
  return (await introspect(project.clusterId, token)).body.active;
};

describe('A6 the Jira guide: an approved request', () => {
  it('names each smart value of its conditions', () => {
    for (const condition of [
      STATUSES,
      SIZE,
      '{{webResponse.status}}',
      '{{webResponse.body.items.first.remainingSeconds}}',
    ])
      expect(guide.text).toContain(`\`${condition}\``);
  });

  it('gets its grant, and says until when', async () => {
    const ticket = aTicket();
    expect(await approve(ticket)).toBeUndefined();
    const [grant, ...more] = await grantsOf(ticket);
    expect(more).toEqual([]);
    expect(grant).toMatchObject({
      status: 'ACTIVE',
      policyRule: 'tickets',
      principal: { type: 'GROUP', name: ticket.group },
      ticket: {
        system: 'jira',
        key: ticket.key,
        url: `https://acme.atlassian.net/browse/${ticket.key}`,
        requester: 'Alice',
        approver: 'Bob',
        reason: 'Failed payments',
      },
      approval: { approver: 'Bob', assurance: 'ASSERTED' },
    });
    expect(ticket.comments).toEqual([`Access for ${ticket.group} until ${grant?.expiresAt}`]);
    expect(await isLetIn(ticket)).toBe(true);
  });

  it.each([
    ['quotes and backslashes', 'He said "no" \\ C:\\temp \\n \\u0041\tthree\u2028four'],
    ['smart values', '{{issue.key}} {{#issue}}{{/}} {{webResponse.body}} }} {{'],
    ['what is JSON', '"}, "roles": {"builtIn": "dbOwner"}, "x": {"'],
    ['other scripts and emoji', 'Überprüfung 支払い 🚑 עברית <b>&amp;</b> %22+'],
    ['255 characters, the most of a summary', 'ü"'.repeat(127)],
  ])('may be about %s: it arrives as it was typed', async (_what, summary) => {
    const ticket = aTicket({ summary });
    await approve(ticket);
    expect((await grantsOf(ticket)).map((grant) => grant.ticket?.reason)).toEqual([summary]);
  });

  it('gets one grant although an answer was lost and the flow runs again, days later, too', async () => {
    const ticket = aTicket({ duration: 'P1W' });
    expect(await approve(ticket, { faults: ['none', 'answer lost'] })).toContain('No answer');
    await approve(ticket);
    await system.moveClock((await system.now()) + 30 * HOUR);
    await approve(ticket);
    expect(await grantsOf(ticket)).toHaveLength(1);
  });

  it('gets one grant although two flows run at once', async () => {
    const ticket = aTicket();
    await Promise.all([approve(ticket), approve(ticket), approve(ticket)]);
    expect(await grantsOf(ticket)).toHaveLength(1);
    expect(ticket.comments.join()).toContain('Access for');
  });

  it.each(['none', 'answer lost'] as const)('gets it after Sallyport was unavailable (then: %s)', async (fault) => {
    const ticket = aTicket();
    await approve(ticket, { faults: [503] });
    await approve(ticket, { faults: ['none', 503] });
    expect(ticket.comments).toEqual([expect.stringMatching(/^Not granted: 503/)]);
    expect(await grantsOf(ticket)).toEqual([]);
    await approve(ticket, { faults: ['none', fault] });
    await approve(ticket);
    expect(await grantsOf(ticket)).toHaveLength(1);
  });
});

describe('A6 the Jira guide: a refusal', () => {
  it('is shown with what to do; corrected, the request gets its grant', async () => {
    const ticket = aTicket({ approver: 'ALICE', duration: 'P4W' });
    await approve(ticket);
    expect(ticket.comments[0]).toMatch(
      /^Not granted: 422 .*\/duration: The rule "tickets".*\/ticket\/approver: The rule "tickets".* somebody else/,
    );
    expect(await grantsOf(ticket)).toEqual([]);
    const issue = { ...(aTicket().data.issue as object), key: ticket.key };
    const corrected: Ticket = { ...ticket, data: { issue, initiator: { displayName: 'Bob' } } };
    await approve(corrected);
    expect(await grantsOf(ticket)).toHaveLength(1);
  });

  it('tells the owner where an error status ends the flow', async () => {
    const ticket = aTicket({ approver: 'Alice' });
    expect(await approve(ticket, { stopsOnErrors: true })).toMatch(/\/grants answered 422$/);
    expect(ticket.comments).toEqual([]);
  });

  it.each([
    ['', /^Not granted: 400 .*JSON/],
    ['""', /^Not granted: 422 .*\/duration: /],
    ['null', /^Not granted: 422 .*\/duration: /],
  ] as const)(
    'of an empty field makes no grant without an end, whether Jira writes %j for it',
    async (emptyJson, said) => {
      const ticket = aTicket({ duration: null });
      await approve(ticket, { emptyJson });
      expect(ticket.comments).toEqual([expect.stringMatching(said)]);
      expect(await grantsOf(ticket)).toEqual([]);
    },
  );

  it('of a wrong key says so', async () => {
    const right = requests;
    requests = requestsWith('spk_wrong');
    const flow = startFlow(aTicket().data);
    await send(flow, 'create');
    requests = right;
    expect(flow.text(refused)).toMatch(/^Not granted: 401 /);
  });
});

describe('A9 the Jira guide: a closed request', () => {
  it('takes its access with it, also when it is closed twice; opened again it gets a new grant', async () => {
    const ticket = aTicket();
    await approve(ticket);
    await close(ticket);
    expect(await isLetIn(ticket)).toBe(false);
    await close(ticket);
    await approve(ticket);
    expect((await grantsOf(ticket)).map(({ status }) => status)).toEqual(['ENDED', 'ACTIVE']);
    expect(ticket.comments).toHaveLength(2);
    await close(ticket);
    expect((await grantsOf(ticket)).map(({ status }) => status)).toEqual(['ENDED', 'ENDED']);
  });

  it('says when the access has not ended, and ends it when it runs again', async () => {
    const ticket = aTicket();
    await approve(ticket);
    await close(ticket, { faults: ['none', 503] });
    expect(ticket.comments.at(-1)).toBe('The access has NOT ended: 503');
    expect(await close(ticket, { faults: ['none', 'answer lost'] })).toContain('No answer');
    await close(ticket);
    expect(await isLetIn(ticket)).toBe(false);
  });

  it('is told by Jira itself, signed: the hook ends what the flow made', async () => {
    const [hook] = await shell(hooks.blocks('Jira', 'sh')[0]);
    const ticket = aTicket();
    await approve(ticket);
    const issue = anIssue(await system.now(), ticket.key, 'Closed');
    const status = { name: 'Closed', statusCategory: { key: 'done' } };
    const closed = { ...issue, issue: { ...issue.issue, fields: { ...issue.issue.fields, status } } };
    const { headers, body } = jira(hook?.secret ?? '', closed);
    for (const _twice of [1, 2]) {
      expect((await api.post(new URL(hook?.url ?? '').pathname, body, { key: null, headers })).status).toBe(202);
    }
    expect((await grantsOf(ticket)).map(({ endReason }) => endReason)).toEqual(['ENDED']);
    expect(await isLetIn(ticket)).toBe(false);
    await close(ticket);
    expect(ticket.comments).toHaveLength(1);
  });
});

describe('A4 the Jira guide: more time', () => {
  it('is asked for in time and given without a gap, as far as the policy goes', async () => {
    const ticket = aTicket();
    await approve(ticket);
    await remind(ticket);
    expect(ticket.comments).toHaveLength(1);
    await system.moveClock((await system.now()) + 5.5 * HOUR);
    const [before] = await grantsOf(ticket);
    await remind(ticket);
    expect(ticket.comments.at(-1)).toContain(`ends at ${before?.expiresAt}.`);
    await extend(ticket);
    const [after] = await grantsOf(ticket);
    expect([after?.id, after?.remainingSeconds]).toEqual([before?.id, expect.closeTo(6 * 3600, -2)]);
    expect(ticket.comments.at(-1)).toBe(`Access for ${ticket.group} until ${after?.expiresAt}`);
    await remind(ticket);
    expect(ticket.comments).toHaveLength(3);
    const long = { ...ticket, data: { ...ticket.data, issue: { key: ticket.key, 'Access for': { value: 'P4W' } } } };
    await extend(long);
    expect(ticket.comments.at(-1)).toMatch(
      /^Not granted: 422 .*\/duration: The rule "tickets".* lets one grant last P14D/,
    );
    await close(ticket);
    await extend(ticket);
    expect(ticket.comments).toHaveLength(4);
  });
});

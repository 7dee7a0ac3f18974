/** Hooks as a resource, and their deliveries: each format right and wrong, replayed, racing, too large, declined, tried. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  anIncident,
  anIssue,
  aRequestedItem,
  gitHub,
  jira,
  pagerDuty,
  type Sent,
  signedBy,
  standardWebhook,
} from '../peers/hook-senders.ts';
import { startIssuers } from '../peers/issuer.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { tableBehind } from '../rig/running.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey } = rig();
const HOUR = 3_600_000;
const MINUTE = 60_000;
const issuers = await startIssuers();
let project: Project;
let idp: ConnectedIdp;

beforeAll(async () => {
  project = await aProject();
  idp = await aConnectedIdp(project, await issuers.create());
});
afterAll(() => issuers.stop());

interface Made {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}
const hooksPath = () => `/v1/federations/${project.federationId}/hooks`;
const aHook = async (body: object = {}): Promise<Made> => {
  const revoking = { action: 'REVOKE_JWKS', identityProviderId: idp.identityProviderId };
  const made = created(
    await api.post(hooksPath(), { name: unique('hook'), format: 'pagerduty-v3', ...revoking, ...body }),
  );
  return { id: made.id, url: made.url ?? '', secret: made.secret ?? '' };
};
const deliver = (hook: { id: string }, { headers, body }: Sent) =>
  api.post(`/v1/hooks/${hook.id}`, body, { key: null, headers });
const revocations = async () => {
  const { body } = await api.get(`/v1/identity-providers/${idp.identityProviderId}/revocations`, {
    query: { limit: 100 },
  });
  return body.items ?? [];
};
/** How many revocations a deed made. */
const revokedBy = async (deed: () => Promise<unknown>): Promise<number> => {
  const before = (await revocations()).length;
  await deed();
  return (await revocations()).length - before;
};
const trial = (hook: { id: string }, payload: unknown, key?: string | null) =>
  api.post(`/v1/hooks/${hook.id}`, payload, { query: { dryRun: true }, key });

describe('I1 the resource', () => {
  it('has a URL and a secret that is shown once, and goes through its life', async () => {
    const body = {
      name: unique('PagerDuty'),
      format: 'pagerduty-v3',
      action: 'REVOKE_JWKS',
      identityProviderId: idp.identityProviderId,
      mapping: { 'incident.key': '/event/data/id', reason: '/event/data/title' },
      constants: { 'incident.system': 'pagerduty' },
      guards: { equals: { '/event/event_type': 'incident.triggered' }, maxAge: 'PT5M', maxActionsPerHour: 4 },
    };
    const answer = await api.post(hooksPath(), body);
    expect(answer.status).toBe(201);
    const { secret, ...hook } = answer.body;
    expect(hook).toMatchObject({
      ...body,
      id: expect.stringMatching(/^hok_/),
      olderSecretEndsAt: null,
      lastUsedAt: null,
    });
    expect(hook.url).toBe(`${system.url}/v1/hooks/${hook.id}`);
    expect(secret).toMatch(/^[A-Za-z0-9]{48}$/);
    expect((await api.get(`/v1/hooks/${hook.id}`)).body).toEqual(hook);
    const listed = await api.get(hooksPath(), { query: { limit: 100 } });
    expect(listed.body.items).toContainEqual(hook);
    expect((await api.post(hooksPath(), body)).body.type).toMatch(/name-taken$/);

    const name = unique('renamed');
    const changed = await api.patch(`/v1/hooks/${hook.id}`, { name, guards: {} }, { headers: { 'if-match': '"1"' } });
    expect(changed.body).toMatchObject({ name, etag: '"2"', mapping: body.mapping });
    expect(changed.body.guards).toEqual({ equals: {}, maxAge: null, maxActionsPerHour: null });
    const stale = await api.patch(`/v1/hooks/${hook.id}`, { name }, { headers: { 'if-match': '"1"' } });
    expect(stale.status).toBe(412);
    const bad = await api.patch(`/v1/hooks/${hook.id}`, { mapping: { reason: 'x', duration: '/d' } });
    expect([bad.status, bad.body.errors?.map(({ pointer }) => pointer)]).toEqual([
      422,
      ['/mapping/reason', '/mapping/duration', '/mapping/incident.key'],
    ]);

    expect((await api.delete(`/v1/hooks/${hook.id}`)).status).toBe(204);
    expect((await api.get(`/v1/hooks/${hook.id}`)).status).toBe(404);
    const late = await deliver({ id: hook.id ?? '' }, pagerDuty(secret ?? '', anIncident(await system.now())));
    expect(late.status).toBe(401);
  });

  it('a secret of Standard Webhooks is Base64 without + / =', async () => {
    const { secret } = await aHook({ format: 'standard-webhooks' });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9]{48}$/);
  });

  it('is made once by an Idempotency-Key, with the same secret', async () => {
    const body = {
      name: unique('h'),
      format: 'jira-websub',
      action: 'REVOKE_JWKS',
      identityProviderId: idp.identityProviderId,
    };
    const headers = { 'idempotency-key': randomUUID() };
    const [one, other] = [
      await api.post(hooksPath(), body, { headers }),
      await api.post(hooksPath(), body, { headers }),
    ];
    expect(other.body).toEqual(one.body);
    expect(one.body.secret).toBeTypeOf('string');
  });

  it('a dry run tells every fault at once, and stores nothing', async () => {
    const stranger = await aProject();
    const body = {
      name: unique('x'),
      format: 'hmac-sha256',
      action: 'CREATE_GRANT',
      projectId: stranger.projectId,
      identityProviderId: idp.identityProviderId,
      mapping: { 'principal.name': 'group' },
      constants: { duration: '6h' },
    };
    const refused = await api.post(hooksPath(), body, { query: { dryRun: true } });
    expect([refused.status, refused.body.errors?.map(({ pointer }) => pointer)]).toEqual([
      422,
      ['/header', '/projectId', '/mapping/principal.name', '/constants/duration', '/constants/roles.builtIn'],
    ]);
    const good = {
      ...body,
      header: 'X-Signature',
      projectId: project.projectId,
      mapping: { 'principal.name': '/group' },
      constants: { 'roles.builtIn': 'backup' },
    };
    const dry = await api.post(hooksPath(), good, { query: { dryRun: true } });
    expect([dry.status, dry.body.dryRun, dry.body.id, dry.body.secret]).toEqual([201, true, undefined, undefined]);
    expect(dry.body.url).toBe(`${system.url}/v1/hooks/hok_…`);
    expect((await api.post(hooksPath(), good)).status).toBe(201);
  });

  it('acts only on an identity provider that is connected to the project', async () => {
    const other = await aProject({ federationId: project.federationId, scope: project.scopes.federation });
    const answer = await api.post(hooksPath(), {
      name: unique('x'),
      format: 'jira-websub',
      action: 'CREATE_GRANT',
      projectId: other.projectId,
      identityProviderId: idp.identityProviderId,
      mapping: { 'principal.name': '/group' },
      constants: { 'roles.builtIn': 'backup' },
    });
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(['/identityProviderId']);
  });

  it('keeps its federation from being deleted', async () => {
    const { federationId } = await rig().aFederation();
    const { id } = await rig().anIdp({ federationId }, await issuers.create());
    const made = created(
      await api.post(`/v1/federations/${federationId}/hooks`, {
        name: 'h',
        format: 'pagerduty-v3',
        action: 'REVOKE_JWKS',
        identityProviderId: id,
      }),
    );
    await api.delete(`/v1/identity-providers/${id}`);
    const kept = await api.delete(`/v1/federations/${federationId}`);
    expect([kept.status, kept.body.detail]).toEqual([409, expect.stringContaining(made.id)]);
    // What it acted on is gone meanwhile.
    const sent = pagerDuty(made.secret ?? '', anIncident(await system.now()));
    expect((await deliver(made, sent)).body.type).toMatch(/hook-target-gone$/);
    await api.delete(`/v1/hooks/${made.id}`);
    expect((await api.delete(`/v1/federations/${federationId}`)).status).toBe(204);
  });

  it('only an owner makes one, or tries one; responders and auditors read', async () => {
    const hook = await aHook();
    const statusOf = async (role: 'OWNER' | 'INCIDENT_RESPONDER' | 'AUDITOR' | 'REQUESTER') => {
      const key = await aKey(role, project.scopes.federation);
      const body = {
        name: unique('h'),
        format: 'pagerduty-v3',
        action: 'REVOKE_JWKS',
        identityProviderId: idp.identityProviderId,
      };
      const incident = anIncident(await system.now());
      return [
        (await api.post(hooksPath(), body, { key })).status,
        (await api.get(`/v1/hooks/${hook.id}`, { key })).status,
        (await trial(hook, incident, key)).status,
      ];
    };
    expect(await statusOf('OWNER')).toEqual([201, 200, 202]);
    expect(await statusOf('INCIDENT_RESPONDER')).toEqual([403, 200, 403]);
    expect(await statusOf('AUDITOR')).toEqual([403, 200, 403]);
    expect(await statusOf('REQUESTER')).toEqual([403, 403, 403]);
    const stranger = await aKey('OWNER', (await aProject()).scopes.federation);
    expect((await trial(hook, {}, stranger)).status).toBe(404);
    expect((await trial(hook, {}, null)).body.type).toMatch(/unauthenticated$/);
  });
});

const OWN = { header: 'X-Acme-Signature', prefix: 'HMAC ', encoding: 'base64' } as const;
type Sending = (secret: string, payload: unknown, now: number) => Sent;
const FORMATS: [string, object, Sending][] = [
  [
    'standard-webhooks',
    { format: 'standard-webhooks' },
    (secret, payload, now) => standardWebhook(secret, payload, { now }),
  ],
  [
    'standard-webhooks of Svix',
    { format: 'standard-webhooks' },
    (secret, payload, now) => standardWebhook(secret, payload, { now, family: 'svix' }),
  ],
  ['pagerduty-v3', { format: 'pagerduty-v3' }, pagerDuty],
  ['jira-websub', { format: 'jira-websub' }, (secret, payload) => jira(secret, payload)],
  ['jira-websub of GitHub', { format: 'jira-websub' }, (secret, payload) => gitHub(secret, payload)],
  ['hmac-sha256', { format: 'hmac-sha256', ...OWN }, (secret, payload) => signedBy(secret, payload, OWN)],
];

describe.each(FORMATS)('I1 a delivery of %s', (_name, format, send) => {
  it('acts when it is right, and not when secret, bytes or signature are wrong', async () => {
    const hook = await aHook(format);
    const now = await system.now();
    const good = send(hook.secret, anIncident(now), now);
    const wrong: Sent[] = [
      send(`${hook.secret.slice(0, -1)}_`, anIncident(now), now),
      { ...good, body: good.body.replace('triggered', 'Triggered') },
      { ...good, headers: { 'content-type': 'application/json' } },
    ];
    expect(await revokedBy(() => Promise.all(wrong.map((one) => deliver(hook, one))))).toBe(0);
    for (const one of wrong) expect((await deliver(hook, one)).status).toBe(401);
    expect(await revokedBy(async () => expect((await deliver(hook, good)).status).toBe(202))).toBe(1);
  });

  it('is proven by yesterday’s secret for a day after a rotation, then no more', async () => {
    const hook = await aHook(format);
    const given = 'one-that-the-sender-made-for-itself';
    const rotated = await api.post(`/v1/hooks/${hook.id}/rotate-secret`, { secret: given });
    const start = await system.now();
    expect(rotated.body).toMatchObject({ secret: given });
    expect(Date.parse(String(rotated.body.olderSecretEndsAt))).toBeGreaterThan(start + 23 * HOUR);
    const statusOf = async (secret: string) => {
      const now = await system.now();
      return (await deliver(hook, send(secret, anIncident(now), now))).status;
    };
    expect([await statusOf(hook.secret), await statusOf(given)]).toEqual([202, 202]);
    const drawn = created(await api.post(`/v1/hooks/${hook.id}/rotate-secret`)).secret ?? '';
    expect([await statusOf(hook.secret), await statusOf(given), await statusOf(drawn)]).toEqual([401, 202, 202]);
    await system.moveClock((await system.now()) + 24 * HOUR);
    expect([await statusOf(given), await statusOf(drawn)]).toEqual([401, 202]);
    expect((await api.get(`/v1/hooks/${hook.id}`)).body.olderSecretEndsAt).toBeNull();
  });

  it('ten at once, and again an hour later, are one', async () => {
    const hook = await aHook(format);
    const now = await system.now();
    const sent = send(hook.secret, anIncident(now), now);
    const made = await revokedBy(async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(hook, sent)));
      const [first] = answers;
      expect(answers.map(({ status, text }) => [status, text])).toEqual(answers.map(() => [202, first?.text]));
      expect(first?.body.id).toMatch(/^hdl_/);
      await system.moveClock((await system.now()) + 4 * MINUTE);
      expect((await deliver(hook, sent)).text).toBe(first?.text);
    });
    expect(made).toBe(1);
  });
});

describe('I1 replay', () => {
  it('an attempt of Standard Webhooks is refused after five minutes; a new attempt of the same message is one with it', async () => {
    const hook = await aHook({ format: 'standard-webhooks' });
    const start = await system.now();
    const attempt = (now: number) => standardWebhook(hook.secret, { a: 1 }, { now, id: 'msg_1' });
    const first = await deliver(hook, attempt(start));
    await system.moveClock(start + 6 * MINUTE);
    expect((await deliver(hook, attempt(start))).status).toBe(401);
    const again = await deliver(hook, attempt(await system.now()));
    expect([again.status, again.text]).toEqual([202, first.text]);
  });

  it('a captured body under a made-up identifier does nothing: Jira’s and GitHub’s are not signed', async () => {
    const hook = await aHook({ format: 'jira-websub' });
    const payload = anIssue(await system.now(), 'OPS-1', 'Closed');
    const made = await revokedBy(async () => {
      const first = await deliver(hook, jira(hook.secret, payload, 'first'));
      await system.moveClock((await system.now()) + 100 * 24 * HOUR);
      expect((await deliver(hook, jira(hook.secret, payload, 'forged'))).text).toBe(first.text);
    });
    expect(made).toBe(1);
  });

  it('one of a hook is none of another’s', async () => {
    const [one, other] = [await aHook(), await aHook()];
    const sent = pagerDuty(one.secret, anIncident(await system.now()));
    expect((await deliver(one, sent)).status).toBe(202);
    expect((await deliver(other, sent)).status).toBe(401);
  });
});

describe('I1 what is refused', () => {
  it('tells nobody which hooks there are', async () => {
    const hook = await aHook();
    const sent = pagerDuty('not the secret of any hook', anIncident(await system.now()));
    const known = await deliver(hook, sent);
    for (const id of ['hok_01JD0000000000000000000000', project.federationId, 'hok_', '..%2Fhooks', 'x'.repeat(500)]) {
      const unknown = await deliver({ id }, sent);
      const of = ({ status, body: { instance: _, ...rest }, headers }: typeof known) => [
        status,
        rest,
        headers.get('www-authenticate'),
      ];
      expect(of(unknown)).toEqual(of(known));
    }
    expect(known.body.type).toMatch(/invalid-signature$/);
  });

  it('256 KiB are read, and no more', async () => {
    const hook = await aHook();
    const now = await system.now();
    const padded = (bytes: number) => {
      const incident = { ...anIncident(now), padding: '' };
      return pagerDuty(hook.secret, { ...incident, padding: 'x'.repeat(bytes - JSON.stringify(incident).length) });
    };
    expect((await deliver(hook, padded(256 * 1024))).status).toBe(202);
    for (const bytes of [256 * 1024 + 1, 1024 * 1024]) {
      expect((await deliver(hook, padded(bytes))).body.type).toMatch(/payload-too-large$/);
    }
    expect((await deliver({ id: 'hok_01JD0000000000000000000000' }, padded(1024 * 1024))).status).toBe(413);
  });

  it('what is no JSON, though it is signed', async () => {
    const hook = await aHook({ format: 'hmac-sha256', ...OWN });
    const { headers } = signedBy(hook.secret, 'x', OWN);
    const sign = (body: string): Sent => {
      const { headers: of } = signedBy(hook.secret, JSON.parse(JSON.stringify(body)), OWN);
      return { headers: of, body: JSON.stringify(body) };
    };
    expect(headers).toBeDefined();
    expect((await deliver(hook, sign('text'))).status).toBe(202); // JSON all the same: nothing is mapped
    const { createHmac } = await import('node:crypto');
    for (const body of ['', '{', `{"a": ${'['.repeat(100_000)}`, 'payload=%7B%7D']) {
      const digest = createHmac('sha256', hook.secret).update(body).digest('base64');
      const answer = await deliver(hook, { headers: { 'x-acme-signature': `HMAC ${digest}` }, body });
      expect([body.slice(0, 5), answer.status, answer.body.type]).toEqual([
        body.slice(0, 5),
        400,
        expect.stringMatching(/invalid-json$/),
      ]);
    }
  });

  it('a query that is not there, before anything is looked up', async () => {
    const sent = pagerDuty('x', {});
    for (const query of [{ dryRun: 'maybe' }, { colour: 'red' }]) {
      expect((await api.post('/v1/hooks/hok_x', sent.body, { key: null, headers: sent.headers, query })).status).toBe(
        400,
      );
    }
  });

  it('what the mapping does not find; corrected, it may come again under the same identifier', async () => {
    const hook = await aHook({
      mapping: { 'incident.key': '/event/data/id', reason: '/event/data/title' },
      constants: { 'incident.system': 'pagerduty' },
    });
    const incident = anIncident(await system.now());
    const broken = { event: { ...incident.event, data: { title: 'x' } } };
    const made = await revokedBy(async () => {
      const refused = await deliver(hook, pagerDuty(hook.secret, broken));
      expect([refused.status, refused.body.errors]).toEqual([
        422,
        [{ pointer: '/event/data/id', message: expect.stringContaining('incident.key') }],
      ]);
      expect((await deliver(hook, pagerDuty(hook.secret, incident))).status).toBe(202);
    });
    expect(made).toBe(1);
  });
});

describe('I1 guards', () => {
  it('decline with 202, do nothing, and answer the same again', async () => {
    const hook = await aHook({ guards: { equals: { '/event/event_type': 'incident.triggered' }, maxAge: 'PT5M' } });
    const now = await system.now();
    const made = await revokedBy(async () => {
      const sent = pagerDuty(hook.secret, anIncident(now, { type: 'incident.resolved' }));
      const other = await deliver(hook, sent);
      expect([other.status, other.body.declined]).toEqual([202, '/event/event_type is not "incident.triggered".']);
      expect((await deliver(hook, sent)).text).toBe(other.text);
      const old = await deliver(hook, pagerDuty(hook.secret, anIncident(now - 6 * MINUTE)));
      expect([old.status, old.body.declined]).toEqual([202, expect.stringContaining('longer ago than PT5M')]);
      const elsewhere = await deliver(hook, pagerDuty(hook.secret, { messages: [] }));
      expect([elsewhere.status, elsewhere.body.declined]).toEqual([202, expect.stringContaining('event_type')]);
    });
    expect(made).toBe(0);
  });

  it('let no more through in any 60 minutes, whoever races', async () => {
    const hook = await aHook({ guards: { maxActionsPerHour: 3 } });
    const send = async () => deliver(hook, pagerDuty(hook.secret, anIncident(await system.now())));
    const made = await revokedBy(async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, send));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
      expect(answers.filter(({ body }) => body.declined === undefined)).toHaveLength(3);
    });
    expect(made).toBe(3);
    await system.moveClock((await system.now()) + 59 * MINUTE);
    expect((await send()).body.declined).toContain('3 of at most 3');
    await system.moveClock((await system.now()) + 2 * MINUTE);
    expect((await send()).body.declined).toBeUndefined();
  });
});

describe('R5 an incident', () => {
  it('revokes the keys unattended, under its own name', async () => {
    const hook = await aHook({
      mapping: { 'incident.key': '/event/data/id', reason: '/event/data/title' },
      constants: { 'incident.system': 'pagerduty' },
      guards: { equals: { '/event/event_type': 'incident.triggered' }, maxAge: 'PT5M' },
    });
    const before = await revocations();
    const title = `Signing key leaked ${'x'.repeat(3000)}`;
    const answer = await deliver(hook, pagerDuty(hook.secret, anIncident(await system.now(), { title })));
    expect(answer.status).toBe(202);
    await system.moveClock((await system.now()) + 1000);
    const [made] = (await revocations()).filter(({ id }) => !before.some((one) => one.id === id));
    expect(made).toMatchObject({
      status: 'FINISHED',
      createdBy: hook.id,
      incident: { system: 'pagerduty', key: 'Q1KDXUJ3T5Z3SI' },
      reason: title.slice(0, 2000),
    });
    expect((await api.get(`/v1/hooks/${hook.id}`)).body.lastUsedAt).toBeTypeOf('string');
  });
});

describe('I1 dryRun with a pasted payload', () => {
  it('shows the grant that would be made, and makes none', async () => {
    const hook = await aHook({
      format: 'jira-websub',
      action: 'CREATE_GRANT',
      projectId: project.projectId,
      mapping: { 'principal.name': '/variables/group', duration: '/variables/duration', 'ticket.key': '/number' },
      constants: { 'ticket.system': 'servicenow', 'roles.builtIn': 'readAnyDatabase' },
      guards: { equals: { '/approval': 'approved' }, maxActionsPerHour: 5 },
    });
    const number = unique('RITM');
    const answer = await trial(hook, aRequestedItem(await system.now(), number));
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      dryRun: true,
      fields: { 'principal.name': 'db-oncall', duration: 'PT6H', 'ticket.key': number, 'ticket.system': 'servicenow' },
      guards: [
        { guard: 'equals', outcome: 'PASS' },
        { guard: 'maxActionsPerHour', outcome: 'PASS' },
        { guard: 'ticketOpen', outcome: 'PASS' },
      ],
      creates: { principal: { type: 'GROUP', name: 'db-oncall' }, ticket: { system: 'servicenow', key: number } },
      ends: null,
      revokes: null,
    });
    const none = await api.get(`/v1/projects/${project.projectId}/grants`, {
      query: { ticketSystem: 'servicenow', ticketKey: number },
    });
    expect(none.body.items).toEqual([]);
    const declined = await trial(hook, aRequestedItem(await system.now(), number, { approval: 'rejected' }));
    expect(declined.body).toMatchObject({ declined: '/approval is not "approved".', creates: null });
    const { body } = await trial(hook, { approval: 'approved' });
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(['/number', '/variables/group', '/variables/duration']);
  });

  it('shows the grants that would end, and the revocation that would begin', async () => {
    const key = unique('OPS');
    const grant = await aGrant(project, idp, { ticket: { system: 'jira', key } });
    const ended = await aGrant(project, idp, { ticket: { system: 'jira', key } });
    await api.delete(`/v1/grants/${ended.id}`);
    const ending = await aHook({
      format: 'jira-websub',
      action: 'END_GRANTS_OF_TICKET',
      identityProviderId: undefined,
      projectId: project.projectId,
      mapping: { 'ticket.key': '/issue/key' },
      constants: { 'ticket.system': 'jira' },
    });
    const issue = anIssue(await system.now(), key, 'Closed');
    expect((await trial(ending, issue)).body).toMatchObject({ ends: [grant.id], creates: null });
    expect((await api.get(`/v1/grants/${grant.id}`)).body.status).toBe('ACTIVE');
    const made = await revokedBy(async () => {
      const { body } = await trial(
        await aHook({ mapping: { reason: '/event/data/title' } }),
        anIncident(await system.now()),
      );
      expect(body).toMatchObject({ revokes: { reason: 'Signing key of Acme leaked', incident: null }, guards: [] });
    });
    expect(made).toBe(0);
  });
});

describe('O3 secrets and payloads of hooks', () => {
  it('are in no log, audit event or item', async () => {
    const marker = `payload-${randomUUID()}`;
    const hook = await aHook();
    const rotated = created(await api.post(`/v1/hooks/${hook.id}/rotate-secret`));
    const incident = { ...anIncident(await system.now()), secretOfPayload: marker };
    await deliver(hook, pagerDuty(hook.secret, incident));
    await deliver(hook, pagerDuty('wrong', incident));
    await deliver(hook, { ...pagerDuty(hook.secret, marker), body: `{"${marker}` });
    const wanted = [hook.secret, rotated.secret ?? '', marker];
    const holds = (text: string) => wanted.filter((one) => text.includes(one));
    const { dataFolder } = inject('rig');
    for await (const item of (await tableBehind(dataFolder)).items()) expect(holds(item)).toEqual([]);
    const log = () => readFile(join(dataFolder, 'log', 'functions.log'), 'utf8');
    await expect.poll(async () => (await log()).includes(hook.id), { timeout: 10_000 }).toBe(true);
    expect(holds(await log())).toEqual([]);
    const audited = await api.get(`/v1/federations/${project.federationId}/audit-events`, {
      query: { limit: 100, actor: hook.id },
    });
    expect(holds(audited.text)).toEqual([]);
  });
});

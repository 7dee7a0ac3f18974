import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import { isSignedBy, type Message, startReceiver } from '../peers/receiver.ts';
import { created, succeeded } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, dns, aFederation, aProject, aConnectedIdp, aGrant, aVerifiedDomain, aKey } = rig();
const [issuers, receiver] = await Promise.all([startIssuers(), startReceiver()]);
afterAll(() => Promise.all([issuers.stop(), receiver.stop()]));

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
/** As long as the schedule and its jitter may take: the least that makes a retry due. */
const jittered = (ms: number): number => ms * 1.1 + SECOND;
const pass = async (ms: number): Promise<void> => system.moveClock((await system.now()) + ms);
/** What is in work is done: the clock has moved by next to nothing. */
const settled = () => pass(SECOND);
/** Between attempts (Standard Webhooks 1.0.0). */
const WAITS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)];

let project: Project;
let idp: ConnectedIdp;
beforeAll(async () => {
  project = await aProject();
  idp = await aConnectedIdp(project, await issuers.create());
});

interface Hook {
  readonly id: string;
  readonly secret: string;
  /** At the receiver. */
  readonly path: string;
  readonly url: string;
}
async function aWebhook(federationId = project.federationId, body: object = {}): Promise<Hook> {
  const path = `/${unique('hook')}`;
  const url = receiver.address(path);
  const { id, secret } = created(await api.post(`/v1/federations/${federationId}/webhooks`, { url, ...body }));
  return { id, secret: secret ?? '', path, url };
}
const webhook = async ({ id }: Pick<Hook, 'id'>) => succeeded(await api.get(`/v1/webhooks/${id}`));
const deliveries = async ({ id }: Pick<Hook, 'id'>) =>
  succeeded(await api.get(`/v1/webhooks/${id}/deliveries`, { query: { limit: 100 } })).items ?? [];
const typesAt = ({ path }: Hook): string[] => receiver.messages(path).map(({ event }) => event.type);
const got =
  (...types: string[]) =>
  (messages: readonly Message[]) =>
    types.every((type) => messages.some(({ event }) => event.type === `sallyport.${type}`));

describe('A7 a webhook', () => {
  it('is created with a secret that is shown once, listed, changed and deleted', async () => {
    const { federationId } = await aFederation();
    const all = `/v1/federations/${federationId}/webhooks`;
    const url = receiver.address('/crud');
    const answer = await api.post(all, { name: 'Tickets', url, events: ['grant.created'] });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        name: 'Tickets',
        url,
        events: ['grant.created'],
        status: 'ENABLED',
        disabledAt: null,
        failingSince: null,
        findings: [],
        federationId,
        secret: expect.stringMatching(/^whsec_[0-9A-Za-z]{40}$/),
      },
    });
    const { secret, ...shown } = created(answer);
    expect(Buffer.from(secret?.slice(6) ?? '', 'base64')).toHaveLength(30);
    expect((await api.get(`/v1/webhooks/${shown.id}`)).body).toEqual(shown);
    expect((await api.get(all)).body.items).toEqual([shown]);

    const one = `/v1/webhooks/${shown.id}`;
    expect((await api.patch(one, { name: 'Chat', events: null }, { headers: { 'if-match': '"9"' } })).status).toBe(412);
    const changed = await api.patch(one, { name: 'Chat', events: null });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Chat', events: null, etag: '"2"' } });
    expect((await api.patch(one, { name: 'Chat' })).body.etag).toBe('"2"');
    expect((await api.delete(`/v1/federations/${federationId}`)).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining(`webhooks (${shown.id})`),
    });
    expect((await api.delete(one)).status).toBe(204);
    expect((await api.get(one)).status).toBe(404);
    expect((await api.get(`${one}/deliveries`)).status).toBe(404);
    expect((await api.delete(`/v1/federations/${federationId}`)).status).toBe(204);
  });

  it('is tried dry: nothing is stored, no secret is drawn', async () => {
    const { federationId } = await aFederation();
    const all = `/v1/federations/${federationId}/webhooks`;
    const dry = await api.post(all, { url: receiver.address('/dry') }, { query: { dryRun: true } });
    expect(dry).toMatchObject({ status: 201, body: { dryRun: true, events: null, status: 'ENABLED' } });
    expect(dry.body).not.toHaveProperty('secret');
    expect((await api.get(all)).body.items).toEqual([]);
    const hook = await aWebhook(federationId);
    const rotation = await api.post(`/v1/webhooks/${hook.id}/rotate-secret`, undefined, { query: { dryRun: true } });
    expect(rotation.status).toBe(200);
    expect(rotation.body).not.toHaveProperty('secret');
    expect((await webhook(hook)).etag).toBe('"1"');
  });

  it('answers a repeated create with the same secret', async () => {
    const { federationId } = await aFederation();
    const ask = { headers: { 'idempotency-key': unique('webhook') } };
    const body = { url: receiver.address('/again') };
    const first = await api.post(`/v1/federations/${federationId}/webhooks`, body, ask);
    const again = await api.post(`/v1/federations/${federationId}/webhooks`, body, ask);
    expect(again.body).toEqual(first.body);
    expect((await api.get(`/v1/federations/${federationId}/webhooks`)).body.items).toHaveLength(1);
  });

  it.each([
    ['an address inside a network', { url: 'https://10.0.0.1/hook' }, '/url', 'not an address of the public internet'],
    [
      'the metadata service',
      { url: 'https://169.254.169.254/latest' },
      '/url',
      'not an address of the public internet',
    ],
    ['plain HTTP', { url: 'http://192.0.2.1/hook' }, '/url', 'not an address of the public internet'],
    ['a password in the URL', { url: 'https://me:secret@hooks.acme.com/' }, '/url', 'user or password'],
    ['no event at all', { url: 'https://hooks.acme.com/', events: [] }, '/events', 'at least one event'],
    ['an event twice', { url: 'https://hooks.acme.com/', events: ['grant.ended', 'grant.ended'] }, '/events', 'once'],
    ['an unknown event', { url: 'https://hooks.acme.com/', events: ['grant.made'] }, '/events/0', 'Give one of'],
    ['a secret of one’s own', { url: 'https://hooks.acme.com/', secret: 'x' }, '/secret', 'no such field'],
  ])('is refused with %s', async (_what, body, pointer, message) => {
    const answer = await api.post(`/v1/federations/${project.federationId}/webhooks`, body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(answer.body.errors?.[0]?.message).toContain(message);
    expect(answer.text).not.toContain('me:secret');
  });

  it('is read by an auditor and written by an owner only', async () => {
    const hook = await aWebhook();
    const auditor = await aKey('AUDITOR', project.scopes.federation);
    expect((await api.get(`/v1/webhooks/${hook.id}`, { key: auditor })).status).toBe(200);
    expect((await api.get(`/v1/webhooks/${hook.id}/deliveries`, { key: auditor })).status).toBe(200);
    expect((await api.post(`/v1/webhooks/${hook.id}/rotate-secret`, undefined, { key: auditor })).status).toBe(403);
    expect((await api.delete(`/v1/webhooks/${hook.id}`, { key: auditor })).status).toBe(403);
    await api.delete(`/v1/webhooks/${hook.id}`);
  });
});

describe('A7 events', () => {
  it('arrive signed, as CloudEvents with the item as the API shows it', async () => {
    const hook = await aWebhook();
    const now = await system.now();
    const grant = await aGrant(project, idp);
    const [message] = await receiver.until(hook.path, got('grant.created'));
    expect(message).toMatchObject({
      headers: { 'content-type': 'application/cloudevents+json', 'user-agent': 'Sallyport' },
      event: {
        specversion: '1.0',
        source: `/federations/${project.federationId}`,
        type: 'sallyport.grant.created',
        subject: grant.id,
        datacontenttype: 'application/json',
        time: grant.createdAt,
        data: grant,
      },
    });
    const headers = message?.headers ?? {};
    expect(headers['webhook-id']).toBe(message?.event.id);
    expect(headers['webhook-id']).toMatch(/^evt_[0-9A-Z]{26}$/);
    expect(headers['webhook-timestamp']).toMatch(/^\d+$/);
    expect(Math.abs(Number(headers['webhook-timestamp']) * 1000 - now)).toBeLessThan(60_000);
    expect(headers['webhook-signature']).toMatch(/^v1,[0-9A-Za-z+/]{43}=$/);
    expect(message && isSignedBy(message, hook.secret)).toBe(true);
    expect(message && isSignedBy(message, `whsec_${'A'.repeat(40)}`)).toBe(false);
    await settled();
    expect(await deliveries(hook)).toMatchObject([
      {
        webhookId: hook.id,
        eventId: message?.event.id,
        type: 'sallyport.grant.created',
        subject: grant.id,
        status: 'DELIVERED',
        nextAttemptAt: null,
        attemptCount: 1,
        attempts: [{ status: 204, finding: null }],
      },
    ]);
    await api.delete(`/v1/webhooks/${hook.id}`);
  });

  it('tell the whole life of a grant, a domain and a revocation, each once, and the bus gets the same', async () => {
    const hook = await aWebhook();
    const short = await aGrant(project, idp, { duration: 'PT1H' });
    const later = await aGrant(project, idp, { startsAt: new Date((await system.now()) + 10 * MINUTE).toISOString() });
    await api.patch(`/v1/grants/${short.id}`, { duration: 'PT30M' });
    await pass(31 * MINUTE);
    await api.delete(`/v1/grants/${later.id}`);
    const domain = await aVerifiedDomain(project);
    const revocations = `/v1/identity-providers/${idp.identityProviderId}/revocations`;
    const revocation = created(await api.post(revocations, { reason: 'a drill' }));
    await settled();
    const expected = [
      `grant.created ${short.id}`,
      `grant.created ${later.id}`,
      `grant.changed ${short.id}`,
      `grant.started ${later.id}`,
      `grant.expired ${short.id}`,
      `grant.ended ${later.id}`,
      `domain.verified ${domain.id}`,
      `revocation.started ${revocation.id}`,
      `revocation.cluster-acknowledged ${revocation.id}`,
      `revocation.finished ${revocation.id}`,
    ].map((line) => `sallyport.${line}`);
    const messages = receiver.messages(hook.path);
    expect(messages.map(({ event }) => `${event.type} ${event.subject}`).sort()).toEqual([...expected].sort());
    expect(messages.every((message) => isSignedBy(message, hook.secret))).toBe(true);
    const ids = new Map(messages.map(({ event }) => [event.id, event]));
    const onBus = (await system.busEvents()).filter(({ detail }) => ids.has(detail.id));
    expect(onBus).toHaveLength(expected.length);
    for (const { source, 'detail-type': detailType, detail } of onBus) {
      expect(source).toBe('sallyport');
      expect(detailType).toBe(detail.type);
      expect(detail).toEqual(ids.get(detail.id));
    }
    await api.delete(`/v1/webhooks/${hook.id}`);
  });

  it('come only if they were asked for, and only from the own federation', async () => {
    const stranger = await aWebhook((await aFederation()).federationId);
    const domains = await aWebhook(project.federationId, { events: ['domain.verified', 'grant.ended'] });
    const grant = await aGrant(project, idp);
    await aVerifiedDomain(project);
    await api.delete(`/v1/grants/${grant.id}`);
    await receiver.until(domains.path, got('domain.verified', 'grant.ended'));
    await settled();
    expect(typesAt(domains).sort()).toEqual(['sallyport.domain.verified', 'sallyport.grant.ended']);
    expect(typesAt(stranger)).toEqual([]);
    await api.delete(`/v1/webhooks/${domains.id}`);
  });

  it('are signed with both secrets for a day after a rotation', async () => {
    const hook = await aWebhook();
    const rotation = await api.post(`/v1/webhooks/${hook.id}/rotate-secret`);
    expect(rotation).toMatchObject({ status: 200, body: { id: hook.id, olderSecretEndsAt: expect.any(String) } });
    const newer = rotation.body.secret ?? '';
    expect(newer).not.toBe(hook.secret);
    await aGrant(project, idp);
    const [both] = await receiver.until(hook.path, got('grant.created'));
    expect(both && [isSignedBy(both, hook.secret), isSignedBy(both, newer)]).toEqual([true, true]);
    await pass(DAY);
    await aGrant(project, idp, { duration: 'P1W' });
    const messages = await receiver.until(
      hook.path,
      (all) => all.length >= 2 && !all.at(-1)?.event.type.includes('expired'),
    );
    const last = messages.findLast(({ event }) => event.type === 'sallyport.grant.created');
    expect(last && [isSignedBy(last, hook.secret), isSignedBy(last, newer)]).toEqual([false, true]);
    await api.delete(`/v1/webhooks/${hook.id}`);
  });
});

describe('A7 a receiver that does not take it', () => {
  /** After a failure the next attempt is made once its wait and the jitter are over, and not a moment before. */
  it('is tried again by the schedule, under the same id, and has everything in the end', async () => {
    const hook = await aWebhook();
    receiver.answer(hook.path, { status: 500 });
    await aGrant(project, idp, { duration: 'P30D' });
    await receiver.until(hook.path, (all) => all.length === 1);
    for (const [made, wait] of WAITS.slice(0, -1).entries()) {
      if (wait > 5 * SECOND) {
        await pass(wait - 2 * SECOND * (made + 1));
        expect(receiver.messages(hook.path)).toHaveLength(made + 1);
      }
      await pass(jittered(wait));
      expect(receiver.messages(hook.path).length, `attempts after ${made + 2}`).toBe(made + 2);
    }
    receiver.answer(hook.path, {});
    await pass(jittered(24 * HOUR));
    const messages = receiver.messages(hook.path);
    expect(messages.map(({ answered }) => answered)).toEqual([...Array(9).fill(500), 204]);
    expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(messages.map(({ body }) => JSON.stringify(JSON.parse(body)))).size).toBe(1);
    expect(new Set(messages.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);
    expect(messages.every((message) => isSignedBy(message, hook.secret))).toBe(true);
    const [delivery] = await deliveries(hook);
    expect(delivery).toMatchObject({ status: 'DELIVERED', attemptCount: 10 });
    expect((await webhook(hook)).failingSince).toBeNull();
    await api.delete(`/v1/webhooks/${hook.id}`);
  });

  it('says of each attempt what was wrong; a redirect is a failure and is not followed', async () => {
    const hook = await aWebhook();
    const elsewhere = receiver.address('/elsewhere');
    receiver.answer(hook.path, { status: 302, headers: { location: elsewhere } });
    await aGrant(project, idp, { duration: 'P30D' });
    await receiver.until(hook.path, (all) => all.length === 1);
    await settled();
    const [delivery] = await deliveries(hook);
    expect(delivery).toMatchObject({
      status: 'PENDING',
      nextAttemptAt: expect.any(String),
      attempts: [{ status: 302, finding: { code: 'redirect', message: expect.stringContaining('not followed') } }],
    });
    expect(receiver.messages('/elsewhere')).toEqual([]);
    expect((await webhook(hook)).findings).toMatchObject([{ severity: 'WARNING', code: 'webhook-failing' }]);
    await api.delete(`/v1/webhooks/${hook.id}`);
  });

  it('is not dialled inside a network, whatever its name says', async () => {
    const name = `${unique('hooks')}.com`;
    await dns.set(name, 'A', ['10.0.0.1']);
    const body = { url: `https://${name}/hook` };
    const { id } = created(await api.post(`/v1/federations/${project.federationId}/webhooks`, body));
    await aGrant(project, idp, { duration: 'P30D' });
    await settled();
    const [delivery] = await deliveries({ id });
    expect(delivery).toMatchObject({
      status: 'PENDING',
      attempts: [{ status: null, finding: { code: 'unreachable' } }],
    });
    expect(JSON.stringify(delivery)).not.toContain('10.0.0.1');
    await api.delete(`/v1/webhooks/${id}`);
  });

  it('that answers 410 is disabled, and told; enabled again it gets what waited', async () => {
    const hook = await aWebhook();
    const other = await aWebhook(project.federationId, { events: ['webhook.disabled'] });
    receiver.answer(hook.path, { status: 500 });
    const waiting = await aGrant(project, idp, { duration: 'P30D' });
    await receiver.until(hook.path, (all) => all.length === 1);
    receiver.answer(hook.path, { status: 410 });
    await pass(jittered(5 * SECOND));
    expect(await webhook(hook)).toMatchObject({
      status: 'DISABLED',
      disabledAt: expect.any(String),
      etag: '"1"',
      findings: [{ severity: 'ERROR', code: 'webhook-gone' }],
    });
    const [told] = await receiver.until(other.path, got('webhook.disabled'));
    expect(told?.event).toMatchObject({ subject: hook.id, data: { id: hook.id, status: 'DISABLED' } });

    const missed = await aGrant(project, idp, { duration: 'P30D' });
    await pass(HOUR);
    expect(receiver.messages(hook.path)).toHaveLength(2);
    const [delivery] = await deliveries(hook);
    expect(delivery).toMatchObject({ subject: waiting.id, status: 'FAILED' });
    const replay = `/v1/webhooks/${hook.id}/deliveries/${delivery?.id}/replay`;
    expect(await api.post(replay)).toMatchObject({ status: 409, body: { type: expect.stringMatching(/disabled$/) } });

    receiver.answer(hook.path, {});
    expect((await api.patch(`/v1/webhooks/${hook.id}`, { status: 'ENABLED' })).body).toMatchObject({
      status: 'ENABLED',
      disabledAt: null,
      findings: [],
    });
    const next = await aGrant(project, idp, { duration: 'P30D' });
    expect((await api.post(replay)).status).toBe(202);
    const messages = await receiver.until(hook.path, (all) => all.length === 4);
    const subjects = messages.slice(2).map(({ event }) => event.subject);
    expect(subjects.sort()).toEqual([waiting.id, next.id].sort());
    expect(subjects).not.toContain(missed.id);
    await api.delete(`/v1/webhooks/${hook.id}`);
    await api.delete(`/v1/webhooks/${other.id}`);
  });

  it('that is down for a day gets all of it afterwards', async () => {
    const hook = await aWebhook(project.federationId, { events: ['grant.created'] });
    receiver.answer(hook.path, { status: 503 });
    const grants: string[] = [];
    for (let hour = 0; hour < 24; hour += 4) {
      for (let count = 0; count < 3; count++) grants.push((await aGrant(project, idp, { duration: 'P30D' })).id);
      await pass(4 * HOUR);
    }
    expect(await webhook(hook)).toMatchObject({ status: 'ENABLED', failingSince: expect.any(String) });
    receiver.answer(hook.path, {});
    await pass(DAY);
    const taken = receiver.messages(hook.path).filter(({ answered }) => answered === 204);
    expect(taken.map(({ event }) => event.subject).sort()).toEqual([...grants].sort());
    expect((await deliveries(hook)).every(({ status }) => status === 'DELIVERED')).toBe(true);
    await api.delete(`/v1/webhooks/${hook.id}`);
  });

  it('that fails for days is disabled, with since when; what failed for good can be replayed', async () => {
    const hook = await aWebhook(project.federationId, { events: ['grant.created'] });
    receiver.answer(hook.path, { status: 404 });
    const first = await aGrant(project, idp, { duration: 'P30D' });
    for (const wait of WAITS) await pass(jittered(wait));
    expect(receiver.messages(hook.path)).toHaveLength(10);
    expect(await webhook(hook)).toMatchObject({ status: 'ENABLED' });
    await aGrant(project, idp, { duration: 'P30D' });
    for (let count = 0; count < 5; count++) await pass(12 * HOUR);
    const failed = (await deliveries(hook)).find(({ subject }) => subject === first.id);
    expect(failed).toMatchObject({ status: 'FAILED', nextAttemptAt: null, attemptCount: 10 });
    expect(await webhook(hook)).toMatchObject({
      status: 'DISABLED',
      failingSince: expect.any(String),
      findings: [{ code: 'webhook-failing-for-days' }],
    });
    receiver.answer(hook.path, {});
    await api.patch(`/v1/webhooks/${hook.id}`, { status: 'ENABLED' });
    expect((await api.post(`/v1/webhooks/${hook.id}/deliveries/${failed?.id}/replay`)).body).toMatchObject({
      id: failed?.id,
      status: 'PENDING',
    });
    await settled();
    const messages = receiver.messages(hook.path).filter(({ event }) => event.subject === first.id);
    expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(messages.at(-1)?.answered).toBe(204);
    await api.delete(`/v1/webhooks/${hook.id}`);
  });

  it('that asks to be left alone is, for as long as it says', async () => {
    const hook = await aWebhook(project.federationId, { events: ['grant.created'] });
    receiver.answer(hook.path, { status: 429, headers: { 'retry-after': '600' } });
    await aGrant(project, idp, { duration: 'P30D' });
    await receiver.until(hook.path, (all) => all.length === 1);
    await settled();
    await aGrant(project, idp, { duration: 'P30D' });
    receiver.answer(hook.path, {});
    await pass(8 * MINUTE);
    expect(receiver.messages(hook.path)).toHaveLength(1);
    await pass(3 * MINUTE);
    expect(receiver.messages(hook.path)).toHaveLength(3);
    await api.delete(`/v1/webhooks/${hook.id}`);
  });

  it('that hangs holds up nobody else', async () => {
    const hanging = await aWebhook(project.federationId, { events: ['grant.created'] });
    receiver.answer(hanging.path, { hangs: true });
    const elsewhere = await aProject();
    const theirs = await aConnectedIdp(elsewhere, await issuers.create());
    const well = await aWebhook(elsewhere.federationId, { events: ['grant.created'] });
    for (let count = 0; count < 20; count++) await aGrant(project, idp, { duration: 'P30D' });
    await receiver.until(hanging.path, (all) => all.length >= 1);
    const begun = performance.now();
    const grant = await aGrant(elsewhere, theirs);
    const [message] = await receiver.until(well.path, got('grant.created'));
    expect(message?.event.subject).toBe(grant.id);
    expect(performance.now() - begun).toBeLessThan(5000);
    // At no time more than a few in its hands.
    expect(receiver.messages(hanging.path).length).toBeLessThanOrEqual(8);
    await api.delete(`/v1/webhooks/${hanging.id}`);
    await api.delete(`/v1/webhooks/${well.id}`);
  });
});

describe('A7 a replay', () => {
  it('sends what was received again, under the same id; a stranger’s delivery does not exist', async () => {
    const hook = await aWebhook(project.federationId, { events: ['grant.created'] });
    const other = await aWebhook(project.federationId, { events: ['grant.ended'] });
    await aGrant(project, idp, { duration: 'P30D' });
    await receiver.until(hook.path, (all) => all.length === 1);
    await settled();
    const [delivery] = await deliveries(hook);
    const path = `/v1/webhooks/${hook.id}/deliveries/${delivery?.id}/replay`;
    expect((await api.post(path, undefined, { query: { dryRun: true } })).body).toMatchObject({ status: 'PENDING' });
    expect((await deliveries(hook))[0]?.status).toBe('DELIVERED');
    expect((await api.post(path.replace(hook.id, other.id))).status).toBe(404);
    expect((await api.post(path)).status).toBe(202);
    const [first, second] = await receiver.until(hook.path, (all) => all.length === 2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    await settled();
    expect((await deliveries(hook))[0]).toMatchObject({ status: 'DELIVERED', attemptCount: 2, etag: '"2"' });
    await api.delete(`/v1/webhooks/${hook.id}`);
    await api.delete(`/v1/webhooks/${other.id}`);
  });

  it('reaches back 30 days and no further', async () => {
    const hook = await aWebhook(project.federationId, { events: ['grant.created'] });
    await aGrant(project, idp, { duration: 'P90D' });
    await receiver.until(hook.path, (all) => all.length === 1);
    await settled();
    const [delivery] = await deliveries(hook);
    await pass(30 * DAY);
    expect(await deliveries(hook)).toEqual([]);
    expect((await api.post(`/v1/webhooks/${hook.id}/deliveries/${delivery?.id}/replay`)).status).toBe(404);
    await api.delete(`/v1/webhooks/${hook.id}`);
  });
});

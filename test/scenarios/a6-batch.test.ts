/** Starts a system of its own, to kill it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { dnsClient } from '../peers/dns-management.ts';
import { startIssuers } from '../peers/issuer.ts';
import { type Rig, rig, rigOf } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';
import { startSystem } from '../rig/system.ts';

const here = rig();
const { api, aProject, aConnectedIdp, aKey, system } = here;
const issuers = await startIssuers();
/** On a busy machine: a hundred grants one after the other, and two starts of a system. */
const LONG_MS = 240_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-batch-'));
});
afterAll(async () => {
  await issuers.stop();
  await rm(folder, { recursive: true, force: true });
});

let project: Project;
let idp: ConnectedIdp;
beforeEach(async () => {
  project = await aProject();
  idp = await aConnectedIdp(project, await issuers.create());
});

const wish = (name: string, more: object = {}) => ({
  principal: { type: 'GROUP', name },
  identityProviderId: idp.identityProviderId,
  roles: { builtIn: 'readAnyDatabase' },
  duration: 'PT6H',
  ...more,
});
const path = () => `/v1/projects/${project.projectId}/grants/batch`;
const send = (
  grants: unknown,
  { idempotencyKey, ...ask }: { idempotencyKey?: string; key?: string; query?: object } = {},
) =>
  api.post(
    path(),
    { grants },
    {
      key: ask.key,
      query: { ...ask.query },
      headers: idempotencyKey === undefined ? undefined : { 'idempotency-key': idempotencyKey },
    },
  );
/** A call on a busy machine may not reach everything: the same call goes on. */
const untilAnswered = async (grants: unknown, idempotencyKey: string, { api }: Pick<Rig, 'api'> = here) => {
  for (;;) {
    const answer = await api.post(path(), { grants }, { headers: { 'idempotency-key': idempotencyKey } });
    if (answer.status !== 200 || !answer.body.items?.some(({ status }) => status === 503)) return answer;
  }
};
const listed = async ({ api }: Pick<Rig, 'api'> = here): Promise<string[]> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await api.get(`/v1/projects/${project.projectId}/grants`, { query: { limit: 100, cursor } });
    ids.push(...(body.items ?? []).map(({ id = '' }) => id));
    cursor = body.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
};
const idsOf = ({ body }: Awaited<ReturnType<typeof send>>) => body.items?.map(({ grant }) => Object(grant).id);

describe('A6 many grants in one call', () => {
  it('succeed or fail one by one, answered in the order given, each with every fault of its own', async () => {
    const answer = await send([
      wish('db-oncall'),
      { ...wish('db-oncall'), roles: { builtIn: 'readAnyDatabase', custom: ['nobody', 'knows'] }, duration: undefined },
      'no grant at all',
      { ...wish('db-oncall'), principal: { type: 'USER' }, colour: 'red', duration: 'P1Y' },
      wish('dba', { duration: undefined, ticket: { system: 'jira', key: 'OPS-1', approver: 'bob@acme.com' } }),
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body.items).toMatchObject([
      { status: 201, grant: { status: 'ACTIVE', principal: { name: 'db-oncall' }, policyRule: null } },
      {
        status: 422,
        problem: {
          type: expect.stringMatching(/invalid-body$/),
          errors: [{ pointer: '/roles/custom/0' }, { pointer: '/roles/custom/1' }],
        },
      },
      { status: 422, problem: { errors: [{ pointer: '' }] } },
      {
        status: 422,
        problem: { errors: [{ pointer: '/principal/name' }, { pointer: '/duration' }, { pointer: '/colour' }] },
      },
      { status: 201, grant: { expiresAt: null, approval: { assurance: 'ASSERTED', approver: 'bob@acme.com' } } },
    ]);
    const [first, , , , fifth] = idsOf(answer) ?? [];
    expect((await listed()).sort()).toEqual([first, fifth].sort());
  });

  it.each<[string, unknown, string]>([
    ['without grants', {}, '/grants'],
    ['with none', { grants: [] }, '/grants'],
    ['with more than a hundred', { grants: Array.from({ length: 101 }, () => ({})) }, '/grants'],
    ['with something else', { grants: { 0: {} } }, '/grants'],
    ['with more than grants', { grants: [{}], dryRun: true }, '/dryRun'],
    ['that is a list', [], ''],
  ])('a body %s is refused as a whole', async (_what, body, pointer) => {
    expect(await api.post(path(), body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(await listed()).toEqual([]);
  });

  it('are held against the policy one by one, as its rules are', async () => {
    const rules = [{ name: 'on-call', principals: ['db-oncall'], longestDuration: 'PT6H', ticketRequired: true }];
    expect((await api.put(`/v1/projects/${project.projectId}/access-policy`, { rules })).status).toBe(200);
    const ticket = { system: 'servicenow', key: 'REQ1' };
    const answer = await send([wish('db-oncall', { ticket }), wish('db-oncall', { duration: 'P1D' }), wish('staff')]);
    expect(answer.body.items).toMatchObject([
      { status: 201, grant: { policyRule: 'on-call' } },
      { status: 422, problem: { policyRule: 'on-call', errors: [{ pointer: '/duration' }, { pointer: '/ticket' }] } },
      { status: 422, problem: { policyRule: null } },
    ]);
  });

  it(
    'of one principal are made in the order given: the last ones are too many',
    async () => {
      await untilAnswered(
        Array.from({ length: 97 }, () => wish('db-oncall')),
        'first',
      );
      const answer = await send(Array.from({ length: 5 }, () => wish('db-oncall')));
      expect(answer.body.items?.map(({ status }) => status)).toEqual([201, 201, 201, 409, 409]);
      expect(answer.body.items?.[3]).toMatchObject({
        problem: { type: expect.stringMatching(/too-many-live-grants$/) },
      });
      const ids = idsOf(answer)?.slice(0, 3) ?? [];
      expect(ids.toSorted()).toEqual(ids);
    },
    LONG_MS,
  );

  it('as a dry run show what each would come to, and store nothing', async () => {
    const answer = await send([wish('db-oncall'), wish('db-oncall', { roles: {} })], { query: { dryRun: true } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        dryRun: true,
        items: [
          { status: 201, grant: { dryRun: true, status: 'ACTIVE', remainingSeconds: 6 * 3600 } },
          { status: 422, problem: { errors: [{ pointer: '/roles' }] } },
        ],
      },
    });
    expect(answer.body.items?.[0]?.grant).not.toHaveProperty('id');
    expect(await listed()).toEqual([]);
  });

  it('are a requester’s own, and nobody’s who may not create one', async () => {
    const requester = await aKey('REQUESTER', project.scopes.project);
    const answer = await send([wish('db-oncall')], { key: requester });
    expect(answer.body.items).toMatchObject([{ status: 201, grant: { createdBy: expect.stringMatching(/^key_/) } }]);
    const auditor = await aKey('AUDITOR', project.scopes.project);
    expect((await send([wish('db-oncall')], { key: auditor })).status).toBe(403);
    const stranger = await aKey('OWNER', (await aProject()).scopes.federation);
    expect((await send([wish('db-oncall')], { key: stranger })).status).toBe(404);
  });
});

describe('A6 many grants with an Idempotency-Key', () => {
  it('answer a second time as the first, and ten calls at once make each grant once', async () => {
    const grants = [wish('db-oncall'), wish('dba'), wish('dba', { roles: {} })];
    const idempotencyKey = 'REQ1';
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(grants, { idempotencyKey })));
    const done = answers.filter(({ status }) => status === 200);
    expect(done.length).toBeGreaterThanOrEqual(1);
    const others = answers.filter(({ status }) => status !== 200);
    for (const other of others) {
      expect(other).toMatchObject({ status: 409, body: { type: expect.stringMatching(/in-progress$/) } });
    }
    const again = await send(grants, { idempotencyKey });
    for (const { body } of done) expect(body).toEqual(again.body);
    expect(again.body.items?.map(({ status }) => status)).toEqual([201, 201, 422]);
    expect(await listed()).toHaveLength(2);
    expect(await send([wish('db-oncall')], { idempotencyKey })).toMatchObject({
      status: 422,
      body: { type: expect.stringMatching(/idempotency-key-reused$/) },
    });
    expect(await send(grants, { idempotencyKey, query: { dryRun: true } })).toMatchObject({ status: 422 });
    await system.moveClock((await system.now()) + 26 * 3_600_000);
    expect((await send(grants, { idempotencyKey })).status).toBe(200);
    expect(await listed()).toHaveLength(4);
  });

  it(
    'that crash in the middle make none twice when the call comes again, and lose none',
    async () => {
      const { dnsAddress, dnsManagementUrl } = inject('rig');
      const dns = dnsClient(dnsManagementUrl, dnsAddress);
      const start = { dns: dnsAddress, dataFolder: folder, bootstrapKey: 'k'.repeat(40) };
      const first = await startSystem(start);
      const before = rigOf(first, dns);
      project = await before.aProject();
      idp = await before.aConnectedIdp(project, await issuers.create());
      // One principal, so that they are made one after the other.
      const grants = Array.from({ length: 40 }, (_, index) => (index === 2 ? {} : wish('db-oncall')));
      const cut = untilAnswered(grants, 'REQ0012345', before).catch(() => 'cut off');
      const some = () => before.api.get(`/v1/projects/${project.projectId}/grants`, { query: { limit: 5 } });
      while ((await some()).body.items?.length !== 5) await new Promise((resolve) => setTimeout(resolve, 5));
      await first.kill();
      expect(await cut).toBe('cut off');

      const second = await startSystem(start);
      try {
        const after = rigOf(second, dns);
        const made = await listed(after);
        expect(made.length).toBeGreaterThanOrEqual(5);
        expect(made.length).toBeLessThan(39);
        const again = () => untilAnswered(grants, 'REQ0012345', after);
        // Once the first can be at work no more.
        await second.moveClock((await second.now()) + 60_000);
        const answer = await again();
        expect(answer.status).toBe(200);
        expect(answer.body.items?.map(({ status }) => status)).toEqual(
          grants.map((one) => ('roles' in one ? 201 : 422)),
        );
        const all = await listed(after);
        expect(all).toHaveLength(39);
        expect(idsOf(answer)?.filter((id) => id !== undefined)).toEqual(all);
        expect(all.slice(0, made.length)).toEqual(made);
        expect((await again()).body).toEqual(answer.body);
        expect(await listed(after)).toHaveLength(39);
      } finally {
        await second.stop();
      }
    },
    LONG_MS,
  );
});

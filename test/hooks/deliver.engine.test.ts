/** Deliveries on the real engine, dying between any two steps and racing each other. */
import { describe, expect, it } from 'vitest';
import { pagerOf } from '../../shared/api/paging.ts';
import { firstVersion } from '../../shared/api/view.ts';
import { CALLS_PER_MINUTE, type Use, useOn } from '../../shared/callers/use.ts';
import { connectionItem } from '../../shared/connections/store.ts';
import { addLive } from '../../shared/grants/live.ts';
import { grantService } from '../../shared/grants/service.ts';
import { grantItem, grantKey } from '../../shared/grants/store.ts';
import { ticketWrites } from '../../shared/grants/tickets.ts';
import { DELIVERIES_PER_MINUTE_OF_ADDRESS, hookDeliveries } from '../../shared/hooks/deliver.ts';
import type { Hook } from '../../shared/hooks/schema.ts';
import { sealedSecret } from '../../shared/hooks/secret.ts';
import { type HookAnswer, hookItem, type TicketEnd, ticketEndItem, ticketEndKey } from '../../shared/hooks/store.ts';
import { ticketEnder } from '../../shared/hooks/ticket-end.ts';
import { identityProviderItem } from '../../shared/identity-providers/store.ts';
import type { Commit } from '../../shared/platform/commit.ts';
import { Problem } from '../../shared/platform/problems.ts';
import { sealerOf } from '../../shared/platform/seal.ts';
import type { Project } from '../../shared/tenants/schema.ts';
import { aGrant, T0 } from '../grants/a-grant.ts';
import { anIdentityProvider } from '../identity-providers/an-identity-provider.ts';
import { type Sent, signedBy } from '../peers/hook-senders.ts';
import { anEngine, Died, dyingAfter, dyingBefore } from '../rig/engine.ts';
import { aHook } from './a-hook.ts';

const SECRET = 'a secret of more than sixteen';
const TICKET = { system: 'servicenow', key: 'RITM1' };
const MINUTE = 60_000;

/** A federation with a connected identity provider, and hooks in it; what dies is chosen for each delivery. */
async function aWorld(hooks: (ids: { prj: string; idp: string }) => Partial<Hook>) {
  const engine = anEngine(T0);
  const { table, ids, clock } = engine;
  const sealer = sealerOf('s'.repeat(64));
  const place = { federationId: ids.next('fed'), organizationId: ids.next('org') };
  const project: Project = { id: ids.next('prj'), ...place, name: 'Payments', ...firstVersion(T0) };
  const identityProvider = anIdentityProvider({
    id: ids.next('idp'),
    federationId: place.federationId,
    authorizationType: 'GROUP',
  });
  const id = ids.next('hok');
  const secrets = [{ sealed: sealedSecret(sealer, id, SECRET), endsAt: null }];
  const hook = aHook({ id, ...place, secrets, ...hooks({ prj: project.id, idp: identityProvider.id }) });
  const connection = {
    ...place,
    ...firstVersion(T0),
    identityProviderId: identityProvider.id,
    id: place.organizationId,
    status: 'CONNECTED' as const,
    epoch: 1,
    disconnectedAt: null,
    sweep: null,
  };
  const cause = { actor: { type: 'CALLER', id: 'key_test' }, now: T0, correlationId: 'test', source: null } as const;
  const made = [
    identityProviderItem.create(identityProvider, () => 'stale'),
    connectionItem.create(connectionItem.parse(connection), () => 'stale'),
    hookItem.create(hook, () => 'stale'),
  ];
  await engine.commit({ writes: made, audit: [], events: [] }, cause);

  const counted: [string, number][] = [];
  const use: Use = {
    ...useOn(table),
    count: async (callerId, limit) => void counted.push([callerId, limit]),
  };
  const parts = (commit: Commit) => {
    const all = { ...engine, commit, sealer, pager: pagerOf(sealer, clock), use };
    const nowhere = async (): Promise<never> => {
      throw new Problem('not-found', {});
    };
    return {
      ...all,
      grants: grantService(all),
      revocations: { create: nowhere },
      identityProviders: { find: nowhere },
      tenants: { project: async () => project },
      endTicket: ticketEnder(all),
    };
  };
  const deliver = ({ headers, body }: Sent, commit: Commit = engine.commit) =>
    hookDeliveries(parts(commit)).deliver({
      hookId: hook.id,
      headers,
      body: Buffer.from(body),
      source: ids.next('evt'),
      correlationId: 'test',
    });
  const grants = async () => {
    const { items } = await table.query({ index: 'children', partition: `${project.id}#GRANT`, limit: 100 });
    const found = await table.batchGet(items.map(({ pk }) => grantKey(String(pk))));
    return [...found.values()].map((item) => grantItem.parse(item));
  };
  /** A live grant of the ticket, made by somebody else. */
  const aTicketGrant = async () => {
    const grant = aGrant({
      ...place,
      id: ids.next('grt'),
      projectId: project.id,
      identityProviderId: identityProvider.id,
      epoch: 1,
      expiresAt: null,
      ticket: TICKET,
    });
    const writes = [grantItem.create(grant, () => 'stale'), addLive(grant), ...ticketWrites(grant)];
    await engine.commit({ writes, audit: [], events: [] }, cause);
    return grant.id;
  };
  const order = async (answer: HookAnswer): Promise<TicketEnd | undefined> =>
    ticketEndItem.read(table, ticketEndKey(answer.id));
  return { engine, hook, deliver, grants, aTicketGrant, order, counted };
}

const creating = (more: Partial<Hook> = {}) =>
  aWorld(({ prj, idp }) => ({
    doing: { action: 'CREATE_GRANT', projectId: prj, identityProviderId: idp },
    ...more,
  }));
const ending = () =>
  aWorld(({ prj }) => ({
    doing: { action: 'END_GRANTS_OF_TICKET', projectId: prj },
    mapping: { 'ticket.key': '/number' },
    constants: { 'ticket.system': 'servicenow' },
  }));
const sent = (payload: object) => signedBy(SECRET, payload, { header: 'x-signature' });
const REQUEST = sent({ number: 'RITM1', group: 'db-oncall', duration: 'PT6H' });
const CLOSED = sent({ number: 'RITM1' });

/** Dies at the n-th commit of a delivery, before or after it. */
function dyingAt(commit: Commit, at: number, die: (commit: Commit) => Commit): Commit {
  let count = 0;
  return (...call) => (++count === at ? die(commit) : commit)(...call);
}

describe('I1 who delivers', () => {
  it('is counted by address before anything is looked up, and by hook once it is proven', async () => {
    const { deliver, hook, counted } = await creating();
    const forged = signedBy('a secret that is another one', { number: 'R1' }, { header: 'x-signature' });
    await expect(deliver(forged)).rejects.toMatchObject({ type: 'invalid-signature' });
    expect(counted).toEqual([[expect.stringMatching(/^deliveries from /), DELIVERIES_PER_MINUTE_OF_ADDRESS]]);
    await deliver(REQUEST);
    expect(counted.slice(2)).toEqual([[hook.id, CALLS_PER_MINUTE]]);
  });
});

describe('A9 a delivery that creates a grant', () => {
  it.each([
    ['before', () => dyingBefore],
    ['after', dyingAfter],
  ])('that dies %s its commit and comes again makes one grant', async (_when, die) => {
    const { engine, deliver, grants } = await creating();
    await expect(deliver(REQUEST, die(engine.commit))).rejects.toThrow(Died);
    const answer = await deliver(REQUEST);
    expect(await deliver(REQUEST)).toEqual(answer);
    expect(await grants()).toHaveLength(1);
  });

  it('counts against the hour only what it did', async () => {
    const guards = { equals: {}, maxAgeMs: null, maxActionsPerHour: 2 };
    const { engine, deliver, grants } = await creating({ guards });
    const request = (number: string) => sent({ number, group: number, duration: 'PT6H' });
    await expect(deliver(request('R1'), dyingBefore)).rejects.toThrow(Died);
    const all = await Promise.all(['R1', 'R2', 'R3', 'R4', 'R5'].map((number) => deliver(request(number))));
    expect(all.filter(({ declined }) => declined === undefined)).toHaveLength(2);
    expect(await grants()).toHaveLength(2);
    engine.time.pass(60 * MINUTE);
    expect((await deliver(request('R6'))).declined).toBeUndefined();
    expect(await grants()).toHaveLength(3);
  });

  it('does nothing once its hook has been deleted, though it was proven before', async () => {
    const { engine, deliver, grants, hook } = await creating();
    const deleted: Commit = async (...call) => {
      await engine.commit({ writes: [hookItem.remove(hook)], audit: [], events: [] }, call[1]);
      await engine.commit(...call);
    };
    await expect(deliver(REQUEST, deleted)).rejects.toMatchObject({ type: 'invalid-signature' });
    expect(await grants()).toEqual([]);
  });

  it('that is refused is not kept: corrected, the same bytes are taken', async () => {
    const { deliver, grants } = await creating({
      constants: { 'ticket.system': 'servicenow', 'roles.custom': ['auditor'] },
    });
    await expect(deliver(REQUEST)).rejects.toMatchObject({
      type: 'payload-does-not-fit',
      errors: [{ pointer: '', message: 'roles.custom: The project has no custom role "auditor".' }],
    });
    expect(await grants()).toEqual([]);
  });
});

describe('A9 a delivery that ends the grants of a ticket', () => {
  it.each([1, 2, 3, 4, 5])(
    'that dies at its commit %d, before or after it, and comes again ends all of them',
    async (at) => {
      for (const die of [() => dyingBefore, dyingAfter]) {
        const { engine, deliver, aTicketGrant, grants, order } = await ending();
        for (let count = 0; count < 3; count++) await aTicketGrant();
        await deliver(CLOSED, dyingAt(engine.commit, at, die)).catch((error: unknown) => {
          if (!(error instanceof Died)) throw error;
        });
        const answer = await deliver(CLOSED);
        expect((await grants()).map(({ endedAt, endReason }) => [endedAt, endReason])).toEqual([
          [T0, 'ENDED'],
          [T0, 'ENDED'],
          [T0, 'ENDED'],
        ]);
        expect((await order(answer))?.finishedAt).toBe(T0);
      }
    },
  );

  it('and never comes again is gone on with by the worker', async () => {
    const { engine, deliver, aTicketGrant, grants } = await ending();
    for (let count = 0; count < 3; count++) await aTicketGrant();
    engine.nudged.length = 0;
    await expect(deliver(CLOSED, dyingAt(engine.commit, 1, dyingAfter))).rejects.toThrow(Died);
    expect((await grants()).filter(({ endedAt }) => endedAt !== null)).toEqual([]);
    const [due] = engine.nudged.filter(({ key }) => key.sk === ticketEndItem.name);
    expect(due?.dueAt).toBe(T0 + 35_000);
    engine.time.pass(35_000);
    if (due) await ticketEnder(engine)(due.key, 'test');
    expect((await grants()).map(({ endedAt }) => endedAt)).toEqual([T0 + 35_000, T0 + 35_000, T0 + 35_000]);
  });

  it('side by side with others ends each grant once', async () => {
    const { engine, deliver, aTicketGrant, grants, hook } = await ending();
    const made = [await aTicketGrant(), await aTicketGrant()];
    const answers = await Promise.all(Array.from({ length: 6 }, () => deliver(CLOSED)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect((await grants()).every(({ endedAt }) => endedAt === T0)).toBe(true);
    const ends = await Promise.all(
      made.map((id) => engine.table.query({ index: 'live', partition: `${hook.federationId}#${id}`, limit: 10 })),
    );
    expect(ends.map(({ items }) => items.length)).toEqual([1, 1]); // audit events of each grant
  });
});

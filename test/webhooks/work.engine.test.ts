import { describe, expect, it } from 'vitest';
import { dispatchDue } from '../../shared/dispatcher/dispatch-due.ts';
import { eventWork } from '../../shared/events/work.ts';
import type { Commit } from '../../shared/platform/commit.ts';
import { eventItem, eventKey, type OutgoingEvent } from '../../shared/platform/event-item.ts';
import type { Answered, Failed } from '../../shared/platform/http.ts';
import type { Plan } from '../../shared/platform/plan.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/platform/time.ts';
import { newFederation } from '../../shared/tenants/rules.ts';
import { federationItem } from '../../shared/tenants/store.ts';
import { deliveryId, replayed } from '../../shared/webhooks/delivery-rules.ts';
import { LEASE_MS, releasedAndWoken, SIDE_BY_SIDE } from '../../shared/webhooks/lane-rules.ts';
import { planChange, planCreation, planRemoval, planReplay } from '../../shared/webhooks/plans.ts';
import { changed, newWebhook } from '../../shared/webhooks/rules.ts';
import type { Lane, Webhook } from '../../shared/webhooks/schema.ts';
import type { Send } from '../../shared/webhooks/send.ts';
import {
  deliveryItem,
  deliveryKey,
  laneItem,
  laneKey,
  waitingIn,
  webhookItem,
  webhookKey,
} from '../../shared/webhooks/store.ts';
import { webhookWork } from '../../shared/webhooks/work.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, Died, dyingAfter, dyingBefore, type Engine } from '../rig/engine.ts';

const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'test', source: null } as const;

/** An engine with a bus and a receiver that remember. */
function aWorld(now = T0) {
  const engine = anEngine(now);
  const bus: string[] = [];
  const sent: { webhookId: string; eventId: string; at: number }[] = [];
  let reply: (webhook: Webhook) => Answered | Failed = () => status(204);
  const publish = async ({ id }: OutgoingEvent) => void bus.push(id);
  const send: Send = async ({ id }, event, at) => {
    sent.push({ webhookId: id, eventId: event.id, at });
    const webhook = await webhookItem.read(engine.table, webhookKey(id));
    if (!webhook) throw new Error('it is gone');
    return reply(webhook);
  };
  return {
    ...engine,
    bus,
    sent,
    publish,
    send,
    answer: (status: typeof reply) => {
      reply = status;
    },
  };
}
type World = ReturnType<typeof aWorld>;
const status = (code: number, headers: Record<string, string> = {}): Answered => ({
  kind: 'answered',
  status: code,
  headers,
  body: new Uint8Array(),
  url: 'https://hooks.acme.com/',
  address: '203.0.113.7',
});

async function aFederation({ commit, ids }: Engine): Promise<string> {
  const federation = newFederation(ids.next('fed'), 'Acme', T0);
  await commit({ writes: [federationItem.create(federation, () => 'stale')], audit: [], events: [] }, CAUSE);
  return federation.id;
}
async function aWebhook({ commit, ids }: Engine, federationId: string, events: Webhook['events'] = null) {
  const webhook = {
    ...newWebhook(ids.next('whk'), federationId, { url: 'https://hooks.acme.com/' }, 'sealed', T0),
    events,
  };
  await commit(planCreation(webhook), CAUSE);
  return webhook;
}
/** Something happens, and its event is written with it. */
async function happens(world: World, federationId: string, count = 1): Promise<string[]> {
  world.nudged.length = 0;
  const event = { federationId, type: 'grant.created', subject: 'grt_1', data: { id: 'grt_1' } };
  const plan: Plan = { writes: [], audit: [], events: Array.from({ length: count }, () => event) };
  await world.commit(plan, { ...CAUSE, now: world.clock() });
  return world.nudged.filter(({ key }) => key.sk === 'EVENT').map(({ key }) => key.pk);
}

const tell = (world: World, id: string, commit: Commit = world.commit) =>
  eventWork({ ...world, commit })(eventKey(id), 'test');
const run = (world: World, { id }: Pick<Webhook, 'id'>, commit: Commit = world.commit, send: Send = world.send) =>
  webhookWork({ ...world, commit, send })(laneKey(id), 'test');
const lane = async ({ table }: World, { id }: Pick<Webhook, 'id'>): Promise<Lane> => {
  const found = await laneItem.read(table, laneKey(id));
  if (!found) throw new Error('there is no lane');
  return found;
};
const delivery = ({ table }: World, eventId: string, { id }: Pick<Webhook, 'id'>) =>
  deliveryItem.read(table, deliveryKey(deliveryId(eventId, id)));
const eventOf = ({ table }: World, id: string) => eventItem.read(table, eventKey(id));
const waiting = ({ table }: World, { id }: Pick<Webhook, 'id'>) => waitingIn(table, id, 100);

const dyingAt = (nth: number, commit: Commit, when: 'before' | 'after'): Commit => {
  let calls = 0;
  return (...call) => {
    if (++calls !== nth) return commit(...call);
    return when === 'before' ? dyingBefore(...call) : dyingAfter(commit)(...call);
  };
};
/** What queue and dispatcher do after a death: everything that is due is looked at again, and again. */
async function recovers(world: World, eventIds: readonly string[], webhooks: readonly Webhook[]): Promise<void> {
  for (let round = 0; round < 3; round++) {
    world.time.pass(LEASE_MS);
    for (const id of eventIds) await tell(world, id);
    for (const webhook of webhooks) await run(world, webhook);
  }
}

describe('A7 an event, told', () => {
  it('makes one delivery for each webhook that wants it, however often and by however many it is told', async () => {
    const world = aWorld();
    const federationId = await aFederation(world);
    const stranger = await aWebhook(world, await aFederation(world));
    const hooks = await Promise.all([1, 2, 3].map(() => aWebhook(world, federationId)));
    const other = await aWebhook(world, federationId, ['grant.ended']);
    const [id = ''] = await happens(world, federationId);
    await Promise.all([1, 2, 3, 4].map(() => tell(world, id)));
    await tell(world, id);
    for (const hook of hooks) {
      expect(await delivery(world, id, hook)).toMatchObject({ status: 'PENDING', eventId: id, version: 1 });
      expect(await waiting(world, hook)).toHaveLength(1);
      expect(await lane(world, hook)).toMatchObject({ nextAt: T0 });
    }
    for (const hook of [other, stranger]) {
      expect(await delivery(world, id, hook)).toBeUndefined();
      expect(await lane(world, hook)).toMatchObject({ nextAt: null });
    }
    expect(await eventOf(world, id)).toMatchObject({ fannedOutAt: T0, publishedAt: T0 });
    expect(new Set(world.bus)).toEqual(new Set([id]));
  });

  it('reaches more webhooks than one page has', async () => {
    const world = aWorld();
    const federationId = await aFederation(world);
    const hooks = await Promise.all(Array.from({ length: 45 }, () => aWebhook(world, federationId)));
    const [id = ''] = await happens(world, federationId);
    await tell(world, id);
    expect((await Promise.all(hooks.map((hook) => delivery(world, id, hook)))).filter(Boolean)).toHaveLength(45);
    expect(world.bus).toEqual([id]);
  });

  // Deliveries, then waking, then the end of the fan-out and of the bus's taking.
  const DEATHS = [1, 2, 3].flatMap((nth) => (['before', 'after'] as const).map((when) => ({ nth, when })));
  it.each(DEATHS)('is told in full when the worker dies $when commit $nth', async ({ nth, when }) => {
    const world = aWorld();
    const federationId = await aFederation(world);
    const hook = await aWebhook(world, federationId);
    const [id = ''] = await happens(world, federationId);
    await expect(tell(world, id, dyingAt(nth, world.commit, when))).rejects.toThrow(Died);
    await recovers(world, [id], [hook]);
    expect(await eventOf(world, id)).toMatchObject({ publishedAt: expect.any(Number) });
    expect(new Set(world.bus)).toEqual(new Set([id]));
    expect(world.sent.map(({ eventId }) => eventId)).toEqual([id]);
    expect(await delivery(world, id, hook)).toMatchObject({ status: 'DELIVERED', attemptCount: 1 });
    expect(await lane(world, hook)).toMatchObject({ nextAt: null, leaseUntil: null });
  });

  it('reaches webhooks also while the bus takes nothing, and stays due until it does', async () => {
    const world = aWorld();
    const federationId = await aFederation(world);
    const hook = await aWebhook(world, federationId);
    const [id = ''] = await happens(world, federationId);
    const publish = async () => {
      throw new Error('ThrottlingException');
    };
    await eventWork({ ...world, publish })(eventKey(id), 'test');
    await run(world, hook);
    expect(world.sent).toHaveLength(1);
    world.nudged.length = 0;
    world.time.pass(MINUTE_MS);
    await dispatchDue(world)('test');
    expect(world.nudged.filter(({ key }) => key.pk === id)).toHaveLength(1);
    await tell(world, id);
    expect(world.bus).toEqual([id]);
    expect(world.sent).toHaveLength(1);
  });
});

describe('A7 a lane, run', () => {
  async function told(world: World, events = 1) {
    const federationId = await aFederation(world);
    const hook = await aWebhook(world, federationId);
    const ids = await happens(world, federationId, events);
    for (const id of ids) await tell(world, id);
    return { hook, ids, federationId };
  }

  it('sends all that is due, each once, however many workers come', async () => {
    const world = aWorld();
    const { hook, ids } = await told(world, 20);
    await Promise.all([1, 2, 3, 4].map(() => run(world, hook)));
    await run(world, hook);
    expect(world.sent.map(({ eventId }) => eventId).sort()).toEqual([...ids].sort());
    expect(await waiting(world, hook)).toEqual([]);
    expect(await lane(world, hook)).toMatchObject({ nextAt: null, leaseUntil: null, isDrowsy: false, runs: 0 });
  });

  it('has no more than a few in hand at once', async () => {
    const world = aWorld();
    const { hook } = await told(world, 30);
    let inHand = 0;
    let most = 0;
    const send: Send = async (...call) => {
      most = Math.max(most, ++inHand);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inHand--;
      return world.send(...call);
    };
    await Promise.all([1, 2, 3].map(() => run(world, hook, world.commit, send)));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(SIDE_BY_SIDE);
    expect(world.sent).toHaveLength(30);
  });

  // The lease, the record, drowsy, asleep.
  const DEATHS = [1, 2, 3, 4].flatMap((nth) => (['before', 'after'] as const).map((when) => ({ nth, when })));
  it.each(DEATHS)('loses nothing when the worker dies $when commit $nth, and sends twice at most', async (death) => {
    const world = aWorld();
    const { hook, ids } = await told(world);
    await expect(run(world, hook, dyingAt(death.nth, world.commit, death.when))).rejects.toThrow();
    await recovers(world, ids, [hook]);
    expect(await delivery(world, ids[0] ?? '', hook)).toMatchObject({ status: 'DELIVERED' });
    expect(new Set(world.sent.map(({ eventId }) => eventId))).toEqual(new Set(ids));
    expect(world.sent.length).toBe(death.nth === 2 && death.when === 'before' ? 2 : 1);
    expect(await lane(world, hook)).toMatchObject({ nextAt: null, leaseUntil: null, isDrowsy: false });
  });

  it('sees a delivery that is added at any moment of a run', async () => {
    for (let nth = 1; nth <= 4; nth++) {
      for (const when of ['before', 'after'] as const) {
        const world = aWorld();
        const { hook, federationId } = await told(world);
        let calls = 0;
        let late = '';
        const add = async () => {
          [late = ''] = await happens(world, federationId);
          await tell(world, late);
        };
        const commit: Commit = async (...call) => {
          const isNow = ++calls === nth;
          if (isNow && when === 'before') await add();
          await world.commit(...call);
          if (isNow && when === 'after') await add();
        };
        await run(world, hook, commit);
        // Sent in this run, or the lane is due: whoever comes next sees it.
        if (!world.sent.some(({ eventId }) => eventId === late)) {
          expect(await lane(world, hook), `${when} commit ${nth}`).toMatchObject({ nextAt: T0 });
          await recovers(world, [], [hook]);
        }
        expect(
          world.sent.map(({ eventId }) => eventId).filter((id) => id === late),
          `${when} ${nth}`,
        ).toHaveLength(1);
      }
    }
  });

  it('sleeps until its soonest retry and is nudged for it', async () => {
    const world = aWorld();
    world.answer(() => status(500));
    const { hook, ids } = await told(world);
    world.nudged.length = 0;
    await run(world, hook);
    const found = await delivery(world, ids[0] ?? '', hook);
    const retryAt = found?.nextAttemptAt ?? 0;
    expect(retryAt).toBeGreaterThanOrEqual(T0 + 5000);
    expect(await lane(world, hook)).toMatchObject({ nextAt: retryAt, failures: 1, heldUntil: null });
    expect(world.nudged.filter(({ key }) => key.sk === 'LANE').at(-1)?.dueAt).toBe(retryAt);
    world.time.set(retryAt - 1000);
    await run(world, hook);
    expect(world.sent).toHaveLength(1);
    world.time.set(retryAt);
    await run(world, hook);
    expect(world.sent).toHaveLength(2);
  });

  it('leaves a receiver alone that takes nothing, and tries a few of what waits now and then', async () => {
    const world = aWorld();
    world.answer(() => ({
      kind: 'failed',
      code: 'timeout',
      detail: '',
      publicCode: 'unreachable',
      publicDetail: 'It gave no complete answer in time.',
    }));
    const { hook } = await told(world, 40);
    await run(world, hook);
    expect(world.sent).toHaveLength(2 * SIDE_BY_SIDE);
    expect((await lane(world, hook)).heldUntil).toBe(T0 + 15_000);
    await run(world, hook);
    expect(world.sent).toHaveLength(2 * SIDE_BY_SIDE);
    for (let minute = 0; minute < 10; minute++) {
      world.time.pass(MINUTE_MS);
      await run(world, hook);
    }
    expect(world.sent.length).toBeLessThanOrEqual(2 * SIDE_BY_SIDE + 10 * SIDE_BY_SIDE);
    world.answer(() => status(200));
    world.time.pass(HOUR_MS);
    await run(world, hook);
    expect(await waiting(world, hook)).toEqual([]);
  });

  it('stops with 410, which is told; what waits stays, and goes on once it is enabled', async () => {
    const world = aWorld();
    world.answer(() => status(410));
    const { hook, ids } = await told(world, SIDE_BY_SIDE + 3);
    world.nudged.length = 0;
    await run(world, hook);
    expect(world.sent).toHaveLength(SIDE_BY_SIDE);
    const disabled = await webhookItem.read(world.table, webhookKey(hook.id));
    expect(disabled).toMatchObject({ status: 'DISABLED', disabledReason: 'GONE' });
    expect(world.nudged.filter(({ key }) => key.sk === 'EVENT')).toHaveLength(1);
    expect(await lane(world, hook)).toMatchObject({ nextAt: null });
    expect(await waiting(world, hook)).toHaveLength(3);

    world.answer(() => status(200));
    const enabled = disabled && changed(disabled, { status: 'ENABLED' }, T0 + 1);
    if (enabled) {
      await world.commit(planChange(disabled, enabled, releasedAndWoken(await lane(world, hook), T0)), CAUSE);
    }
    await run(world, hook);
    expect(world.sent.map(({ eventId }) => eventId).sort()).toEqual([...ids].sort());
  });

  it('given another address while the old one asks for an hour is not held back there', async () => {
    const world = aWorld();
    const { hook, ids } = await told(world);
    const send: Send = async () => {
      const moved = changed(hook, { url: 'https://moved.acme.com/' }, T0);
      await world.commit(planChange(hook, moved, releasedAndWoken(await lane(world, hook), T0)), CAUSE);
      return status(503, { 'retry-after': '3600' });
    };
    await run(world, hook, world.commit, send);
    expect(await lane(world, hook)).toMatchObject({ heldUntil: null, failures: 0 });
    const { nextAttemptAt } = (await delivery(world, ids[0] ?? '', hook)) ?? {};
    expect(nextAttemptAt).toBeLessThan(T0 + MINUTE_MS);
  });

  it('given another address while the old one answers 410 goes on there', async () => {
    const world = aWorld();
    const { hook, ids } = await told(world);
    const url = 'https://moved.acme.com/';
    const send: Send = async (webhook, ...rest) => {
      if (webhook.url === url) return world.send(webhook, ...rest);
      const moved = changed(hook, { url }, T0);
      await world.commit(planChange(hook, moved, releasedAndWoken(await lane(world, hook), T0)), CAUSE);
      return status(410);
    };
    await run(world, hook, world.commit, send);
    expect(await webhookItem.read(world.table, webhookKey(hook.id))).toMatchObject({ status: 'ENABLED', url });
    world.time.pass(MINUTE_MS);
    await run(world, hook, world.commit, send);
    expect(await delivery(world, ids[0] ?? '', hook)).toMatchObject({ status: 'DELIVERED', attemptCount: 2 });
  });

  it('enabled at any moment of a run is not forgotten', async () => {
    for (let nth = 1; nth <= 3; nth++) {
      const world = aWorld();
      const { hook } = await told(world);
      const before = await webhookItem.read(world.table, webhookKey(hook.id));
      const disabled = before && changed(before, { status: 'DISABLED' }, T0);
      if (disabled) await world.commit(planChange(before, disabled, undefined), CAUSE);
      let calls = 0;
      const commit: Commit = async (...call) => {
        if (++calls === nth) {
          const now = await webhookItem.read(world.table, webhookKey(hook.id));
          const enabled = now && changed(now, { status: 'ENABLED' }, T0);
          if (enabled)
            await world.commit(planChange(now, enabled, releasedAndWoken(await lane(world, hook), T0)), CAUSE);
        }
        await world.commit(...call);
      };
      await run(world, hook, commit);
      await recovers(world, [], [hook]);
      expect(world.sent, `before commit ${nth}`).toHaveLength(calls < nth ? 0 : 1);
    }
  });

  it('keeps a replay that is asked for while its delivery is being sent', async () => {
    const world = aWorld();
    const { hook, ids } = await told(world);
    let isDone = false;
    const send: Send = async (...call) => {
      if (!isDone) {
        isDone = true;
        const before = await delivery(world, ids[0] ?? '', hook);
        const woken = releasedAndWoken(await lane(world, hook), T0);
        if (before) await world.commit(planReplay(before, replayed(before, T0), woken), CAUSE);
      }
      return world.send(...call);
    };
    await run(world, hook, world.commit, send);
    await recovers(world, [], [hook]);
    expect(world.sent).toHaveLength(2);
    expect(await delivery(world, ids[0] ?? '', hook)).toMatchObject({ status: 'DELIVERED', attemptCount: 2, turn: 1 });
  });

  it('of a webhook that was deleted sends nothing and rests', async () => {
    const world = aWorld();
    const { hook } = await told(world);
    await world.commit(planRemoval(hook), CAUSE);
    await run(world, hook);
    expect(world.sent).toEqual([]);
  });

  it('does not send what is older than 30 days', async () => {
    const world = aWorld();
    const { hook } = await told(world);
    world.time.pass(30 * DAY_MS);
    await run(world, hook);
    expect(world.sent).toEqual([]);
    expect(await waiting(world, hook)).toEqual([]);
    expect(await lane(world, hook)).toMatchObject({ nextAt: null });
  });

  it('is the only thing that the dispatcher finds, however many wait', async () => {
    const world = aWorld();
    const { hook } = await told(world, 12);
    world.nudged.length = 0;
    await dispatchDue(world)('test');
    expect(world.nudged.filter(({ key }) => key.pk === hook.id)).toEqual([{ key: laneKey(hook.id), dueAt: T0 }]);
  });
});

import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { auditShards } from '../../shared/platform/audit-item.ts';
import { commitWith, LOOK_AHEAD_MS, Stale } from '../../shared/platform/commit.ts';
import { itemKind } from '../../shared/platform/item.ts';
import type { Plan } from '../../shared/platform/plan.ts';
import { Problem } from '../../shared/platform/problems.ts';
import { newFederation } from '../../shared/tenants/rules.ts';
import { federationItem, federationKey } from '../../shared/tenants/store.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, type Engine } from '../rig/engine.ts';

const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'c', source: null } as const;
const plan = (writes: Plan['writes'], part: Partial<Plan> = {}): Plan => ({ writes, audit: [], events: [], ...part });

/** The engine's table, of which the first `times` transactions are cancelled as a busy AWS table cancels them. */
function busy(engine: Engine, times: number) {
  const tokens: (string | undefined)[] = [];
  const send = engine.table.client.send.bind(engine.table.client);
  const client = Object.create(engine.table.client, {
    send: {
      value: (command: unknown) => {
        if (!(command instanceof TransactWriteItemsCommand)) return Reflect.apply(send, undefined, [command]);
        tokens.push(command.input.ClientRequestToken);
        if (tokens.length > times) return Reflect.apply(send, undefined, [command]);
        return Promise.reject(
          new TransactionCanceledException({
            message: 'busy',
            $metadata: {},
            CancellationReasons: [{ Code: 'TransactionConflict' }],
          }),
        );
      },
    },
  });
  return { commit: commitWith({ ...engine, table: { ...engine.table, client } }), tokens };
}

describe('commit', () => {
  it('writes items, audit and events in one transaction, or nothing', async () => {
    const engine = anEngine(T0);
    const federation = newFederation(engine.ids.next('fed'), 'Acme', T0);
    const audit = [
      {
        federationId: federation.id,
        action: 'federation.create',
        resource: { type: 'federation', id: federation.id },
        before: null,
        after: {},
      },
    ];
    const refused = () => new Problem('not-found', {});
    const missing = federationItem.exists(federationKey('fed_none'), refused);
    const create = federationItem.create(federation, () => 'stale');
    await expect(engine.commit(plan([create, missing], { audit }), CAUSE)).rejects.toThrow(Problem);
    const events = async () =>
      (
        await Promise.all(auditShards(federation.id).map((partition) => engine.table.query({ partition, limit: 5 })))
      ).flatMap(({ items }) => items);
    expect(await federationItem.read(engine.table, federationKey(federation.id))).toBeUndefined();
    expect(await events()).toEqual([]);
    await engine.commit(plan([create], { audit }), CAUSE);
    expect(await events()).toMatchObject([{ action: 'federation.create', at: T0, actor: { type: 'SYSTEM' } }]);
  });

  it('is stale when what was read has changed since', async () => {
    const engine = anEngine(T0);
    const federation = newFederation(engine.ids.next('fed'), 'Acme', T0);
    await engine.commit(plan([federationItem.create(federation, () => 'stale')]), CAUSE);
    await engine.commit(plan([federationItem.replace({ ...federation, name: 'One' })]), CAUSE);
    await expect(engine.commit(plan([federationItem.replace({ ...federation, name: 'Two' })]), CAUSE)).rejects.toThrow(
      Stale,
    );
    expect(await federationItem.read(engine.table, federationKey(federation.id))).toMatchObject({
      name: 'One',
      version: 2,
    });
  });

  it('tries again when transactions conflict, each time as the same request', async () => {
    const engine = anEngine(T0);
    const federation = newFederation(engine.ids.next('fed'), 'Acme', T0);
    const { commit, tokens } = busy(engine, 3);
    await commit(plan([federationItem.create(federation, () => 'stale')]), CAUSE);
    expect(tokens).toHaveLength(4);
    expect(new Set(tokens).size).toBe(1);
    expect(await federationItem.read(engine.table, federationKey(federation.id))).toEqual(federation);
  });

  it('says that it is unavailable when the table stays busy, and has changed nothing', async () => {
    const engine = anEngine(T0);
    const federation = newFederation(engine.ids.next('fed'), 'Acme', T0);
    const { commit } = busy(engine, Number.POSITIVE_INFINITY);
    const refused = commit(plan([federationItem.create(federation, () => 'stale')]), CAUSE);
    await expect(refused).rejects.toMatchObject({ type: 'unavailable' });
    expect(await federationItem.read(engine.table, federationKey(federation.id))).toBeUndefined();
  });

  it('nudges what falls due before the dispatcher would find it, and has happened even if that fails', async () => {
    const Thing = z.object({ id: z.string(), version: z.number(), at: z.number() });
    const thing = itemKind<z.infer<typeof Thing>>({
      name: 'THING',
      schema: Thing,
      key: ({ id }) => ({ pk: id, sk: 'THING' }),
      dueAt: ({ at }) => at,
    });
    const engine = anEngine(T0);
    const made = (at: number) => thing.create({ id: engine.ids.next('grt'), version: 1, at }, () => 'stale');
    await engine.commit(plan([made(T0 + LOOK_AHEAD_MS), made(T0 + LOOK_AHEAD_MS + 1)]), CAUSE);
    expect(engine.nudged.map(({ dueAt }) => dueAt)).toEqual([T0 + LOOK_AHEAD_MS]);

    const nudge = () => Promise.reject(new Error('the queue is away'));
    const write = made(T0);
    await commitWith({ ...engine, nudger: { nudge } })(plan([write]), CAUSE);
    expect(await thing.read(engine.table, write.key)).toMatchObject({ at: T0 });
    expect(engine.lines.join()).toContain('nudge failed');
  });
});

import { sign } from 'node:crypto';
import { type AttributeValue, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RootStore } from '../../shared/audit/root-store.ts';
import { endAt, GENESIS, type KeptRoot, type NewLink, NO_HASH, nextSeal } from '../../shared/audit/seal-rules.ts';
import { Seal } from '../../shared/audit/seal-schema.ts';
import { newestRoot, sealItem, sealsOf } from '../../shared/audit/seal-store.ts';
import { auditSealer } from '../../shared/audit/sealer.ts';
import { verifyAudit } from '../../shared/audit/verify.ts';
import { type AuditEvent, auditItem, auditLog } from '../../shared/platform/audit-item.ts';
import { drawnAt, firstIdAt } from '../../shared/platform/ids.ts';
import type { Key, Table } from '../../shared/platform/table.ts';
import { MINUTE_MS, SECOND_MS } from '../../shared/platform/time.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, aTableOfItsOwn, Died } from '../rig/engine.ts';
import { MemoryLedger, privateKey, publicKey } from './a-seal.ts';

/** Dies at the given step, before or after it is done; a step is whatever the sealer asks of somebody else. */
function mortal(diesAt: number | undefined) {
  let steps = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (steps++ === diesAt) throw new Died('before a step');
    const done = await work();
    if (steps++ === diesAt) throw new Died('after a step');
    return done;
  };
  return { step, taken: () => steps };
}

/** A system that seals, on a table of its own. */
async function aSealedSystem() {
  const engine = anEngine(T0, await aTableOfItsOwn());
  const kept: KeptRoot[] = [];
  const events: AuditEvent[] = [];
  const roots: RootStore = {
    newest: async (hint) => {
      if (hint > kept.length) throw new Error(`root ${hint} is missing`);
      return kept.at(-1);
    },
    async put(root) {
      if (root.root.sequence <= kept.length) return false;
      kept.push(root);
      return true;
    },
    async *all() {
      for (const { root, text } of kept) yield { name: String(root.sequence), text };
    },
  };
  /** How many ms pass while a page is read. */
  const slowness = { ms: 0 };
  const table: Table = {
    ...engine.table,
    async query(query) {
      if (query.index) engine.time.pass(slowness.ms);
      return engine.table.query(query);
    },
  };
  const run = async (diesAt?: number) => {
    const { step, taken } = mortal(diesAt);
    const seal = auditSealer({
      ...engine,
      table,
      commit: (...call) => step(() => engine.commit(...call)),
      sign: (text) => step(async () => sign('sha256', Buffer.from(text), privateKey)),
      roots: { ...roots, put: (root) => step(() => roots.put(root)) },
    });
    await seal('test').catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
    return taken();
  };
  return {
    engine,
    events,
    run,
    kept,
    slowness,
    seals: async (shard: number) => {
      const seals: Seal[] = [];
      for await (const item of sealsOf(engine.table, shard, 0)) seals.push(Seal.parse(item));
      return seals;
    },
    /** An event that turns up now, though its identifier was drawn so long ago. */
    async happen(late = 0) {
      const at = engine.clock() - late;
      const number = events.length;
      const id = `${firstIdAt('evt', at).slice(0, -4)}${String(number).padStart(4, '0')}`;
      const event: AuditEvent = {
        id,
        version: 1,
        federationId: `fed_${number % 3}`,
        shard: number % 2,
        at,
        actor: { type: 'SYSTEM', id: 'test' },
        action: 'a.b',
        resource: { type: 'a', id: `a_${number}` },
        before: null,
        after: { number },
        source: null,
        correlationId: 'c',
      };
      events.push(event);
      await engine.commit(
        { writes: [auditItem.create(event, () => 'stale')], audit: [], events: [] },
        { actor: event.actor, now: at, correlationId: 'c', source: null },
      );
    },
    async verify() {
      const findings: string[] = [];
      const ledger = new MemoryLedger();
      const all = async function* () {
        yield await Promise.all(
          events.map((event) => engine.table.get(auditItem.key(event)).then((item) => item ?? {})),
        );
      };
      const report = await verifyAudit(
        {
          events: all(),
          seals: (shard, after) => sealsOf(engine.table, shard, after),
          event: (key) => engine.table.get(key),
          roots: roots.all(),
          namedRoot: (await newestRoot(engine.table))?.sequence ?? 0,
          publicKey,
          now: engine.clock,
          ledger,
        },
        (finding) => findings.push(finding),
      );
      return { findings, report };
    },
  };
}
type SealedSystem = Awaited<ReturnType<typeof aSealedSystem>>;

const putItem = ({ engine: { table } }: SealedSystem, item: object, more: Record<string, AttributeValue> = {}) =>
  table.client.send(new PutItemCommand({ TableName: table.name, Item: { ...marshall(item), ...more } }));
const removeItem = ({ engine: { table } }: SealedSystem, key: Key) =>
  table.client.send(new DeleteItemCommand({ TableName: table.name, Key: marshall(key) }));

/** Until all that has happened has settled, and is sealed. */
async function comeToRest({ engine, run }: SealedSystem) {
  engine.time.pass(3 * MINUTE_MS);
  await run();
}

describe('the audit sealer', () => {
  it('leaves alone what has not settled', async () => {
    const system = await aSealedSystem();
    await system.happen();
    await system.run();
    expect((await system.verify()).report).toMatchObject({ events: 0, unsealed: { count: 1, since: T0 } });
    system.engine.time.pass(MINUTE_MS + 59 * SECOND_MS);
    await system.run();
    expect((await system.verify()).report.events).toBe(0);
    system.engine.time.pass(SECOND_MS);
    await system.run();
    expect((await system.verify()).report).toMatchObject({ events: 1, unsealed: { count: 0 } });
  });

  it('makes a root when something was sealed, and every ten minutes', async () => {
    const { engine, run, happen, kept } = await aSealedSystem();
    await run();
    expect(kept).toHaveLength(1);
    engine.time.pass(MINUTE_MS);
    await run();
    expect(kept).toHaveLength(1);
    engine.time.pass(9 * MINUTE_MS);
    await run();
    expect(kept).toHaveLength(2);
    await happen();
    engine.time.pass(2 * MINUTE_MS);
    await run();
    expect(kept.map(({ root }) => root.count)).toEqual([0, 0, 1]);
  });

  it('chains each event once wherever it dies, and goes on from there', async () => {
    const whole = await aSealedSystem();
    for (let count = 0; count < 5; count++) await whole.happen();
    whole.engine.time.pass(2 * MINUTE_MS);
    const steps = await whole.run();
    expect(steps).toBeGreaterThanOrEqual(10); // two seals, a signature, a root, the hint: before and after each
    for (let diesAt = 0; diesAt < steps; diesAt++) {
      const system = await aSealedSystem();
      for (let count = 0; count < 5; count++) await system.happen();
      system.engine.time.pass(2 * MINUTE_MS);
      await system.run(diesAt);
      await system.happen();
      await comeToRest(system);
      const { findings, report } = await system.verify();
      expect(findings).toEqual([]);
      expect(report).toMatchObject({ events: 6, unsealed: { count: 0 } });
    }
  });

  it('chains each event once when many run at the same time', async () => {
    const system = await aSealedSystem();
    for (let round = 0; round < 5; round++) {
      for (let count = 0; count < 4; count++) await system.happen();
      system.engine.time.pass(2 * MINUTE_MS);
      await Promise.all([system.run(), system.run(), system.run()]);
    }
    await comeToRest(system);
    const { findings, report } = await system.verify();
    expect(findings).toEqual([]);
    expect(report).toMatchObject({ events: 20, unsealed: { count: 0 } });
  });

  it('catches up from where it stood, in seals of 200 events', async () => {
    const system = await aSealedSystem();
    await system.run();
    for (let count = 0; count < 500; count += 20) await Promise.all(Array.from({ length: 20 }, () => system.happen()));
    system.engine.time.pass(3 * 24 * 60 * MINUTE_MS);
    await system.run();
    const { findings, report } = await system.verify();
    expect(findings).toEqual([]);
    expect(report).toMatchObject({ events: 500, seals: 4, roots: 2, unsealed: { count: 0 } });
  });

  describe('does not go on with a chain', () => {
    const anEvent = (at: number) => ({ federationId: 'fed_1', id: firstIdAt('evt', at), hash: NO_HASH });
    /** One seal and a root, and then a seal by who may write to the table and has read how they are made. */
    async function aForgedSystem(link: Pick<NewLink, 'upTo' | 'events'>, change: Partial<Seal> = {}) {
      const system = await aSealedSystem();
      await system.happen();
      system.engine.time.pass(30 * MINUTE_MS);
      await system.run();
      const [first] = await system.seals(0);
      if (!first) throw new Error('nothing is sealed');
      const seal = { ...nextSeal(endAt(first), { shard: 0, at: system.engine.clock(), ...link }), ...change };
      await putItem(system, { ...sealItem.key(seal), ...seal });
      return { ...system, first };
    }
    const settled = T0 + 29 * MINUTE_MS;

    it.each([
      [
        'an event of a time that was vouched for',
        { upTo: settled, events: [anEvent(T0 + MINUTE_MS)] },
        {},
        'was vouched for before',
      ],
      ['what has not settled', { upTo: T0 + 60 * MINUTE_MS, events: [] }, {}, 'what has not settled'],
      ['a hash of something else', { upTo: settled, events: [] }, { at: 1 }, 'its hash is not'],
      ['another seal before it', { upTo: settled, events: [] }, { previousHash: NO_HASH }, 'its hash is not'],
      ['a seal missing before it', { upTo: settled, events: [] }, { sequence: 3 }, 'hash'],
    ])('that ends with a forged seal: %s', async (_, link, change, why) => {
      const system = await aForgedSystem(link, change);
      system.engine.time.pass(10 * MINUTE_MS);
      await expect(system.run()).rejects.toThrow(why);
      expect(system.kept).toHaveLength(1);
    });

    it('that was cut off, or rewritten below its root', async () => {
      const { first, ...system } = await aForgedSystem({ upTo: settled, events: [] });
      for (const { sequence } of await system.seals(0)) await removeItem(system, sealItem.key({ ...first, sequence }));
      await expect(system.run()).rejects.toThrow('vouches for another seal 1');
      const other = nextSeal({ head: GENESIS, upTo: 0 }, { ...first, events: [] });
      await putItem(system, { ...sealItem.key(other), ...other });
      await expect(system.run()).rejects.toThrow('vouches for another seal 1');
    });
  });

  it('does nothing when the future is sealed', async () => {
    const system = await aSealedSystem();
    await system.run();
    system.engine.time.pass(-10 * MINUTE_MS);
    await expect(system.run()).rejects.toThrow('says that the future is sealed');
  });

  it('is stopped by nothing that an event holds, or calls itself', async () => {
    const system = await aSealedSystem();
    await system.happen();
    const item = { id: 'evt_~', federationId: 7, after: '\ud800', parentKey: auditLog(0) };
    const inTime = `${firstIdAt('evt', T0).slice(0, 14)}ILOU`;
    await putItem(system, { ...item, pk: 'AUDIT#fed_0#0', sk: inTime, id: inTime }, { before: { N: '1e100' } });
    await putItem(system, { ...item, pk: 'AUDIT#fed_1#0', sk: firstIdAt('evt', T0 - 1), id: firstIdAt('evt', T0 + 1) });
    await comeToRest(system);
    const sealed = (await system.seals(0)).flatMap(({ events }) => events);
    expect(sealed.map(({ id }) => id)).toEqual([system.events[0]?.id, inTime]);
  });

  it('works for 35 s, whatever it reads, goes on from there, and says at its end that it is far behind', async () => {
    const system = await aSealedSystem();
    await system.run();
    for (let count = 0; count < 1200; count += 20) {
      await Promise.all(Array.from({ length: 20 }, () => system.happen()));
      system.engine.time.pass(MINUTE_MS);
    }
    system.slowness.ms = 3 * SECOND_MS;
    system.engine.time.pass(3 * 60 * MINUTE_MS);
    let runs = 0;
    for (; runs < 40; runs++) {
      const failure = await system.run().catch((error: unknown) => error);
      if (!(failure instanceof Error)) break;
      expect(failure.message).toMatch(/^the audit is \d+ minutes behind/);
      system.engine.time.pass(MINUTE_MS);
    }
    expect(runs).toBeGreaterThanOrEqual(1);
    expect(runs).toBeLessThan(40);
    for (const seals of [await system.seals(0), await system.seals(1)])
      for (const { events, upTo } of seals.slice(0, -1)) expect(upTo).toBe(drawnAt(events.at(-1)?.id ?? '') + 1);
    system.slowness.ms = 0;
    await comeToRest(system);
    const { findings, report } = await system.verify();
    expect(findings).toEqual([]);
    expect(report).toMatchObject({ events: 1200, unsealed: { count: 0 } });
  });

  const step = fc.oneof(
    fc.record({ kind: fc.constant('event' as const), late: fc.integer({ min: 0, max: 9 * MINUTE_MS }) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 15 * MINUTE_MS }) }),
    fc.record({ kind: fc.constant('run' as const), diesAt: fc.option(fc.nat({ max: 12 }), { nil: undefined }) }),
    fc.record({ kind: fc.constant('two runs' as const) }),
  );
  it('chains each event exactly once in whatever order events turn up and runs die, and never out of the window', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const system = await aSealedSystem();
        for (const move of steps) {
          if (move.kind === 'event') await system.happen(move.late);
          else if (move.kind === 'pass') system.engine.time.pass(move.ms);
          else if (move.kind === 'run') await system.run(move.diesAt);
          else await Promise.all([system.run(), system.run()]);
        }
        await comeToRest(system);
        const { findings, report } = await system.verify();
        expect(findings).toEqual([]);
        expect(report).toMatchObject({ events: system.events.length, unsealed: { count: 0 } });
        for (const { root } of system.kept)
          expect(Date.parse(root.sealedUpTo)).toBeLessThanOrEqual(Date.parse(root.at));
        expect(system.events.every(({ id, at }) => drawnAt(id) === at)).toBe(true);
      }),
      { numRuns: 12 },
    ));
});

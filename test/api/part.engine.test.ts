import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Call } from '../../shared/api/call.ts';
import { idempotencyWith, type PartsLease } from '../../shared/api/idempotency.ts';
import type { Fingerprinted } from '../../shared/api/kept-call.ts';
import { carryOutPart } from '../../shared/api/part.ts';
import { transact } from '../../shared/api/transact.ts';
import { callerOfHook } from '../../shared/hooks/rules.ts';
import type { Commit } from '../../shared/platform/commit.ts';
import { itemKind } from '../../shared/platform/item.ts';
import { NOTHING } from '../../shared/platform/plan.ts';
import { Problem } from '../../shared/platform/problems.ts';
import { sealerOf } from '../../shared/platform/seal.ts';
import { T0 } from '../grants/a-grant.ts';
import { aHook } from '../hooks/a-hook.ts';
import { anEngine, Died } from '../rig/engine.ts';

const SECOND = 1000;
const Thing = z.object({ id: z.string(), version: z.number(), name: z.string() });
const thingItem = itemKind<z.infer<typeof Thing>>({
  name: 'THING',
  schema: Thing,
  key: ({ id }) => ({ pk: id, sk: 'THING' }),
});

/** A call for three things under a key that nobody else has. */
function aCallInParts(names = ['a', 'b', 'c']) {
  const engine = anEngine(T0);
  const { table, clock, log, ids } = engine;
  const fingerprinted: Fingerprinted = {
    key: ids.secret(10),
    callerId: 'key_test',
    method: 'POST',
    path: '/v1/things/batch',
    query: {},
    body: { things: names },
  };
  const idempotency = idempotencyWith({ ...engine, sealer: sealerOf('s'.repeat(64)) });
  const cause = () => ({
    actor: { type: 'CALLER', id: 'key_test' } as const,
    now: clock(),
    correlationId: 'test',
    source: null,
  });
  const begin = (body: unknown = fingerprinted.body) =>
    idempotency.beginInParts({ ...fingerprinted, body }, cause(), names.length);
  /** What was made, by the place of the part, on every attempt of every call. */
  const made: { readonly part: number; readonly id: string }[] = [];
  const stored = async () => {
    const found = await Promise.all(made.map(({ id }) => thingItem.read(table, { pk: id, sk: 'THING' })));
    return found.flatMap((thing) => (thing ? [thing.name] : []));
  };
  interface Circumstances {
    readonly commit?: Commit;
    readonly elapsedMs?: () => number;
    readonly refusals?: Readonly<Record<number, Problem>>;
  }
  const carryOut = (lease: PartsLease | undefined, index: number, circumstances: Circumstances = {}) => {
    const { commit = engine.commit, elapsedMs = () => 0, refusals = {} } = circumstances;
    const call: Call = {
      ...cause(),
      caller: callerOfHook(aHook()),
      action: 'grant.write',
      dryRun: false,
      origin: '',
      ifMatch: undefined,
      transact: (attempt) =>
        transact({ table, commit, clock, cause: cause(), dryRun: false, alongside: () => [] }, attempt),
    };
    const create = (part: Call) =>
      part.transact(async () => {
        const refusal = refusals[index];
        const thing = { id: ids.next('grt'), version: 1, name: names[index] ?? '' };
        made.push({ part: index, id: thing.id });
        if (refusal) throw refusal;
        return { plan: { ...NOTHING, writes: [thingItem.create(thing, () => 'stale')] }, view: { name: thing.name } };
      });
    return carryOutPart(call, index, create, { table, commit, clock, log, lease, elapsedMs });
  };
  return { engine, begin, carryOut, stored, made, cause };
}
const ok = (name: string) => ({ status: 201, body: { name } });

describe('A6 a call in parts', () => {
  it.each<[string, (commit: Commit) => Commit, string[]]>([
    ['before its commit', () => () => Promise.reject(new Died('before')), ['a']],
    [
      'after its commit',
      (commit) =>
        async (...call) => {
          await commit(...call);
          throw new Died('after');
        },
      ['a', 'b'],
    ],
  ])('that dies at a part, %s, makes none twice when it comes again', async (_when, dying, before) => {
    const { engine, begin, carryOut, stored } = aCallInParts();
    const lease = await begin();
    expect(await carryOut(lease, 0)).toEqual(ok('a'));
    await carryOut(lease, 1, { commit: dying(engine.commit) }); // and nothing more is heard of that call
    expect(await stored()).toEqual(before);
    await expect(begin()).rejects.toMatchObject({ type: 'idempotency-key-in-progress' });

    engine.time.pass(35 * SECOND);
    const again = await begin();
    for (const [index, name] of ['a', 'b', 'c'].entries()) expect(await carryOut(again, index)).toEqual(ok(name));
    expect((await stored()).sort()).toEqual(['a', 'b', 'c']);
  });

  it('answers a second time as it did the first, refusals too, and carries nothing out', async () => {
    const { begin, carryOut, made, cause } = aCallInParts();
    const refusals = { 1: new Problem('grant-ended', { id: 'grt_1', endedAt: 'yesterday' }) };
    const lease = await begin();
    const first = [];
    for (const index of [0, 1, 2]) first.push(await carryOut(lease, index, { refusals }));
    expect(first).toMatchObject([{ status: 201 }, { status: 409, body: { status: 409 } }, { status: 201 }]);
    await lease.leave(cause());
    const again = await begin();
    for (const index of [0, 1, 2]) expect(await carryOut(again, index)).toEqual(first[index]);
    expect(made).toHaveLength(3);
  });

  it.each([
    ['there is no time left for', { elapsedMs: () => 21 * SECOND }, 503, 'not-reached'],
    ['the table is too busy for', { refusals: { 0: new Problem('unavailable', { what: 'It' }) } }, 503, 'unavailable'],
    [
      'changes all the time',
      { refusals: { 0: new Problem('version-conflict', { id: 'it' }) } },
      409,
      'version-conflict',
    ],
  ])('says so of a part that %s, and carries it out when it comes again', async (_what, now, status, type) => {
    const { begin, carryOut, stored, cause } = aCallInParts();
    const lease = await begin();
    const answer = await carryOut(lease, 0, now);
    expect(answer).toMatchObject({ status, body: { type: expect.stringContaining(type), status } });
    expect(await stored()).toEqual([]);
    await lease.leave(cause());
    expect(await carryOut(await begin(), 0)).toEqual(ok('a'));
  });

  it('without a key carries out what it is given, each time', async () => {
    const { carryOut, stored } = aCallInParts();
    await carryOut(undefined, 0);
    await carryOut(undefined, 0);
    expect(await stored()).toEqual(['a', 'a']);
  });

  it('logs a fault of ours and tells nothing of it', async () => {
    const { engine, carryOut } = aCallInParts();
    const commit = () => Promise.reject(new Error('the secret of the house'));
    const answer = await carryOut(undefined, 0, { commit });
    expect(answer).toMatchObject({ status: 500, body: { instance: 'urn:sallyport:call:test' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(engine.lines.join()).toContain('the secret of the house');
  });

  it('thought dead makes a part once, whichever of the two is first', async () => {
    const { engine, begin, carryOut, stored } = aCallInParts();
    const slow = await begin();
    engine.time.pass(35 * SECOND);
    const second = await begin();
    expect(await carryOut(second, 0)).toEqual(ok('a'));
    expect(await carryOut(slow, 0)).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('in-progress') },
    });
    expect(await stored()).toEqual(['a']);
  });

  it('keeps its key to its body, whether or not anybody is at work, and forgets all of it after 25 hours', async () => {
    const { engine, begin, carryOut, cause, stored } = aCallInParts();
    const lease = await begin();
    await carryOut(lease, 0);
    await lease.leave(cause());
    await expect(begin({ things: ['a', 'b'] })).rejects.toMatchObject({ type: 'idempotency-key-reused' });
    engine.time.pass(24 * 3600 * SECOND);
    const goingOn = await begin();
    await carryOut(goingOn, 1);
    await goingOn.leave(cause());
    engine.time.pass(3600 * SECOND);
    const anew = await begin({ things: ['d', 'b', 'c'] });
    await carryOut(anew, 0);
    await carryOut(anew, 1);
    expect(await stored()).toEqual(['a', 'b', 'a', 'b']);
  });
});

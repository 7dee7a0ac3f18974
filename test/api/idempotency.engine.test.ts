import { describe, expect, it } from 'vitest';
import { idempotencyWith } from '../../shared/api/idempotency.ts';
import type { Fingerprinted } from '../../shared/api/kept-call.ts';
import { sealerOf } from '../../shared/platform/seal.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine } from '../rig/engine.ts';

const SECOND = 1000;
const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, correlationId: 'test', source: null } as const;

/** A caller's POST with a key that nobody else has. */
function aCall() {
  const engine = anEngine(T0);
  const idempotency = idempotencyWith({ ...engine, sealer: sealerOf('s'.repeat(64)) });
  const call: Fingerprinted = {
    key: engine.ids.secret(10),
    callerId: 'key_test',
    method: 'POST',
    path: '/v1/federations',
    query: {},
    body: { name: 'Acme' },
  };
  const begin = (part: Partial<Fingerprinted> = {}) =>
    idempotency.begin({ ...call, ...part }, { ...CAUSE, now: engine.clock() });
  const answer = { status: 201, body: { key: 'spk_secret' } };
  const finish = async () => {
    const begun = await begin();
    if (begun.kind !== 'first') throw new Error('it had begun before');
    await engine.commit({ writes: [], audit: [], events: [] }, { ...CAUSE, now: engine.clock() }, [
      begun.lease.keep(answer),
    ]);
  };
  return { engine, begin, finish, answer };
}

describe('O3 an Idempotency-Key', () => {
  it('of a call that died is free again after seconds, not after a day', async () => {
    const { engine, begin } = aCall();
    expect((await begin()).kind).toBe('first'); // and nothing is ever heard of it
    await expect(begin()).rejects.toMatchObject({ type: 'idempotency-key-in-progress' });
    engine.time.pass(34 * SECOND);
    await expect(begin()).rejects.toMatchObject({ type: 'idempotency-key-in-progress' });
    engine.time.pass(SECOND);
    expect((await begin()).kind).toBe('first');
  });

  it('of a call that was slow and thought dead keeps one answer: the slow one is refused', async () => {
    const { engine, begin, answer } = aCall();
    const slow = await begin();
    engine.time.pass(35 * SECOND);
    const second = await begin();
    if (slow.kind !== 'first' || second.kind !== 'first') throw new Error('both had to begin');
    const keep = (begun: typeof slow) =>
      engine.commit({ writes: [], audit: [], events: [] }, { ...CAUSE, now: engine.clock() }, [
        begun.lease.keep(answer),
      ]);
    await expect(keep(slow)).rejects.toMatchObject({ type: 'idempotency-key-in-progress' });
    await keep(second);
    expect(await begin()).toEqual({ kind: 'again', answer });
  });

  it('answers as the first for 24 hours, and is new after 25', async () => {
    const { engine, begin, finish, answer } = aCall();
    await finish();
    engine.time.pass(24 * 3600 * SECOND);
    expect(await begin()).toEqual({ kind: 'again', answer });
    engine.time.pass(3600 * SECOND);
    expect((await begin()).kind).toBe('first');
  });

  it.each([
    ['body', { body: { name: 'Other' } }],
    ['query', { query: { dryRun: 'true' } }],
  ])('is refused with another %s', async (_what, part) => {
    const { begin, finish } = aCall();
    await finish();
    await expect(begin(part)).rejects.toMatchObject({ type: 'idempotency-key-reused' });
  });

  it.each([
    ['caller', { callerId: 'key_other' }],
    ['path', { path: '/v1/federations/fed_1/organizations' }],
    ['method', { method: 'PUT' }],
  ])('is another key for another %s', async (_what, part) => {
    const { begin, finish } = aCall();
    await finish();
    expect((await begin(part)).kind).toBe('first');
  });

  it('tells bodies apart by what they say, not by the order of their members', async () => {
    const { engine, begin } = aCall();
    await begin({ body: { name: 'Acme', tags: { a: 1, b: 2 } } });
    const same = begin({ body: { tags: { b: 2, a: 1 }, name: 'Acme' } });
    await expect(same).rejects.toMatchObject({ type: 'idempotency-key-in-progress' });
    expect(engine.nudged).toEqual([]);
  });
});

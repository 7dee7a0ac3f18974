import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asked,
  begun,
  dueAt,
  failed,
  LEASE_MS,
  newPresence,
  next,
  RECORDED_AT_ONCE,
  recorded,
  STUCK_AFTER_MS,
} from '../../shared/sync/rules.ts';
import type { Presence } from '../../shared/sync/schema.ts';
import { standOf } from '../../shared/sync/standing.ts';
import type { Wanted } from '../../shared/sync/wanted.ts';

const T0 = Date.UTC(2026, 0, 1);
const place = {
  federationId: 'fed_1',
  organizationId: 'org_1',
  projectId: 'prj_1',
  clusterId: 'cls_1',
  identityProviderId: 'idp_1',
  principal: { type: 'GROUP' as const, name: 'db-oncall' },
};
const aPresence = (part: Partial<Presence> = {}): Presence => ({
  ...newPresence('P', place, T0),
  askedAt: null,
  ...part,
});
const wants = (...grantIds: string[]): Wanted => ({
  holds: true,
  grantIds,
  access: grantIds.length > 0 ? { roles: [], privileges: [], customRoles: [] } : null,
  digest: grantIds.length > 0 ? 'access' : null,
  changesAt: null,
  isIdle: grantIds.length === 0,
});

describe('a presence', () => {
  it('applies what differs, records what does not, and then rests', () => {
    const asking = newPresence('P', place, T0);
    expect(next({ presence: asking, wanted: wants('g1') }, T0)).toEqual({ kind: 'apply' });
    const done = recorded(
      { presence: begun({ presence: asking, wanted: wants('g1') }, 'corp', T0), wanted: wants('g1') },
      T0,
    );
    expect(done).toMatchObject({
      come: ['g1'],
      gone: [],
      presence: { access: 'access', grantIds: ['g1'], attempt: null },
    });
    expect(next({ presence: done.presence, wanted: wants('g1') }, T0)).toEqual({ kind: 'rest' });
    expect(next({ presence: done.presence, wanted: wants('g1', 'g2') }, T0)).toEqual({ kind: 'record' });
    expect(next({ presence: done.presence, wanted: wants() }, T0)).toEqual({ kind: 'apply' });
    expect(next({ presence: asked(done.presence, T0), wanted: wants('g1') }, T0)).toEqual({ kind: 'record' });
  });

  it('is forgotten when nothing lies there and nothing can come, and kept while a frozen grant lives', () => {
    expect(next({ presence: aPresence(), wanted: wants() }, T0)).toEqual({ kind: 'forget' });
    expect(next({ presence: aPresence(), wanted: { ...wants(), isIdle: false } }, T0)).toEqual({ kind: 'rest' });
  });

  it('does not trust what lies there after a try that did not succeed, even where nothing seems to differ', () => {
    const tried = begun({ presence: aPresence(), wanted: wants('g1') }, 'corp', T0);
    const { presence: later } = failed({ presence: tried, wanted: wants('g1') }, 'It is away.', T0);
    const at = later.attempt?.nextAt ?? 0;
    expect(next({ presence: later, wanted: wants() }, at - 1)).toEqual({ kind: 'wait', until: at });
    expect(next({ presence: later, wanted: wants() }, at)).toEqual({ kind: 'apply' });
    const gone = recorded({ presence: begun({ presence: later, wanted: wants() }, 'corp', at), wanted: wants() }, T0);
    expect(gone.gone).toEqual(['g1']);
  });

  it('waits for another’s try until that one must have died', () => {
    const tried = begun({ presence: aPresence(), wanted: wants('g1') }, 'corp', T0);
    expect(dueAt(tried)).toBe(T0 + LEASE_MS);
    expect(next({ presence: tried, wanted: wants('g1') }, T0 + LEASE_MS)).toEqual({ kind: 'apply' });
  });

  it('knows the name that the cluster was told also when the identity provider is gone', () => {
    const tried = begun({ presence: aPresence(), wanted: wants('g1') }, 'acme', T0);
    const later = begun({ presence: tried, wanted: wants() }, undefined, T0 + LEASE_MS);
    expect(later.shortName).toBe('acme');
  });

  it('keeps what was asked for while a try was under way', () => {
    const tried = begun({ presence: aPresence({ askedAt: T0 }), wanted: wants('g1') }, 'corp', T0);
    expect(recorded({ presence: tried, wanted: wants('g1') }, T0).presence.askedAt).toBeNull();
    expect(recorded({ presence: asked(tried, T0 + 1), wanted: wants('g1') }, T0).presence.askedAt).toBe(T0 + 1);
  });

  it('never gives up, tries at a bounded pace, and is told to be stuck once', () => {
    let presence = aPresence();
    let now = T0;
    const told: { at: number; news: readonly string[] }[] = [];
    const pauses: number[] = [];
    for (let count = 0; count < 100; count++) {
      const tried = begun({ presence, wanted: wants('g1') }, 'corp', now);
      const after = failed({ presence: tried, wanted: wants('g1') }, 'It is away.', now);
      presence = after.presence;
      if (after.news.length > 0) told.push({ at: now, news: after.news });
      pauses.push((presence.attempt?.nextAt ?? 0) - now);
      now = presence.attempt?.nextAt ?? 0;
    }
    expect(pauses.slice(0, 6)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(Math.max(...pauses)).toBe(300_000);
    expect(told).toEqual([{ at: expect.any(Number), news: ['g1'] }]);
    expect(told[0]?.at).toBeGreaterThanOrEqual(T0 + STUCK_AFTER_MS);
    expect(presence.attempt).toMatchObject({ count: 100, since: T0, toldStuck: ['g1'] });
  });

  it('is told to be stuck for each grant that waits, also for one that ends while nothing moves, and anew after a success', () => {
    const at = T0 + STUCK_AFTER_MS;
    const situation = (presence: Presence, ...ids: string[]) => ({
      presence: begun({ presence, wanted: wants(...ids) }, 'corp', T0),
      wanted: wants(...ids),
    });
    const first = failed(situation(aPresence(), 'g1'), 'It is away.', at);
    expect(first).toMatchObject({ isStuck: true, news: ['g1'] });
    const second = failed(situation(first.presence, 'g1', 'g2'), 'It is away.', at);
    expect(second.news).toEqual(['g2']);
    const many = Array.from({ length: 100 }, (_, number) => `m${number}`);
    const third = failed(situation(second.presence, ...many), 'It is away.', at);
    expect(third.news).toHaveLength(RECORDED_AT_ONCE);
    expect(failed(situation(third.presence, ...many), 'It is away.', at).news).toHaveLength(RECORDED_AT_ONCE);
    const done = recorded({ presence: second.presence, wanted: wants('g1') }, at);
    expect(done.presence.attempt).toBeNull();
  });

  it('tells of however many grants that come and go, some in each step, each once', () => {
    const ids = fc.uniqueArray(
      fc.integer({ min: 0, max: 200 }).map((number) => `g${number}`),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(ids, ids, ids, (known, maybe, wanted) => {
        let presence = aPresence({ access: 'other', grantIds: known });
        if (maybe.length > 0) presence = begun({ presence, wanted: wants(...maybe) }, 'corp', T0);
        const [gone, come]: [string[], string[]] = [[], []];
        for (let step = 0; step < 20; step++) {
          const done = recorded({ presence, wanted: wants(...wanted) }, T0);
          expect(done.gone.length + done.come.length).toBeLessThanOrEqual(RECORDED_AT_ONCE);
          gone.push(...done.gone);
          come.push(...done.come);
          presence = done.presence;
          const { kind } = next({ presence, wanted: wants(...wanted) }, T0);
          expect(kind).not.toBe('apply');
          if (kind === 'record') expect(dueAt(presence)).not.toBeNull(); // whoever dies now is followed by another
          if (kind !== 'record') break;
        }
        const there = new Set([...known, ...maybe]);
        expect([...presence.grantIds].sort()).toEqual([...wanted].sort());
        expect(gone.sort()).toEqual([...there].filter((id) => !wanted.includes(id)).sort());
        expect(come.sort()).toEqual(wanted.filter((id) => !known.includes(id)).sort());
      }),
    );
  });
});

describe('how a cluster stands with a grant', () => {
  const grant = { id: 'g1', createdAt: T0, startsAt: T0, endedAt: null as number | null };
  const seen = (isThere: boolean, since: number) => ({ version: 1, grantId: 'g1', clusterId: 'cls_1', isThere, since });
  const tried = begun({ presence: aPresence(), wanted: wants('g1') }, 'corp', T0);
  const { presence: failing } = failed({ presence: tried, wanted: wants('g1') }, 'It is away.', T0);

  it.each([
    [
      'in sync',
      { ...grant },
      { seen: seen(true, T0 + 5), presence: undefined },
      T0 + 10,
      { state: 'IN_SYNC', since: T0 + 5 },
    ],
    [
      'pending at first',
      { ...grant },
      { seen: undefined, presence: undefined },
      T0 + 10,
      { state: 'PENDING', since: T0 },
    ],
    [
      'behind then',
      { ...grant },
      { seen: undefined, presence: undefined },
      T0 + 10_000,
      { state: 'BEHIND', since: T0 },
    ],
    [
      'stuck after a while, with the reason',
      { ...grant },
      { seen: undefined, presence: failing },
      T0 + STUCK_AFTER_MS,
      { state: 'STUCK', since: T0, detail: 'It is away.' },
    ],
    [
      'removed, with the lag',
      { ...grant, endedAt: T0 + 100 },
      { seen: seen(false, T0 + 350), presence: undefined },
      T0 + 1000,
      { state: 'REMOVED', since: T0 + 350, removedAt: T0 + 350, lagMs: 250 },
    ],
    [
      'removed before its end, by a freeze',
      { ...grant, endedAt: T0 + 100 },
      { seen: seen(false, T0 + 50), presence: undefined },
      T0 + 1000,
      { state: 'REMOVED', since: T0 + 100, removedAt: T0 + 100, lagMs: 0 },
    ],
    [
      'never put there',
      { ...grant, endedAt: T0 + 100 },
      { seen: undefined, presence: undefined },
      T0 + 1000,
      { state: 'REMOVED', since: T0 + 100, removedAt: T0 + 100, lagMs: 0 },
    ],
    [
      'perhaps put there by a try that did not answer',
      { ...grant, endedAt: T0 + 100 },
      { seen: undefined, presence: failing },
      T0 + 1000,
      { state: 'PENDING', since: T0 + 100, detail: 'It is away.' },
    ],
    [
      'still to come',
      { ...grant, startsAt: T0 + 500 },
      { seen: undefined, presence: undefined },
      T0,
      { state: 'PENDING', since: T0 },
    ],
  ])('%s', (_what, one, standing, now, expected) => {
    expect(standOf(one, false, standing, now)).toEqual(expected);
  });

  it('is in sync without it while it is frozen', () => {
    expect(standOf(grant, true, { seen: seen(false, T0 + 7), presence: undefined }, T0 + 9)).toMatchObject({
      state: 'IN_SYNC',
    });
    expect(standOf(grant, true, { seen: seen(true, T0), presence: undefined }, T0 + 9)).toMatchObject({
      state: 'PENDING',
    });
  });
});

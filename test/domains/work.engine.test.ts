import { describe, expect, it } from 'vitest';
import { letGo } from '../../shared/domains/ownership.ts';
import { planAddition, planChange, planRemoval } from '../../shared/domains/plans.ts';
import { proofValue } from '../../shared/domains/proof.ts';
import type { Facts, Prove } from '../../shared/domains/prove.ts';
import { LEASE_MS } from '../../shared/domains/rules.ts';
import type { Domain } from '../../shared/domains/schema.ts';
import { attemptsPage, domainItem, domainKey, verifiedByName } from '../../shared/domains/store.ts';
import { domainWork } from '../../shared/domains/work.ts';
import { auditShards } from '../../shared/platform/audit-item.ts';
import type { Commit } from '../../shared/platform/commit.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/platform/time.ts';
import { federationItem, federationKey } from '../../shared/tenants/store.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, Died, dyingAfter, dyingBefore, type Engine } from '../rig/engine.ts';
import { aDomain } from './a-domain.ts';

const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'test', source: null } as const;
const server = '127.0.0.1:53';

type Seen = 'yes' | 'no' | 'unknown';
const factsOf = (domain: Parameters<Prove>[0], seen: Seen): Facts => {
  const answers = {
    yes: { kind: 'records', records: [proofValue(domain)], leftOut: 0, server, keptMs: 0 },
    no: { kind: 'none', code: 'NXDOMAIN', server, keptMs: 0 },
    unknown: { kind: 'failed', code: 'SERVFAIL', servers: [] },
  } as const;
  const looked = [{ name: domain.domainName, answer: answers[seen] }];
  return { kind: 'dns', resolvers: [looked], aliases: [], doubled: [] };
};
const proving =
  (seen: Seen): Prove =>
  async (domain) =>
    factsOf(domain, seen);

let names = 0;
const uniqueName = (): string => `acme-${++names}-${process.pid}.com`;

/** A domain of a federation of its own, by the same plan as a caller's. */
async function added({ commit, ids }: Engine, part: Partial<Domain> = {}): Promise<Domain> {
  const federationId = ids.next('fed');
  const federation = { id: federationId, version: 1, revision: 1, name: 'Acme', createdAt: T0, updatedAt: T0 };
  await commit({ writes: [federationItem.create(federation, () => 'stale')], audit: [], events: [] }, CAUSE);
  const domain = aDomain({
    id: ids.next('dom'),
    federationId,
    domainName: uniqueName(),
    token: ids.secret(22),
    ...part,
  });
  await commit(planAddition(domain), CAUSE);
  return domain;
}
const read = ({ table }: Engine, { id }: Domain) => domainItem.read(table, domainKey(id));
const attemptsOf = async ({ table, clock }: Engine, { id }: Domain) =>
  (await attemptsPage(table, id, clock(), { limit: 100 })).attempts;
const auditOf = async ({ table }: Engine, { federationId }: Domain) => {
  const shards = auditShards(federationId).map((partition) => table.query({ partition, limit: 50 }));
  return (await Promise.all(shards)).flatMap(({ items }) => items.map(({ action }) => action)).sort();
};
const ownerOf = async ({ table }: Engine, { domainName }: Domain) => (await verifiedByName(table, domainName))?.id;

/** What the queue does, with this to be seen outside. */
const work = (engine: Engine, domain: Domain, seen: Seen | Prove, commit: Commit = engine.commit) =>
  domainWork({ ...engine, commit, prove: typeof seen === 'string' ? proving(seen) : seen })(
    domainKey(domain.id),
    'test',
  );
const workAt = (engine: Engine, at: number, domain: Domain, seen: Seen | Prove) => {
  engine.time.set(at);
  return work(engine, domain, seen);
};

/** Verified after a minute, suspended after five days. */
async function suspended(engine: Engine, part: Partial<Domain> = {}): Promise<Domain> {
  const domain = await added(engine, part);
  await workAt(engine, T0 + MINUTE_MS, domain, 'yes');
  for (const day of [2, 4, 6]) await workAt(engine, T0 + day * DAY_MS, domain, 'no');
  expect(await read(engine, domain)).toMatchObject({ status: 'SUSPENDED' });
  return domain;
}

describe('S3 a look, carried out', () => {
  it('is not made a millisecond too early', async () => {
    const engine = anEngine(T0);
    const domain = await added(engine);
    await workAt(engine, T0 + MINUTE_MS - 2000, domain, 'yes');
    expect(await read(engine, domain)).toEqual(domain);
  });

  it('verifies, claims the name, keeps the attempt and tells it', async () => {
    const engine = anEngine(T0);
    const domain = await added(engine);
    await workAt(engine, T0 + MINUTE_MS, domain, 'yes');
    expect(await read(engine, domain)).toMatchObject({
      status: 'VERIFIED',
      verifiedAt: T0 + MINUTE_MS,
      leaseUntil: null,
    });
    expect(await ownerOf(engine, domain)).toBe(domain.id);
    expect(await attemptsOf(engine, domain)).toMatchObject([{ outcome: 'PROVED', finding: { code: 'proved' } }]);
    expect(await auditOf(engine, domain)).toEqual(['domain.create', 'domain.verified']);
  });

  it('goes on through lapse and suspension to restoration, each told once', async () => {
    const engine = anEngine(T0);
    const domain = await suspended(engine);
    expect(await ownerOf(engine, domain)).toBeUndefined();
    await workAt(engine, T0 + 7 * DAY_MS, domain, 'unknown');
    await workAt(engine, T0 + 8 * DAY_MS, domain, 'yes');
    expect(await ownerOf(engine, domain)).toBe(domain.id);
    const told = ['domain.create', 'domain.lapsing', 'domain.restored', 'domain.suspended', 'domain.verified'];
    expect(await auditOf(engine, domain)).toEqual(told);
    expect((await attemptsOf(engine, domain)).map(({ outcome }) => outcome)).toEqual([
      ...['PROVED', 'UNKNOWN', 'NOT_PROVED', 'NOT_PROVED', 'NOT_PROVED', 'PROVED'],
    ]);
  });

  it('is made once when the message comes many times at once', async () => {
    const engine = anEngine(T0);
    const domain = await added(engine);
    engine.time.set(T0 + MINUTE_MS);
    let looks = 0;
    const prove: Prove = async (asked) => {
      looks++;
      return factsOf(asked, 'no');
    };
    await Promise.all([1, 2, 3, 4].map(() => work(engine, domain, prove)));
    await work(engine, domain, prove);
    expect(looks).toBe(1);
    expect(await read(engine, domain)).toMatchObject({ attempts: 1, failures: 1 });
  });

  it.each([
    ['before its lease is stored', (): Commit => dyingBefore, 0],
    ['with its lease stored', ({ commit }: Engine): Commit => dyingAfter(commit), LEASE_MS],
    ['before what it saw is stored', ({ commit }: Engine): Commit => dyingAt(2, commit, 'before'), LEASE_MS],
    ['after what it saw is stored', ({ commit }: Engine): Commit => dyingAt(2, commit, 'after'), 0],
  ])('is made good when the worker dies %s', async (_when, dying, laterMs) => {
    const engine = anEngine(T0);
    const domain = await added(engine);
    engine.time.set(T0 + MINUTE_MS);
    await expect(work(engine, domain, 'yes', dying(engine))).rejects.toThrow(Died);
    await workAt(engine, T0 + MINUTE_MS + laterMs, domain, 'yes');
    expect(await read(engine, domain)).toMatchObject({ status: 'VERIFIED', attempts: 1, leaseUntil: null });
    expect(await auditOf(engine, domain)).toEqual(['domain.create', 'domain.verified']);
  });

  it('does not count when somebody else looked meanwhile, since its lease had run out', async () => {
    const engine = anEngine(T0);
    const domain = await added(engine);
    const slow: Prove = async (asked) => {
      await workAt(engine, T0 + MINUTE_MS + LEASE_MS, domain, 'yes');
      return factsOf(asked, 'no');
    };
    await workAt(engine, T0 + MINUTE_MS, domain, slow);
    expect(await read(engine, domain)).toMatchObject({ status: 'VERIFIED', attempts: 1 });
  });

  it('counts when only the name it is shown by changed meanwhile', async () => {
    const engine = anEngine(T0);
    const domain = await added(engine);
    const slow: Prove = async (asked) => {
      const before = await read(engine, domain);
      if (before) await engine.commit(planChange(before, { ...before, displayName: 'Acme Inc', revision: 2 }), CAUSE);
      return factsOf(asked, 'yes');
    };
    await workAt(engine, T0 + MINUTE_MS, domain, slow);
    expect(await read(engine, domain)).toMatchObject({ status: 'VERIFIED', displayName: 'Acme Inc', revision: 2 });
  });

  it('is forgotten with a domain that was deleted meanwhile', async () => {
    const engine = anEngine(T0);
    const domain = await added(engine);
    const slow: Prove = async (asked) => {
      const before = await read(engine, domain);
      if (before) await engine.commit(planRemoval(before, await letGo(engine.table, before)), CAUSE);
      return factsOf(asked, 'yes');
    };
    await workAt(engine, T0 + MINUTE_MS, domain, slow);
    expect(await read(engine, domain)).toBeUndefined();
    expect(await ownerOf(engine, domain)).toBeUndefined();
  });

  it('does not verify when the 30 days were over before it came back', async () => {
    const engine = anEngine(T0);
    const domain = await added(engine);
    const slow: Prove = async (asked) => {
      engine.time.set(T0 + 30 * DAY_MS);
      return factsOf(asked, 'yes');
    };
    await workAt(engine, T0 + 30 * DAY_MS - 1, domain, slow);
    await workAt(engine, T0 + 30 * DAY_MS + LEASE_MS, domain, 'yes');
    expect(await read(engine, domain)).toMatchObject({ status: 'EXPIRED', attempts: 0 });
    expect(await ownerOf(engine, domain)).toBeUndefined();
  });

  it('leaves the name of an expired domain free to be added anew, and the old one free to be deleted', async () => {
    const engine = anEngine(T0);
    const { commit, ids } = engine;
    const domain = await added(engine);
    const again = { ...domain, id: ids.next('dom'), token: ids.secret(22) };
    await expect(commit(planAddition(again), CAUSE)).rejects.toMatchObject({ type: 'name-taken' });
    await workAt(engine, T0 + 30 * DAY_MS, domain, 'no');
    await commit(planAddition(again), CAUSE);
    const old = await read(engine, domain);
    if (old) await commit(planRemoval(old, await letGo(engine.table, old)), CAUSE);
    await expect(commit(planAddition({ ...again, id: ids.next('dom') }), CAUSE)).rejects.toMatchObject({
      type: 'name-taken',
    });
  });
});

const dyingAt = (nth: number, commit: Commit, when: 'before' | 'after'): Commit => {
  let calls = 0;
  return (...call) => {
    if (++calls !== nth) return commit(...call);
    return when === 'before' ? dyingBefore(...call) : dyingAfter(commit)(...call);
  };
};

describe('S4 one verified owner', () => {
  const statusesOf = async (engine: Engine, domains: readonly Domain[]) =>
    (await Promise.all(domains.map((domain) => read(engine, domain)))).map((domain) => domain?.status).sort();

  it('is the first, however many federations race; the others wait, with the reason', async () => {
    const engine = anEngine(T0);
    const domainName = uniqueName();
    const racing = await Promise.all([1, 2, 3, 4, 5, 6].map(() => added(engine, { domainName })));
    engine.time.set(T0 + MINUTE_MS);
    await Promise.all(racing.map((domain) => work(engine, domain, 'yes')));
    expect(await statusesOf(engine, racing)).toEqual([
      'PENDING',
      'PENDING',
      'PENDING',
      'PENDING',
      'PENDING',
      'VERIFIED',
    ]);
    const owner = await ownerOf(engine, { ...aDomain(), domainName });
    for (const domain of racing) {
      const code = domain.id === owner ? 'proved' : 'domain-owned-elsewhere';
      expect(await read(engine, domain)).toMatchObject({ attempts: 1, lastAttempt: { finding: { code } } });
    }
  });

  it('lets go by being deleted, and the one that waits gets the name at its next look', async () => {
    const engine = anEngine(T0);
    const first = await added(engine);
    const second = await added(engine, { domainName: first.domainName });
    await workAt(engine, T0 + MINUTE_MS, first, 'yes');
    await work(engine, second, 'yes');
    const owner = await read(engine, first);
    if (owner) await engine.commit(planRemoval(owner, await letGo(engine.table, owner)), CAUSE);
    await workAt(engine, T0 + 3 * MINUTE_MS, second, 'yes');
    expect(await ownerOf(engine, first)).toBe(second.id);
  });

  it('holds nothing up when its federation is gone, as after a deletion in the instant of its making', async () => {
    const engine = anEngine(T0);
    const first = await added(engine);
    await workAt(engine, T0 + MINUTE_MS, first, 'yes');
    const federation = await federationItem.read(engine.table, federationKey(first.federationId));
    if (federation) {
      await engine.commit({ writes: [federationItem.remove(federation)], audit: [], events: [] }, CAUSE);
    }
    const second = await added(engine, { domainName: first.domainName, addedAt: T0 + MINUTE_MS });
    await workAt(engine, T0 + 2 * MINUTE_MS, second, 'yes');
    expect(await ownerOf(engine, second)).toBe(second.id);
  });

  it('is not kept for ever by looks that cannot tell; our own outage takes nothing', async () => {
    const engine = anEngine(T0);
    const first = await added(engine);
    await workAt(engine, T0 + MINUTE_MS, first, 'yes');
    // Nobody looked for a month: that it was not seen says nothing.
    const month = T0 + 30 * DAY_MS;
    const second = await added(engine, { domainName: first.domainName, addedAt: month });
    await workAt(engine, month + MINUTE_MS, second, 'yes');
    expect(await ownerOf(engine, first)).toBe(first.id);

    await workAt(engine, month + 2 * MINUTE_MS, first, 'yes');
    for (let day = 1; day <= 13; day++) await workAt(engine, month + day * DAY_MS + DAY_MS, first, 'unknown');
    await work(engine, second, 'yes');
    expect(await ownerOf(engine, first)).toBe(first.id);
    await workAt(engine, month + 15 * DAY_MS, first, 'unknown');
    await workAt(engine, month + 15 * DAY_MS + MINUTE_MS, second, 'yes');
    expect(await ownerOf(engine, first)).toBe(second.id);
    expect(await read(engine, first)).toMatchObject({ status: 'SUSPENDED' });
    expect(await auditOf(engine, first)).toContain('domain.suspended');
    // It proves the name again, and is told who has it.
    await workAt(engine, month + 17 * DAY_MS, first, 'yes');
    expect(await read(engine, first)).toMatchObject({
      status: 'SUSPENDED',
      lastAttempt: { finding: { code: 'domain-owned-elsewhere' } },
    });
  });

  it('keeps the name while it only lapses, and lets go once it is suspended and another proves it', async () => {
    const engine = anEngine(T0);
    const first = await added(engine);
    const second = await added(engine, { domainName: first.domainName });
    await workAt(engine, T0 + MINUTE_MS, first, 'yes');
    await workAt(engine, T0 + 2 * DAY_MS, first, 'no');
    await work(engine, second, 'yes');
    expect(await read(engine, second)).toMatchObject({ lastAttempt: { finding: { code: 'domain-owned-elsewhere' } } });
    await workAt(engine, T0 + 4 * DAY_MS, first, 'no');
    await workAt(engine, T0 + 6 * DAY_MS, first, 'no');
    await work(engine, second, 'yes');
    expect(await statusesOf(engine, [first, second])).toEqual(['SUSPENDED', 'VERIFIED']);
    expect(await ownerOf(engine, first)).toBe(second.id);
    // The first proves it again, and is told who has it.
    await workAt(engine, T0 + 7 * DAY_MS, first, 'yes');
    expect(await read(engine, first)).toMatchObject({
      status: 'SUSPENDED',
      lastAttempt: { finding: { code: 'domain-owned-elsewhere' } },
    });
    const old = await read(engine, first);
    if (old) await engine.commit(planRemoval(old, await letGo(engine.table, old)), CAUSE);
    expect(await ownerOf(engine, first)).toBe(second.id);
  });

  it('is one, also when a suspended owner is restored at the instant in which another takes the name over', async () => {
    const engine = anEngine(T0);
    const first = await suspended(engine);
    const second = await added(engine, { domainName: first.domainName });
    // The other takes it over between this one's reading who holds the name, and its commit.
    let isDone = false;
    const interrupted: Commit = async (plan, ...rest) => {
      if (!isDone && plan.events.length > 0) {
        isDone = true;
        await work(engine, second, 'yes');
      }
      return engine.commit(plan, ...rest);
    };
    engine.time.set(T0 + 7 * DAY_MS);
    await work(engine, first, 'yes', interrupted);
    expect(isDone).toBe(true);
    expect(await statusesOf(engine, [first, second])).toEqual(['SUSPENDED', 'VERIFIED']);
    expect(await ownerOf(engine, first)).toBe(second.id);
  });
});

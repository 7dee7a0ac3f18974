import { describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api/call.ts';
import { pagerOf } from '../../shared/api/paging.ts';
import { transact } from '../../shared/api/transact.ts';
import { BOOTSTRAP } from '../../shared/callers/schema.ts';
import { proofValue } from '../../shared/domains/proof.ts';
import type { Prove } from '../../shared/domains/prove.ts';
import { domainService } from '../../shared/domains/service.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/platform/time.ts';
import { federationItem } from '../../shared/tenants/store.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, type Engine } from '../rig/engine.ts';

const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, correlationId: 'test', source: null } as const;
const server = '127.0.0.1:53';
const proving =
  (isThere: boolean): Prove =>
  async (domain) => ({
    kind: 'dns',
    resolvers: [
      [
        {
          name: domain.domainName,
          answer: isThere
            ? { kind: 'records', records: [proofValue(domain)], leftOut: 0, server, keptMs: 0 }
            : { kind: 'none', code: 'NXDOMAIN', server, keptMs: 0 },
        },
      ],
    ],
    aliases: [],
    doubled: [],
  });

/** Sealing is not what is tested here. */
const pager = pagerOf(
  { seal: (text, purpose) => `${purpose}|${text}`, open: (text) => text.split('|').at(-1) },
  () => T0,
);

function calling({ table, commit, clock }: Engine, part: Partial<Call> = {}): Call {
  const cause = { ...CAUSE, now: clock() };
  const dryRun = part.dryRun ?? false;
  return {
    ...cause,
    caller: BOOTSTRAP,
    action: 'domain.write',
    origin: 'https://sallyport.test',
    ifMatch: undefined,
    ...part,
    dryRun,
    transact: (attempt) => transact({ table, commit, clock, cause, dryRun, alongside: () => [] }, attempt),
  };
}
let names = 0;
const wishOf = (domainName = `wish-${++names}-${process.pid}.com`) =>
  ({ displayName: 'Acme', domainName, method: 'DNS_RECORD' }) as const;

async function aFederation(engine: Engine) {
  const id = engine.ids.next('fed');
  const federation = { id, version: 1, revision: 1, name: 'Acme', createdAt: T0, updatedAt: T0 };
  const writes = [federationItem.create(federation, () => 'stale')];
  await engine.commit({ writes, audit: [], events: [] }, { ...CAUSE, now: T0 });
  return federation;
}

describe('S2 adding a domain', () => {
  it('answers with exactly what to publish, and when it is looked for', async () => {
    const engine = anEngine(T0);
    const domains = domainService({ ...engine, pager, prove: proving(true) });
    const wish = wishOf();
    const view = await domains.add(calling(engine), await aFederation(engine), wish);
    expect(view).toMatchObject({
      ...wish,
      status: 'PENDING',
      proof: {
        recordType: 'TXT',
        recordName: wish.domainName,
        recordValue: expect.stringMatching(/^sallyport-site-verification=[A-Za-z0-9]{22}$/),
        alternativeRecordName: `_sallyport-challenge.${wish.domainName}`,
      },
      nextCheckAt: new Date(T0 + MINUTE_MS).toISOString(),
      expiresAt: new Date(T0 + 30 * DAY_MS).toISOString(),
      ...{ verifiedAt: null, lastAttempt: null, findings: [] },
    });
  });

  it('answers with the file’s URLs and content for the other method', async () => {
    const engine = anEngine(T0);
    const domains = domainService({ ...engine, pager, prove: proving(true) });
    const wish = { ...wishOf(), method: 'HTML_FILE_UPLOAD' } as const;
    const { proof } = await domains.add(calling(engine), await aFederation(engine), wish);
    expect(proof).toEqual({
      url: `https://${wish.domainName}/sallyport-site-verification.html`,
      content: expect.stringMatching(/^sallyport-site-verification=[A-Za-z0-9]{22}$/),
      alternativeUrl: `https://${wish.domainName}/.well-known/sallyport-site-verification.html`,
    });
  });

  it('refuses a name twice in one federation, in any spelling, and a name that nobody can own', async () => {
    const engine = anEngine(T0);
    const domains = domainService({ ...engine, pager, prove: proving(true) });
    const [ours, theirs] = [await aFederation(engine), await aFederation(engine)];
    const wish = wishOf();
    const first = await domains.add(calling(engine), ours, wish);
    const again = domains.add(calling(engine), ours, { ...wish, domainName: `${wish.domainName.toUpperCase()}.` });
    await expect(again).rejects.toMatchObject({
      type: 'name-taken',
      message: `"${wish.domainName}" is already used beside it, by ${first.id}. Go on with that one, or choose another name.`,
    });
    const dry = domains.add(calling(engine, { dryRun: true }), ours, wish);
    await expect(dry).rejects.toMatchObject({ type: 'name-taken' });
    await expect(domains.add(calling(engine, { dryRun: true }), theirs, wish)).resolves.toMatchObject({ ...wish });
    const other = await domains.add(calling(engine), theirs, wish);
    expect(other.proof).not.toEqual(first.proof);
    await expect(domains.add(calling(engine), ours, wishOf('github.io'))).rejects.toMatchObject({
      type: 'invalid-body',
      errors: [{ pointer: '/domainName', message: expect.stringMatching(/public suffix/) }],
    });
  });

  it('asks for another proof once it was deleted and added anew', async () => {
    const engine = anEngine(T0);
    const domains = domainService({ ...engine, pager, prove: proving(true) });
    const [federation, wish] = [await aFederation(engine), wishOf()];
    const first = await domains.add(calling(engine), federation, wish);
    await domains.remove(calling(engine), await domains.find(calling(engine), first.id));
    const second = await domains.add(calling(engine), federation, wish);
    expect(second.proof).not.toEqual(first.proof);
  });
});

describe('S3 verify', () => {
  const start = async (isThere: boolean) => {
    const engine = anEngine(T0);
    const domains = domainService({ ...engine, pager, prove: proving(isThere) });
    const { id } = await domains.add(calling(engine), await aFederation(engine), wishOf());
    const found = () => domains.find(calling(engine), id);
    return { engine, domains, found };
  };

  it('looks at once and answers with the new state', async () => {
    const { engine, domains, found } = await start(true);
    const view = await domains.verify(calling(engine), await found());
    expect(view).toMatchObject({
      status: 'VERIFIED',
      verifiedAt: new Date(T0).toISOString(),
      nextCheckAt: new Date(T0 + DAY_MS).toISOString(),
      expiresAt: null,
      lastAttempt: { outcome: 'PROVED', exchanges: [{ from: server }] },
      findings: [{ code: 'proved', severity: 'INFO' }],
    });
    expect(await found()).toMatchObject({ status: 'VERIFIED' });
  });

  it('says what is missing, keeps the ETag, and is tried again by itself', async () => {
    const { engine, domains, found } = await start(false);
    const before = await found();
    const view = await domains.verify(calling(engine), before);
    expect(view).toMatchObject({
      status: 'PENDING',
      etag: '"1"',
      findings: [{ code: 'no-record', severity: 'ERROR' }],
    });
    expect(view.nextCheckAt).toBe(new Date(T0 + MINUTE_MS).toISOString());
  });

  it('as a dry run makes the check and stores nothing', async () => {
    const { engine, domains, found } = await start(true);
    const before = await found();
    expect(await domains.verify(calling(engine, { dryRun: true }), before)).toMatchObject({ status: 'VERIFIED' });
    expect(await found()).toEqual(before);
    expect((await domains.attempts(calling(engine), before, { limit: 10 })).items).toEqual([]);
  });

  it('does not let a look that began earlier undo what a later one has seen', async () => {
    const engine = anEngine(T0);
    const federation = await aFederation(engine);
    let slow: Prove | undefined;
    const domains = domainService({ ...engine, pager, prove: (domain) => (slow ?? proving(true))(domain) });
    const { id } = await domains.add(calling(engine), federation, wishOf());
    const seen = await domains.find(calling(engine), id);
    engine.time.set(T0 + MINUTE_MS);
    // Asked before the record was published; another look sees it, and only then does this one come to its end.
    slow = async (domain) => {
      const facts = await proving(false)(domain);
      slow = undefined;
      engine.time.set(T0 + MINUTE_MS + 1000);
      await domains.verify(calling(engine), seen);
      engine.time.set(T0 + MINUTE_MS + 9000);
      return facts;
    };
    expect(await domains.verify(calling(engine), seen)).toMatchObject({ status: 'VERIFIED', failingSince: null });
  });

  it('is refused at the end of the 30 days, also before the worker has seen it', async () => {
    const { engine, domains, found } = await start(true);
    engine.time.set(T0 + 30 * DAY_MS);
    const late = domains.verify(calling(engine), await found());
    await expect(late).rejects.toMatchObject({ type: 'domain-expired', status: 409 });
    engine.time.set(T0 + 30 * DAY_MS - 1);
    expect(await domains.verify(calling(engine), await found())).toMatchObject({ status: 'VERIFIED' });
  });

  it('lists the attempts newest first, page by page, for 90 days', async () => {
    const { engine, domains, found } = await start(false);
    const domain = await found();
    for (const day of [1, 2, 3]) {
      engine.time.set(T0 + day * DAY_MS);
      await domains.verify(calling(engine), domain);
    }
    const page = await domains.attempts(calling(engine), domain, { limit: 2 });
    expect(page.items.map(({ at }) => at)).toEqual([3, 2].map((day) => new Date(T0 + day * DAY_MS).toISOString()));
    const rest = await domains.attempts(calling(engine), domain, { limit: 2, cursor: page.nextCursor });
    expect(rest.items.map(({ at }) => at)).toEqual([new Date(T0 + DAY_MS).toISOString()]);
    expect(rest.nextCursor).toBeUndefined();
    engine.time.set(T0 + 92 * DAY_MS);
    const later = await domains.attempts(calling(engine), domain, { limit: 10 });
    expect(later.items.map(({ at }) => at)).toEqual([new Date(T0 + 3 * DAY_MS).toISOString()]);
  });
});

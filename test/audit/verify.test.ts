import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOfSeal } from '../../shared/audit/seal-rules.ts';
import { formatInstant, MINUTE_MS } from '../../shared/platform/time.ts';
import { T0 } from '../grants/a-grant.ts';
import { Archive, anEvent } from './a-seal.ts';

const UP_TO = T0 + 10 * MINUTE_MS;
/** Rounds of sealing: in each, so many events in these shards; a root after each. */
const rounds = fc.array(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });

function archiveOf(shardsByRound: readonly (readonly number[])[]): Archive {
  const archive = new Archive();
  let number = 0;
  for (const shards of shardsByRound) {
    archive.seal(shards.map((shard) => anEvent(number++, shard)));
    archive.root(UP_TO);
  }
  return archive;
}

/** Ways to tamper with what is sealed; each changes something, given where. */
const TAMPERINGS: Record<string, (archive: Archive, at: number) => void> = {
  'an event changed': ({ events }, at) => {
    const event = events[at % events.length];
    if (event) events[at % events.length] = { ...event, after: 'changed' };
  },
  'an event’s index attribute changed': ({ events }, at) => {
    const event = events[at % events.length];
    if (event) events[at % events.length] = { ...event, liveUnder: 'elsewhere' };
  },
  'an event removed': ({ events }, at) => void events.splice(at % events.length, 1),
  'an event put in later': (archive, at) => void archive.events.push(anEvent(100 + (at % 400), at % 16)),
  'a seal removed': ({ chains }, at) => {
    const chain = chainAt(chains, at);
    chain.splice(at % chain.length, 1);
  },
  'a seal that cannot be read': ({ chains }, at) => {
    const chain = chainAt(chains, at);
    const index = at % chain.length;
    const seal = chain[index];
    if (seal) chain[index] = { ...seal, hash: 'none' };
  },
  'the time of a seal changed': ({ chains }, at) => {
    const chain = chainAt(chains, at);
    const index = at % chain.length;
    const seal = chain[index];
    if (seal) chain[index] = { ...seal, upTo: seal.upTo + MINUTE_MS };
  },
  'a sealed event named otherwise, and put there': (archive, at) => {
    const chain = chainAt(archive.chains, at);
    const index = at % chain.length;
    const seal = chain[index];
    const [first, ...others] = seal?.events ?? [];
    if (!seal || !first) return;
    const id = `${first.id.slice(0, -1)}1`;
    chain[index] = { ...seal, events: [{ ...first, id }, ...others] };
    archive.events = archive.events.map((event) => (event.id === first.id ? { ...event, sk: id } : event));
  },
  'the end of a chain cut off, with its events': (archive, at) => {
    const cut = chainAt(archive.chains, at).pop();
    const gone = new Set(cut?.events.map(({ id }) => id));
    archive.events = archive.events.filter(({ id }) => !gone.has(String(id)));
  },
  'a chain rewritten without its first event, hashes and counts and all': (archive, at) => {
    const chain = chainAt(archive.chains, at);
    const gone = chain[0]?.events[0]?.id;
    for (const [index, seal] of chain.entries()) {
      const events = seal.events.filter(({ id }) => id !== gone);
      const previousHash = chain[index - 1]?.hash ?? seal.previousHash;
      const rewritten = { ...seal, events, previousHash, count: (chain[index - 1]?.count ?? 0) + events.length };
      chain[index] = { ...rewritten, hash: hashOfSeal(rewritten) };
    }
    archive.events = archive.events.filter(({ id }) => id !== gone);
  },
  'a root removed': ({ roots }, at) => void roots.splice(at % roots.length, 1),
  'a root changed': ({ roots }, at) => {
    const kept = roots[at % roots.length];
    if (!kept) return;
    const root = { ...kept.root, count: kept.root.count + 1 };
    roots[at % roots.length] = { root, text: JSON.stringify(root) };
  },
};
function chainAt<T>(chains: readonly T[][], at: number): T[] {
  const filled = chains.filter(({ length }) => length > 0);
  return filled[at % filled.length] ?? [];
}

describe('verifying the audit', () => {
  it('finds nothing in what was sealed, and says how much it was', () =>
    fc.assert(
      fc.asyncProperty(rounds, async (shardsByRound) => {
        const { findings, report } = await archiveOf(shardsByRound).verify();
        expect(findings).toEqual([]);
        const events = shardsByRound.flat().length;
        const seals = shardsByRound.reduce((sum, shards) => sum + new Set(shards).size, 0);
        expect(report).toEqual({
          roots: shardsByRound.length,
          seals,
          events,
          late: shardsByRound.slice(1).flat().length,
          sealedUpTo: UP_TO,
          unsealed: { count: 0, since: null },
        });
      }),
      { numRuns: 50 },
    ));

  it.each(Object.entries(TAMPERINGS))('finds %s', (_, tamper) =>
    fc.assert(
      fc.asyncProperty(rounds, fc.nat(), async (shardsByRound, at) => {
        const archive = archiveOf(shardsByRound);
        tamper(archive, at);
        expect((await archive.verify()).findings).not.toEqual([]);
      }),
      { numRuns: 50 },
    ),
  );

  it('names each finding in a sentence', async () => {
    const told = async (tamper: (archive: Archive) => void): Promise<string[]> => {
      const archive = archiveOf([[0, 1], [0], [0]]);
      tamper(archive);
      return (await archive.verify()).findings;
    };
    const [first, , third] = [0, 1, 2].map((number) => anEvent(number, 0).id);
    expect(await told((archive) => TAMPERINGS['an event changed']?.(archive, 0))).toEqual([
      `Event ${first} of fed_1 has been changed since it was sealed; Seal 1 of shard 0 covers it.`,
    ]);
    expect(await told((archive) => TAMPERINGS['an event removed']?.(archive, 0))).toEqual([
      `Event ${first} of fed_1 has been removed; Seal 1 of shard 0 covers it.`,
    ]);
    expect(await told(({ chains }) => chains[0]?.splice(1, 1))).toEqual(
      [
        'Seal 2 of shard 0 is missing: the chain was cut.',
        `Event ${third} of fed_1 is in no seal, though everything before 2025-11-25T00:10:00.000Z is sealed: it was put there later, or its seal was removed.`,
      ].map((sentence) => sentence.replace('2025-11-25T00:10:00.000Z', new Date(UP_TO).toISOString())),
    );
    expect(await told(({ chains }) => chains[0]?.splice(1, 2))).toContain(
      'The chain of shard 0 ends at seal 1, but root 2 vouches for seal 2: its end was cut off.',
    );
    expect(await told(({ roots }) => roots.splice(1, 1))).toEqual(['Root 2 is missing.']);
    expect(await told(({ roots }) => roots.splice(0, 1))).toEqual(['Root 1 is missing.']);
    expect(await told(({ roots }) => roots.splice(1, 2))).toEqual([
      'Roots 2 to 3 are missing: the table knows of more.',
    ]);
  });

  it('counts what is not sealed yet, and since when', async () => {
    const archive = archiveOf([[0]]);
    archive.events.push(anEvent(700, 3), anEvent(800, 2));
    const { findings, report } = await archive.verify();
    expect(findings).toEqual([]);
    expect(report.unsealed).toEqual({ count: 2, since: T0 + 700_000 });
  });

  it('finds an event that was sealed when its time was not looked at any more, and counts what was late before', async () => {
    const archive = archiveOf([[0]]);
    archive.root(T0 + 30 * MINUTE_MS);
    archive.seal([anEvent(20 * 60 - 1, 0), anEvent(20 * 60, 0), anEvent(30 * 60, 0)]);
    archive.now = T0 + 40 * MINUTE_MS;
    const early = anEvent(20 * 60 - 1, 0);
    const finding = `Event ${early.id} of fed_1 was put there later: Seal 2 of shard 0 covers it, and everything before ${formatInstant(T0 + 30 * MINUTE_MS)} was sealed.`;
    expect(await archive.verify()).toMatchObject({ findings: [finding], report: { late: 1 } });
    archive.root(T0 + 40 * MINUTE_MS); // that it was vouched for afterwards changes nothing
    expect(await archive.verify()).toMatchObject({ findings: [finding], report: { late: 1 } });
  });

  it('finds an event of a time that has not come', async () => {
    const archive = archiveOf([[0]]);
    archive.events.push(anEvent(25 * 60, 0));
    expect((await archive.verify()).findings).toEqual([]);
    archive.events.push(anEvent(25 * 60 + 1, 0));
    expect((await archive.verify()).findings).toEqual([
      `Event ${anEvent(25 * 60 + 1, 0).id} of fed_1 is of a time that has not come: it was put there by hand.`,
    ]);
  });

  it('finds that there is no root at all, once there must be one', async () => {
    const archive = new Archive();
    archive.events.push(anEvent(0, 0));
    archive.now = T0 + 15 * MINUTE_MS;
    expect((await archive.verify()).findings).toEqual([]);
    archive.now += 1;
    expect((await archive.verify()).findings).toEqual([
      'No root is signed by the key, though there are events of more than 15 minutes ago: all roots were removed.',
    ]);
  });

  it('takes seals that have no root yet as they are', async () => {
    const archive = archiveOf([[0]]);
    archive.seal([anEvent(1, 0)]);
    const { findings, report } = await archive.verify();
    expect(findings).toEqual([]);
    expect(report).toMatchObject({ seals: 2, events: 2, roots: 1 });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Room, readPage, type Source } from '../../shared/audit/read.ts';
import { idRange, matches } from '../../shared/audit/rules.ts';
import { SETTLE_MS } from '../../shared/audit/seal-rules.ts';
import type { AuditEvent } from '../../shared/platform/audit-item.ts';
import { firstIdAt } from '../../shared/platform/ids.ts';
import { T0 } from '../grants/a-grant.ts';
import { anAuditEvent } from './an-audit-event.ts';

/** Partitions of events by number; each page of one ends after its limit, or after as few as the table happened to give. */
const partitions = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { maxLength: 30 }), {
  minLength: 1,
  maxLength: 5,
});
const ROOM = { bytes: 1e6, textOf: ({ id }: AuditEvent) => id };
const actorOf = (id: string): string => (id.endsWith('0') ? 'key_0' : 'key_1');

describe('a page of the audit', () => {
  it('together with the next ones shows every event that matches once, newest first, wherever pages end', () =>
    fc.assert(
      fc.asyncProperty(
        partitions,
        fc.integer({ min: 1, max: 9 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        fc.constantFrom(undefined, 'key_0', 'key_none'),
        async (numbers, limit, cuts, actor) => {
          // Numbers of different partitions differ, as identifiers do.
          const all = numbers.map((some, shard) =>
            some
              .map((number) => String(number * 10 + shard).padStart(6, '0'))
              .sort()
              .reverse(),
          );
          const source: Source = async (after) =>
            all.map((ids) => {
              const rest = ids.filter((id) => after === undefined || id < after);
              const given = rest.slice(0, cuts.next().value ?? limit);
              const events = given.map((id) => anAuditEvent({ id, actor: { type: 'CALLER', id: actorOf(id) } }));
              return { events, knownDownTo: given.length < rest.length ? (given.at(-1) ?? '') : '' };
            });
          const shown: string[] = [];
          let after: string | undefined;
          do {
            const page = await readPage(source, { actor }, { after, limit, ...ROOM });
            expect(page.events.length).toBeLessThanOrEqual(limit);
            shown.push(...page.events.map(({ id }) => id));
            after = page.last;
          } while (after !== undefined);
          const wanted = all.flat().filter((id) => actor === undefined || actorOf(id) === actor);
          expect(shown).toEqual(wanted.sort().reverse());
        },
      ),
    ));

  it('ends after a thousand that do not match, and says where to go on', async () => {
    const ids = Array.from({ length: 5000 }, (_, number) => String(5000 - number).padStart(6, '0'));
    let asked = 0;
    const source: Source = async (after) => {
      const given = ids.filter((id) => after === undefined || id < after).slice(0, 400);
      asked += given.length;
      return [{ events: given.map((id) => anAuditEvent({ id })), knownDownTo: given.at(-1) ?? '' }];
    };
    const page = await readPage(source, { actor: 'nobody' }, { after: undefined, limit: 10, ...ROOM });
    expect(page).toEqual({ events: [], texts: [], last: '003801' });
    expect(asked).toBe(1200);
  });
});

describe('a page of large events', () => {
  const ids = ['5', '4', '3', '2', '1'];
  let asked = 0;
  const source: Source = async (after) => {
    asked += 1;
    const rest = ids.filter((id) => after === undefined || id < after);
    const given = rest.slice(0, 2);
    return [
      {
        events: given.map((id) => anAuditEvent({ id })),
        knownDownTo: given.length < rest.length ? (given.at(-1) ?? '') : '',
      },
    ];
  };
  const shown = async (room: Partial<Room>) => {
    asked = 0;
    const page = await readPage(source, {}, { after: undefined, limit: 9, ...ROOM, textOf: () => 'xx', ...room });
    expect(page.texts).toHaveLength(page.events.length);
    return [page.events.map(({ id }) => id).join(''), page.last, asked];
  };

  it('takes as many as fit into the room as JSON, at least one, and reads no further', async () => {
    expect(await shown({ bytes: 4 * 5 })).toEqual(['54321', undefined, 3]);
    expect(await shown({ bytes: 4 * 5 - 1 })).toEqual(['5432', '2', 3]);
    expect(await shown({ bytes: 4 * 2 })).toEqual(['54', '4', 1]);
    expect(await shown({ bytes: 4 * 2 - 1 })).toEqual(['5', '5', 1]);
    expect(await shown({ bytes: 1 })).toEqual(['5', '5', 1]);
    expect(await shown({ bytes: 1, after: '3' })).toEqual(['2', '2', 1]);
    expect(await shown({ bytes: 4 * 2, textOf: () => '"' })).toEqual(['54', '4', 1]);
  });
});

describe('filters', () => {
  const event = anAuditEvent();
  it.each([
    [{}, true],
    [{ actor: 'key_1', action: 'grant.create', resourceType: 'grant', resource: 'grt_1' }, true],
    [{ actor: 'key_2' }, false],
    [{ action: 'grant.end' }, false],
    [{ resourceType: 'cluster' }, false],
    [{ resource: 'grt_2' }, false],
    [{ from: T0 }, true],
    [{ from: T0 + 1 }, false],
    [{ to: T0 }, false],
    [{ to: T0 + 1 }, true],
  ])('%o: %s', (filter, shown) => {
    expect(matches(event, filter)).toBe(shown);
  });

  it('of time find every event whose identifier was drawn within a run after it', () =>
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(SETTLE_MS - 1), fc.nat(1000), fc.nat(1000), (at, later, from, to) => {
        const happened = anAuditEvent({ at: T0 + at, id: firstIdAt('evt', T0 + at + later) });
        const filter = { from: T0 + from, to: T0 + to };
        const range = idRange(filter);
        if (!matches(happened, filter)) return;
        expect(happened.id >= (range.from ?? '')).toBe(true);
        expect(happened.id < (range.to ?? '')).toBe(true);
      }),
    ));
});

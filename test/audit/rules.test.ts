import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeNewestFirst } from '../../shared/audit/rules.ts';
import type { AuditEvent } from '../../shared/platform/audit-item.ts';

const event = (id: string): AuditEvent => ({
  id,
  version: 1,
  federationId: 'fed_1',
  shard: 0,
  at: 0,
  actor: { type: 'SYSTEM', id: 'test' },
  action: 'a',
  resource: { type: 'r', id: 'r' },
  before: null,
  after: null,
  source: null,
  correlationId: 'c',
});

/** Shards of events; each page of a shard ends after its limit, or after as few as the table happened to give. */
const shards = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { maxLength: 30 }), {
  minLength: 1,
  maxLength: 5,
});

it('shows every event once, newest first, however early the pages of single shards end', () =>
  fc.assert(
    fc.property(
      shards,
      fc.integer({ min: 1, max: 9 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (numbers, limit, cuts) => {
        // Numbers of different shards differ, as identifiers do.
        const all = numbers.map((some, shard) =>
          some
            .map((number) => String(number * 10 + shard).padStart(6, '0'))
            .sort()
            .reverse(),
        );
        const shown: string[] = [];
        let after: string | undefined;
        for (let page = 0; page < 500; page++) {
          const pages = all.map((ids) => {
            const rest = ids.filter((id) => after === undefined || id < after);
            const given = rest.slice(0, Math.min(limit, cuts.next().value ?? limit));
            return { events: given.map(event), more: given.length < rest.length };
          });
          const { events, isLast } = mergeNewestFirst(pages, limit);
          shown.push(...events.map(({ id }) => id));
          if (isLast) break;
          after = events.at(-1)?.id;
        }
        expect(shown).toEqual(all.flat().sort().reverse());
      },
    ),
  ));

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundsOf, isEmpty, type KeyRange } from '../../shared/platform/key-range.ts';

/** Keys as ours are: of digits and capitals, none ending in the lowest of all characters. */
const key = fc.stringMatching(/^[A0-9Z]{1,4}$/);
const maybe = fc.option(key, { nil: undefined });

it('leaves exactly the keys that every part of the range allows', () =>
  fc.assert(
    fc.property(
      fc.record({ after: maybe, prefix: maybe, from: maybe, to: maybe, newestFirst: fc.boolean() }),
      fc.uniqueArray(key, { maxLength: 40 }),
      (range: KeyRange, keys) => {
        const { after, prefix, from, to, newestFirst } = range;
        const wanted = keys.filter(
          (one) =>
            (after === undefined || (newestFirst ? one < after : one > after)) &&
            (prefix === undefined || one.startsWith(prefix)) &&
            (from === undefined || one >= from) &&
            (to === undefined || one < to),
        );
        const bounds = boundsOf(range);
        const { low = '', high = '\uffff' } = bounds;
        expect(isEmpty(bounds) ? [] : keys.filter((one) => one >= low && one <= high)).toEqual(wanted);
      },
    ),
  ));

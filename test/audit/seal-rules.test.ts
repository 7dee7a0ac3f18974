import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, hashOfEvent } from '../../shared/audit/seal-rules.ts';

/** Any text, halves of surrogate pairs among it. */
const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const maps = fc.dictionary(text, text, { noNullPrototype: true });

describe('the hash of an event', () => {
  it('is there for whatever an event holds, and differs where that does', () =>
    fc.assert(
      fc.property(maps, maps, (after, other) => {
        expect(hashOfEvent({ after })).toMatch(/^[0-9a-f]{64}$/);
        expect(hashOfEvent({ after }) === hashOfEvent({ after: other })).toBe(
          JSON.stringify(Object.entries(after).sort()) === JSON.stringify(Object.entries(other).sort()),
        );
      }),
    ));

  it('tells half a surrogate pair from its escape, and from another half', () => {
    const hashes = ['\ud800', '\\ud800', '\udc00', '\ufffd'].map((name) =>
      hashOfEvent({ after: { name, x: '\ud801' } }),
    );
    expect(new Set(hashes).size).toBe(4);
  });

  it('does not depend on the order of members, with half a surrogate pair either', () => {
    expect(canonicalText({ b: { d: 1, c: '\ud800' }, a: 2 })).toBe(canonicalText({ a: 2, b: { c: '\ud800', d: 1 } }));
  });

  it.each([
    ['a number too large', { N: '123456789012345678901234567890' }],
    ['a set', { SS: ['x'] }],
    ['bytes', { B: new Uint8Array([1]) }],
    ['a map with a member __proto__', { M: JSON.parse('{"__proto__":{"M":{"type":{"S":"grant"}}}}') }],
    ['such a map in a list', { L: [{ M: JSON.parse('{"__proto__":{"M":{"type":{"S":"grant"}}}}') }] }],
  ])('of an event that holds %s is no honest event’s', (_, after) => {
    const item = unmarshall({ id: { S: 'evt_1' }, after });
    expect(hashOfEvent(item)).not.toBe(hashOfEvent(JSON.parse(canonicalText(item).replace('not canonical: ', ''))));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointerTo } from '../../shared/api/faults.ts';
import { lookUp, parsePointer } from '../../shared/hooks/json-pointer.ts';

/** RFC 6901 section 5. */
const SECTION_5 = JSON.parse(
  '{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\\\j": 5, "k\\"l": 6, " ": 7, "m~n": 8}',
);
const found = (value: unknown) => ({ found: true, value });
const NOWHERE = { found: false };

describe('I1 a JSON Pointer', () => {
  it.each([
    ['', SECTION_5],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%j finds what RFC 6901 section 5 says', (pointer, value) => {
    expect(lookUp(SECTION_5, pointer)).toEqual(found(value));
  });

  it.each([
    ['/foo/2', 'behind the last element'],
    ['/foo/-', 'the element after the last one'],
    ['/foo/00', 'a leading zero'],
    ['/foo/-1', 'a negative index'],
    ['/foo/1e0', 'a number that is no index'],
    ['/foo/length', 'what every array has'],
    ['/foo/0/0', 'a character of a text'],
    ['/constructor', 'what every object has'],
    ['/__proto__', 'the prototype'],
    ['/hasOwnProperty/name', 'a method'],
    ['/missing/deeper', 'below nothing'],
  ])('%j is nowhere: %s', (pointer) => {
    expect(lookUp(SECTION_5, pointer)).toEqual(NOWHERE);
  });

  it('finds a member called __proto__ that the sender wrote', () => {
    expect(lookUp(JSON.parse('{"__proto__": {"key": "OPS-1"}}'), '/__proto__/key')).toEqual(found('OPS-1'));
  });

  it('reads ~01 as ~1, and not as a slash (section 4)', () => {
    expect(lookUp({ '~1': 'here', '/': 'not here' }, '/~01')).toEqual(found('here'));
  });

  it('tells null from nothing', () => {
    expect(lookUp({ key: null }, '/key')).toEqual(found(null));
    expect(lookUp(null, '/key')).toEqual(NOWHERE);
  });

  it.each(['foo', 'issue/key', '/a~b', '/a~', '/a~2', '#/foo', '$.foo', '{{issue.key}}'])('%j is none', (text) => {
    expect(parsePointer(text)).toBeUndefined();
    expect(lookUp({ foo: 1 }, text)).toEqual(NOWHERE);
  });

  it('finds in any document whatever its own pointer names', () => {
    const walk = (value: unknown, path: string[]): { path: string[]; value: unknown }[] => [
      { path, value },
      ...Object.entries(typeof value === 'object' && value !== null ? value : {}).flatMap(([name, one]) =>
        walk(one, [...path, name]),
      ),
    ];
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (document) => {
        for (const { path, value } of walk(document, [])) {
          expect(lookUp(document, pointerTo(path))).toEqual(found(value));
        }
      }),
    );
  });

  it('never finds anything in a document that has not got it, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (document, text) => {
        const { found: is } = lookUp(document, text);
        if (is) expect(parsePointer(text)).toBeDefined();
      }),
    );
  });
});

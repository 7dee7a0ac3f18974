import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NAME_CHARACTERS_MAX, ownableName, registeredName } from '../../shared/domains/names.ts';
import { SPECIAL_USE_ENDS } from '../../shared/platform/outside-url.ts';

/** Given → stored. */
const OWNABLE: readonly (readonly [string, string])[] = [
  ['acme.com', 'acme.com'],
  ['ACME.com.', 'acme.com'],
  [' acme.com ', 'acme.com'],
  ['acme.com\n', 'acme.com'],
  ['acme。com', 'acme.com'],
  ['acme．com', 'acme.com'],
  ['acme.com。', 'acme.com'],
  ['mail.acme.co.uk', 'mail.acme.co.uk'],
  ['acme.gov.uk', 'acme.gov.uk'],
  ['acme.github.io', 'acme.github.io'],
  ['acme.s3.amazonaws.com', 'acme.s3.amazonaws.com'],
  ['acme.com.acme.com', 'acme.com.acme.com'],
  ['city.kawasaki.jp', 'city.kawasaki.jp'],
  ['www.ck', 'www.ck'],
  ['bar.foo.ck', 'bar.foo.ck'],
  ['acme.zip', 'acme.zip'],
  ['a-b.acme.com', 'a-b.acme.com'],
  ['a--b.acme.com', 'a--b.acme.com'],
  ['1.acme.com', '1.acme.com'],
  ['1.2.3.4.com', '1.2.3.4.com'],
  ['0x7f000001.com', '0x7f000001.com'],
  ['bücher.de', 'xn--bcher-kva.de'],
  ['BÜCHER.de', 'xn--bcher-kva.de'],
  ['bu\u0308cher.de', 'xn--bcher-kva.de'],
  ['xn--bcher-kva.de', 'xn--bcher-kva.de'],
  ['XN--BCHER-KVA.DE', 'xn--bcher-kva.de'],
  // Non-transitional: ß and the final sigma stay what they are (UTS 46 section 4).
  ['straße.de', 'xn--strae-oqa.de'],
  ['faß.de', 'xn--fa-hia.de'],
  ['σας.gr', 'xn--mxa8ab.gr'],
  ['ΣΑΣ.gr', 'xn--mxa9ab.gr'],
  ['例え.jp', 'xn--r8jz45g.jp'],
  ['президент.рф', 'xn--d1abbgf6aiiy.xn--p1ai'],
  ['xn--d1abbgf6aiiy.xn--p1ai', 'xn--d1abbgf6aiiy.xn--p1ai'],
  ['نامه\u200cای.com', 'xn--mgba3gch31f060k.com'],
  ['ﬁ.com', 'fi.com'],
  [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
  ['a.b.c.d.e.f.g.h.acme.com', 'a.b.c.d.e.f.g.h.acme.com'],
];

const REFUSED: readonly (readonly [string, RegExp, readonly string[]])[] = [
  ['a single label', /single label/, ['com', 'localhost', 'acme', 'gov', 'xn--p1ai', 'com.']],
  [
    'a public suffix, the registries’ and private ones',
    /public suffix/,
    [
      ...['co.uk', 'gov.uk', 'nhs.uk', 'com.au', 'co.jp', 'com.br', 'foo.ck', 'x.kawasaki.jp', 'ac.at', 'k12.ca.us'],
      ...['github.io', 'blogspot.com', 's3.amazonaws.com', 'compute.amazonaws.com', 'herokuapp.com', 'pages.dev'],
    ],
  ],
  [
    'a name for special use',
    /special use/,
    [
      ...[...SPECIAL_USE_ENDS].flatMap((end) => [`acme.${end}`, `login.acme.${end}`, `ACME.${end.toUpperCase()}.`]),
      ...['1.0.0.127.in-addr.arpa', 'home.arpa', 'x.ip6.arpa', 'acme.test。'],
      ...['com', 'net', 'org'].flatMap((end) => [`example.${end}`, `www.example.${end}`, `EXAMPLE.${end}.`]),
    ],
  ],
  [
    'below no public top-level domain',
    /no public top-level domain/,
    ['acme.nosuchtld', 'acme.internalcorp', 'acme.locall', 'xn--bcher-kva.xn--bcher-kva', 'acme.com.lanx'],
  ],
  [
    'an IP address, however it is spelt',
    /IP address|bare domain name|no domain name/,
    [
      ...['192.0.2.1', '192.0.2.1.', '0.0.0.0', '255.255.255.255', '127.1', '1.2.3', '2130706433', '0', '256'],
      ...['0x7f.1', '0x7f000001', '0177.0.0.1', '１２７.0.0.1', '127。0。0。1', '①②⑦.⓪.⓪.①', 'acme.123', 'acme.0x10'],
      ...['::1', '[::1]', '[2001:db8::1]', '2001:db8::1', '::ffff:127.0.0.1', '[v1.acme]', '1.2.3.4.5'],
    ],
  ],
  [
    'more than a name',
    /bare domain name/,
    [
      ...['https://acme.com', 'http://acme.com/', 'acme.com/path', 'acme.com:443', 'user@acme.com', '@acme.com'],
      ...['acme.com?x', 'acme.com#x', 'acme.com\\x', 'a b.com', 'acme .com', 'a\tb.com', 'a\nb.com', 'a\u00a0b.com'],
      ...['%61cme.com', 'acme%2ecom', 'acme[.]com', 'mailto:a@acme.com', '//acme.com'],
    ],
  ],
  [
    'characters that cannot be seen',
    /cannot be seen/,
    [
      'ac\u00adme.com',
      'ac\u200bme.com',
      '\u200facme.com',
      'acme\u0000.com',
      'acme\u007f.com',
      'ac\u2060me.com',
      'a\u202ecme.com',
    ],
  ],
  ['a joiner where none may stand', /no domain name/, ['a\u200dcme.com', 'a\u200ccme.com']],
  ['a wildcard', /wildcard/, ['*.acme.com', '*.com', 'a*.acme.com']],
  ['dots too many', /dot/, ['acme..com', '.acme.com', 'acme.com..', '..com', 'a..b.acme.com', 'acme。。com']],
  [
    'labels of other characters',
    /letters, digits|no domain name/,
    [
      ...[
        '-acme.com',
        'acme-.com',
        'a_b.com',
        '_acme.com',
        '_dmarc.acme.com',
        'acme!.com',
        'a,b.com',
        "a'b.com",
        'a"b.com',
      ],
      ...[
        'a;b.com',
        'a(b).com',
        'a+b.com',
        'a=b.com',
        'a&b.com',
        'a|b.com',
        'a<b>.com',
        'a`b.com',
        'a$b.com',
        'a~b.com',
      ],
      ...['A℀.com', 'a／b.com', `${'a'.repeat(64)}.com`, `${'ü'.repeat(60)}.com`],
    ],
  ],
  [
    'a label that only looks internationalized',
    /does not decode|letters, digits|no domain name/,
    [
      ...[
        'ab--cd.com',
        'xn--acme-.com',
        'xn--a.com',
        'xn--0.com',
        'xn--a-ecp.ru',
        'xn--xn---epa.com',
        'xn--.com',
        'xn--a-.com',
      ],
      ...['xn--ﬁ.com', `xn--${'a'.repeat(59)}.com`, 'xn--acme.com', '12--ab.com', 'xn--bcher-kvb--.de'],
    ],
  ],
  ['too many labels', /labels/, [`${'a.'.repeat(10)}com`, 'a.b.c.d.e.f.g.h.i.acme.com']],
  ['too long', /at most 253|no domain name/, [`${`${'a'.repeat(62)}.`.repeat(4)}com`]],
  ['nothing', /no domain name/, ['', ' ', '\n']],
];

const resultOf = (given: string): string => {
  const result = ownableName(given);
  return result.ok ? `taken as ${result.name}` : result.fault;
};

describe('S4 names that can be owned', () => {
  it.each(OWNABLE)('%j is stored as %s', (given, name) => expect(ownableName(given)).toEqual({ ok: true, name }));

  for (const [what, fault, names] of REFUSED) {
    it.each(names)(`refuses ${what}: %j`, (name) => expect(resultOf(name)).toMatch(fault));
  }

  it('takes the longest name there may be, and none that is longer', () => {
    const longest = `${[61, 62, 62, 61].map((length) => 'a'.repeat(length)).join('.')}.com`;
    expect(longest).toHaveLength(NAME_CHARACTERS_MAX);
    expect(ownableName(longest)).toEqual({ ok: true, name: longest });
    expect(resultOf(`a${longest}`)).toMatch(/at most 253|no domain name/);
  });

  const LDH_NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/;
  const anyText = fc.oneof(
    fc.domain(),
    fc.string({ maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }).map((label) => `${label}.com`),
    fc.string({ unit: 'binary', maxLength: 30 }).map((label) => `xn--${label}.com`),
    fc.string({ unit: fc.constantFrom(...'abz019-'), maxLength: 20 }).map((label) => `xn--${label}.com`),
  );

  it('what is stored is letters, digits and hyphens, and is stored the same again, whatever was typed', () =>
    fc.assert(
      fc.property(anyText, (given) => {
        const once = ownableName(given);
        if (!once.ok) return;
        expect(once.name).toMatch(LDH_NAME);
        expect(once.name.length).toBeLessThanOrEqual(NAME_CHARACTERS_MAX);
        expect(ownableName(once.name)).toEqual(once);
      }),
      { numRuns: 3000 },
    ));

  it('case and one trailing dot make no other name', () =>
    fc.assert(
      fc.property(fc.domain(), (name) => {
        expect(ownableName(`${name.toUpperCase()}.`)).toEqual(ownableName(name));
      }),
    ));

  it('a refusal says what is wrong in one line of bounded length', () =>
    fc.assert(
      fc.property(anyText, (given) => {
        const result = ownableName(given);
        if (result.ok) return;
        expect(result.fault.length).toBeLessThan(400);
        expect(result.fault).toMatch(/^\P{Cc}+\.$/u);
      }),
    ));
});

it.each([
  ['acme.com', 'acme.com'],
  ['mail.acme.co.uk', 'acme.co.uk'],
  ['www.acme.github.io', 'acme.github.io'],
])('%s was registered as %s', (name, registered) => expect(registeredName(name)).toBe(registered));

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../shared/domains/findings.ts';
import { lookAlike } from '../../shared/domains/look-alike.ts';
import { LOOKS_LIKE } from '../../shared/domains/look-alike-letters.ts';
import { ownableName, unicodeName } from '../../shared/domains/names.ts';
import { viewDomain } from '../../shared/domains/plans.ts';
import { mixesScripts, scriptsOf } from '../../shared/domains/scripts.ts';
import { aDomain } from './a-domain.ts';

/** As it would be stored. */
function stored(given: string): string {
  const result = ownableName(given);
  if (!result.ok) throw new Error(`${given}: ${result.fault}`);
  return result.name;
}
const warned = (given: string) => lookAlike(stored(given));

const HONEST: readonly (readonly [string, readonly string[]])[] = [
  ['ASCII', ['acme.com', 'paypal.com', 'a-b.acme.com', '1.acme.com', 'rnicrosoft.com', 'g00gle.com', 'xn.com']],
  [
    'Latin with marks',
    [
      ...['bücher.de', 'straße.de', 'façade.fr', 'señor.es', 'ısparta.com', 'kağıthane.com', 'đà-nẵng.vn', 'łódź.pl'],
      ...[
        'æøå.dk',
        'þórshöfn.is',
        'œuvre.fr',
        'col·legi.cat',
        'ŝanĝo.org',
        'ʻokina.com',
        'q̇alla.com',
        'ė̄.lt',
        'ọ̀rọ̀.ng',
        'ŋɔŋlɔ.com',
        'ɖeka.com',
        'ɛʋe.com',
      ],
    ],
  ],
  [
    'Japanese, alone and with Latin',
    [
      '例え.jp',
      'データ.jp',
      'ひらがな.jp',
      '漢字かなカナ.jp',
      'tシャツ.jp',
      'ノート.com',
      'こんにちは世界.com',
      'sony本社.jp',
    ],
  ],
  ['Korean, alone and with Han or Latin', ['한국어.kr', '한국어abc.com', '한中.com', 'lg전자.kr', '大韓민국.kr']],
  [
    'Chinese, alone and with Latin or Bopomofo',
    ['中文.com', '中文abc.cn', 'ㄅ中.tw', '百度.com', '阿里巴巴.cn', '人々.jp'],
  ],
  [
    'Cyrillic',
    [
      ...[
        'президент.рф',
        'кремль.рф',
        'оса.рф',
        'хор.рф',
        'сауна.рф',
        'яндекс.com',
        'пора.com',
        'київ.укр',
        'београд.срб',
      ],
      ...['хорх.bg', 'россия.com', 'сос.укр', 'монгол.мон'],
    ],
  ],
  ['Greek', ['σας.gr', 'ελλάδα.gr', 'ουι.gr', 'νίκη.com', 'αθήνα.eu', 'ευρώπη.ευ']],
  [
    'Persian with joiners, Arabic, Urdu',
    ['نامه\u200cای.com', 'مثال.com', 'الجزائر.com', 'پاکستان.com', 'موقع.وزارة-الاتصالات.مصر'],
  ],
  ['Hebrew', ['דוגמה.com', 'ישראל.ישראל', 'שלום.co.il']],
  [
    'Indic scripts, with their joiners and digits',
    [
      'उदाहरण.com',
      'भारत.भारत',
      'বাংলা.com',
      'தமிழ்.com',
      'తెలుగు.com',
      'ശ്രീ.com',
      'ਪੰਜਾਬੀ.com',
      'ગુજરાતી.com',
      '२०२४साल.com',
    ],
  ],
  ['Thai, Lao, Khmer, Burmese', ['ไทย.com', 'ตัวอย่าง.ไทย', 'ລາວ.com', 'ខ្មែរ.com', 'မြန်မာ.com']],
  ['Armenian, Georgian, Ethiopic', ['հայաստան.հայ', 'հայերեն.com', 'საქართველო.გე', 'საქართველო.com', 'ኢትዮጵያ.com']],
  ['Cherokee, Yi, Tifinagh, syllabics', ['ᏣᎳᎩ.com', 'ꆈꌠ.com', 'ⵜⵉⴼⵉⵏⴰⵖ.com', 'ᐃᓄᒃᑎᑐᑦ.com']],
  ['scripts of their own in each label', ['пример.мойсайт.com', '例え.пример.com', 'δοκιμή.例え.jp']],
];

/** Name → what the message says of it. */
const DUBIOUS: readonly (readonly [string, RegExp])[] = [
  // Of one script, and read as Latin.
  ['аррӏе.com', /looks like "apple" and has Cyrillic а р ӏ е\./],
  ['ехсһаԛе.com', /looks like "exchaqe"/],
  ['орӏеѕ.net', /looks like "oples"/],
  ['хорх.com', /looks like "xopx"/],
  ['ѕсоре.io', /looks like "scope"/],
  ['login.аррӏе.com', /"аррӏе" looks like "apple"/],
  ['аррӏе.co.uk', /looks like "apple"/],
  ['аррӏе-іԁ.com', /looks like "apple-id"/],
  ['ουι.com', /looks like "oui" and has Greek ο υ ι\./],
  ['νιρ.com', /looks like "vip"/],
  ['հոս.com', /looks like "hnu" and has Armenian հ ո ս\./],
  ['ꓮꓑꓑꓡꓰ.com', /looks like "apple" and has Lisu/],
  ['ᎳᎪᎩ.com', /looks like "way" and has Cherokee/],
  ['০০.com', /looks like "oo" and has Bengali ০\./],
  ['〇.com', /looks like "o" and has Han 〇\./],
  // A few letters of the same script that only look like ASCII.
  ['ɡoogle.com', /looks like "google" and has Latin ɡ\./],
  ['fɑcebook.com', /looks like "facebook" and has Latin ɑ\./],
  ['ʏahoo.com', /looks like "yahoo" and has Latin ʏ\./],
  ['ᴠisa.com', /looks like "visa"/],
  // East Asian characters may stand beside Latin; these are strokes.
  ['comノsearch.com', /looks like "com\/search" and has Katakana ノ\./],
  ['acme一login.com', /looks like "acme-login" and has Han 一\./],
  ['acmeーlogin.com', /looks like "acme-login"/],
  ['g〇〇gle.com', /looks like "google" and has Han 〇\./],
  // Signs of no script.
  ['ac\u2010me.com', /looks like "ac-me" and has the sign U\+2010\./],
  ['ac\u2013me.com', /looks like "ac-me" and has the sign U\+2013\./],
  ['½.com', /looks like "1\/2" and has the sign U\+2044\./],
  ['㎯.com', /looks like "rad\/s2" and has the sign U\+2215\./],
  ['ma×.com', /looks like "max" and has the sign U\+00D7\./],
  // A second dot on a dotted letter is not seen.
  ['İstanbul.com', /looks like "istanbul" and has the sign U\+0307\./],
  ['paj\u0307ama.com', /looks like "pajama" and has the sign U\+0307\./],
  // Mixed.
  ['pаypal.com', /mixes Latin p y a l and Cyrillic а\./],
  ['gооgle.com', /mixes Latin g l e and Cyrillic о\./],
  ['раypal.com', /mixes Cyrillic р а and Latin y p a l\./],
  ['micrоsоft.com', /mixes Latin/],
  ['αcme.com', /mixes Greek α and Latin c m e\./],
  ['αβγabc.com', /mixes Greek α β γ and Latin a b c\./],
  ['кафе-bar.com', /mixes Cyrillic к а ф е and Latin b a r\./],
  ['gооgle.рф', /mixes Latin/],
  ['acmе.bg', /mixes Latin a c m and Cyrillic е\./],
  ['Ꭺpple.com', /mixes Cherokee Ꭺ and Latin p l e\./],
  ['a০b.com', /mixes Latin a b and Bengali ০\./],
  ['goog੦e.com', /mixes Latin g o e and Gurmukhi ੦\./],
  ['acme๐.com', /mixes Latin a c m e and Thai ๐\./],
  ['ⲟracle.com', /mixes Coptic ⲟ and Latin r a c l e\./],
  ['中α.com', /mixes Han 中 and Greek α\./],
  ['ひらα.com', /mixes Hiragana ひ ら and Greek α\./],
  ['한ひ.com', /mixes Hangul 한 and Hiragana ひ\./],
  ['ㄅひ.tw', /mixes Bopomofo ㄅ and Hiragana ひ\./],
  ['ㄅ한.tw', /mixes Bopomofo/],
  ['ệtа.vn', /mixes Latin ệ t and Cyrillic а\./],
  ['αрi.com', /mixes Greek α and Cyrillic р and Latin i\./],
  ['αяa.пример.com', /"αяa" mixes/],
];

describe('S4 names that look like another one', () => {
  for (const [what, names] of HONEST) {
    it.each(names)(`${what}: %s is not warned about`, (name) => expect(warned(name)).toBeUndefined());
  }

  it.each(DUBIOUS)('%s is warned about', (given, message) => {
    expect(warned(given)?.message).toMatch(message);
  });

  it('the warning shows the name as people read it, as it is stored, and says what to do', () => {
    expect(warned('аррӏе.com')).toEqual({
      severity: 'WARNING',
      code: 'domain-looks-alike',
      message:
        '"аррӏе.com" is the name xn--80ak6aa92e.com, and may be read as another one: "аррӏе" looks like "apple" and has Cyrillic а р ӏ е.',
      fix: 'Compare it with the name that you mean, letter by letter. If it is the right one, write it as xn--80ak6aa92e.com where people could mistake it; else delete this domain.',
    });
  });

  it('tells of three labels at most, and names eight letters of a script', () => {
    const message = warned('aа.bа.cа.dа.абвгдежзийклt.com')?.message ?? '';
    expect(message.match(/mixes/g)).toHaveLength(3);
    expect(warned('абвгдежзийклt.com')?.message).toContain('Cyrillic а б в г д е ж з and Latin t');
  });

  it('is told with everything else that there is to say of a domain', () => {
    const domain = aDomain({ domainName: stored('аррӏе.com'), status: 'LAPSING', failures: 1, failingSince: 0 });
    expect(findingsOf(domain).map(({ code }) => code)).toEqual(['domain-lapsing', 'domain-looks-alike']);
    expect(viewDomain(domain)).toMatchObject({ domainName: 'xn--80ak6aa92e.com', unicodeName: 'аррӏе.com' });
    expect(viewDomain(aDomain({ domainName: 'acme.com' }))).toMatchObject({ unicodeName: null, findings: [] });
  });

  it('names of ASCII are never warned about, whatever they are', () =>
    fc.assert(
      fc.property(fc.domain(), (name) => {
        const result = ownableName(name);
        if (result.ok && !result.name.includes('xn--')) expect(lookAlike(result.name)).toBeUndefined();
      }),
      { numRuns: 2000 },
    ));

  it('whatever is stored, the warning is one line of bounded length', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (label) => {
        const result = ownableName(`${label}.com`);
        if (!result.ok) return;
        const finding = lookAlike(result.name);
        if (finding) expect(`${finding.message}${finding.fix}`).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,2000}$/u);
      }),
      { numRuns: 2000 },
    ));

  it('one letter of another script beside Latin ones is always told', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...'абвгдежзиклмнопрстуфхцчшщыэюяαβγδεζηθικλμνξοπρστυφχψωաբգდევა'),
        fc.stringMatching(/^[a-z]{1,10}$/),
        fc.stringMatching(/^[a-z]{1,10}$/),
        (letter, before, after) => {
          expect(warned(`${before}${letter}${after}.com`)?.message).toContain('mixes');
        },
      ),
    ));
});

describe('a name as people read it', () => {
  it.each([
    ['acme.com', null],
    ['xn--bcher-kva.de', 'bücher.de'],
    ['www.xn--bcher-kva.de', 'www.bücher.de'],
    ['xn--d1abbgf6aiiy.xn--p1ai', 'президент.рф'],
    ['xn--mgba3gch31f060k.com', 'نامه\u200cای.com'],
  ])('%s is %j', (name, shown) => expect(unicodeName(name)).toBe(shown));
});

describe('scripts', () => {
  it.each([
    ['a', ['Latin']],
    ['1', []],
    ['-', []],
    ['\u0301', []],
    ['а', ['Cyrillic']],
    ['ー', ['Hiragana', 'Katakana']],
    ['々', ['Han']],
    ['𐌰', ['a rare script']],
  ])('%s is of %j', (character, scripts) => expect(scriptsOf(character)).toEqual(scripts));

  it.each([
    ['', false],
    ['123', false],
    ['abc', false],
    ['𐌰𐌱', false],
    ['𐌰a', true],
    ['漢字かなカナabc', false],
    ['漢字한글abc', false],
    ['漢字ㄅabc', false],
    ['かな한글', true],
    ['漢字кanji', true],
  ])('%j mixes: %s', (label, mixes) => expect(mixesScripts(label)).toBe(mixes));

  it('every look-alike is one letter that a name can hold, and looks like something that is ASCII', () => {
    for (const [letter, ascii] of LOOKS_LIKE) {
      expect([...letter], letter).toHaveLength(1);
      expect(letter).not.toMatch(/\p{ASCII}/u);
      expect(ascii, letter).toMatch(/^[a-z0-9/-]{1,2}$/);
      expect(unicodeName(new URL(`https://${letter}.com`).hostname), letter).toBe(`${letter}.com`);
    }
    expect(LOOKS_LIKE.size).toBeGreaterThan(150);
  });
});

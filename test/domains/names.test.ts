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
  // What a keyboard or a page makes of dots, widths, ligatures and numbers (UTS 46 table 1).
  ['acme｡com', 'acme.com'],
  ['ＡＣＭＥ．ＣＯ．ＵＫ．', 'acme.co.uk'],
  ['ａｃｍｅ.com', 'acme.com'],
  ['ｘn--bcher-kva.de', 'xn--bcher-kva.de'],
  ['ﬃ.com', 'ffi.com'],
  ['²cme.com', '2cme.com'],
  ['Ⅷ.com', 'viii.com'],
  ['℡.com', 'tel.com'],
  ['\u212aelvin.com', 'kelvin.com'],
  ['\u017f.com', 's.com'],
  ['\tacme.com', 'acme.com'],
  ['acme.com. ', 'acme.com'],
  // Upper case that is not one letter's (UTS 46, CaseFolding): sharp s, dotted I, final sigma.
  ['STRASSE.de', 'strasse.de'],
  ['STRAẞE.de', 'xn--strae-oqa.de'],
  ['ẞ.de', 'xn--zca.de'],
  ['xn--fa-hia.de', 'xn--fa-hia.de'],
  ['İstanbul.com', 'xn--istanbul-o0e.com'],
  ['ıstanbul.com', 'xn--stanbul-qfb.com'],
  ['ISTANBUL.com', 'istanbul.com'],
  ['οδος.gr', 'xn--pxavbm.gr'],
  ['οδοσ.gr', 'xn--pxavbq.gr'],
  ['ΟΔΟΣ.gr', 'xn--pxavbq.gr'],
  ['ǅ.com', 'xn--d-toa.com'],
  // One letter, however it is composed (NFC).
  ['e\u0301.com', 'xn--9ca.com'],
  ['é.com', 'xn--9ca.com'],
  ['\u212b.com', 'xn--5ca.com'],
  ['A\u030a.com', 'xn--5ca.com'],
  // Joiners where the script needs them (RFC 5892 appendix A.1 and A.2), and bidi rules that hold (RFC 5893).
  ['क्\u200dष.com', 'xn--11b2ezcw70k.com'],
  ['क्\u200cष.com', 'xn--11b2ezcs70k.com'],
  ['ක්\u200dර.lk', 'xn--3zc0eybz95j.lk'],
  ['אב.com', 'xn--4dbc.com'],
  ['א1.com', 'xn--1-zhc.com'],
  ['۱۲۳.com', 'xn--embcd.com'],
  ['१२३.com', 'xn--e4bcd.com'],
  // Pictures are no letters, but the DNS has them.
  ['🍕.ws', 'xn--vi8h.ws'],
  ['❤\ufe0f.ws', 'xn--qei.ws'],
  ['xn--ls8h.la', 'xn--ls8h.la'],
  // Top-level domains of other scripts, and suffixes below them.
  ['acme.рф', 'acme.xn--p1ai'],
  ['acme.中国', 'acme.xn--fiqs8s'],
  ['acme.xn--fiqs8s', 'acme.xn--fiqs8s'],
  ['acme.公司.cn', 'acme.xn--55qx5d.cn'],
  // Digits and hyphens that only look like something else.
  ['1e3.com', '1e3.com'],
  ['0x.com', '0x.com'],
  ['aaa--bb.com', 'aaa--bb.com'],
  ['3com.com', '3com.com'],
  ['127-0-0-1.acme.com', '127-0-0-1.acme.com'],
];

/** Below a suffix that others register under, the registries' or a company's, each name is one's own. */
const BELOW_A_SUFFIX = [
  ...[
    'acme.ltd.uk',
    'acme.me.uk',
    'acme.com.au',
    'acme.co.nz',
    'acme.co.za',
    'acme.com.br',
    'acme.com.cn',
    'acme.co.in',
  ],
  ...['acme.or.jp', 'acme.tokyo.jp', 'city.kobe.jp', 'a.acme.kawasaki.jp', 'acme.com.bd', 'acme.bd', 'parliament.uk'],
  ...['acme.gov', 'acme.edu', 'acme.mil', 'acme.int', 'acme.io', 'acme.dev', 'acme.museum', 'acme.aws', 'acme.bank'],
  ...[
    'acme.gitlab.io',
    'a.acme.github.io',
    'acme.herokuapp.com',
    'acme.netlify.app',
    'acme.vercel.app',
    'acme.web.app',
  ],
  ...['acme.workers.dev', 'acme.azurewebsites.net', 'd111.cloudfront.net', 'acme.a.run.app', 'acme.appspot.com'],
  ...['acme.us-east-1.elasticbeanstalk.com', 'bucket.s3-eu-west-1.amazonaws.com', 'bucket.s3.eu-west-1.amazonaws.com'],
  ...[
    'abc.execute-api.eu-west-1.amazonaws.com',
    'abc.lambda-url.eu-west-1.on.aws',
    'acme.onmicrosoft.com',
    'amazonaws.com',
  ],
];

const REFUSED: readonly (readonly [string, RegExp, readonly string[]])[] = [
  ['a single label', /single label/, ['com', 'localhost', 'acme', 'gov', 'xn--p1ai', 'com.']],
  [
    'a public suffix, the registries’ and private ones',
    /public suffix/,
    [
      ...['co.uk', 'gov.uk', 'nhs.uk', 'com.au', 'co.jp', 'com.br', 'foo.ck', 'x.kawasaki.jp', 'ac.at', 'k12.ca.us'],
      ...['github.io', 'blogspot.com', 's3.amazonaws.com', 'compute.amazonaws.com', 'herokuapp.com', 'pages.dev'],
      ...[
        'sch.uk',
        'police.uk',
        'gov.au',
        'edu.au',
        'act.edu.au',
        'gov.br',
        'sp.gov.br',
        'gouv.fr',
        'asso.fr',
        'np.np',
      ],
      ...[
        'kobe.jp',
        'acme.kawasaki.jp',
        'acme.ck',
        'com.bd',
        '公司.cn',
        'xn--55qx5d.cn',
        '个人.hk',
        'CO.UK.',
        'co。uk',
      ],
      ...[
        'uk.com',
        'eu.com',
        'us.com',
        'gb.net',
        'de.com',
        'co.com',
        'com.de',
        'gitlab.io',
        'netlify.app',
        'vercel.app',
      ],
      ...['web.app', 'firebaseapp.com', 'workers.dev', 'fly.dev', 'onrender.com', 'azurewebsites.net', 'cloudapp.net'],
      ...[
        'blob.core.windows.net',
        'cloudfront.net',
        'elasticbeanstalk.com',
        'us-east-1.elasticbeanstalk.com',
        'run.app',
      ],
      ...[
        's3-eu-west-1.amazonaws.com',
        's3.eu-west-1.amazonaws.com',
        's3-website-us-east-1.amazonaws.com',
        'a.run.app',
      ],
      ...['execute-api.eu-west-1.amazonaws.com', 'eu-west-1.compute.amazonaws.com', 'elb.amazonaws.com', 'appspot.com'],
      ...[
        'lambda-url.eu-west-1.on.aws',
        'cloudfunctions.net',
        'myshopify.com',
        'dyndns.org',
        'duckdns.org',
        'no-ip.org',
      ],
      ...['ngrok.io', 'ngrok-free.app', 'auth.eu-central-1.amazoncognito.com', 'GitHub.io', 'S3.AmazonAWS.com'],
    ],
  ],
  [
    'a name for special use',
    /special use/,
    [
      ...[...SPECIAL_USE_ENDS].flatMap((end) => [`acme.${end}`, `login.acme.${end}`, `ACME.${end.toUpperCase()}.`]),
      ...['1.0.0.127.in-addr.arpa', 'home.arpa', 'x.ip6.arpa', 'acme.test。', 'resolver.arpa', 'ipv4only.arpa'],
      ...[
        'acme.internal',
        'acme.corp',
        'acme.home',
        'acme.mail',
        'acme.lan',
        'acme.intranet',
        'acme.private',
        'acme.alt',
      ],
      ...['acme.localdomain', 'acme.ＯＮＩＯＮ', 'bücher.local', 'xn--bcher-kva.internal', 'a.b.c.d.corp'],
      ...['com', 'net', 'org'].flatMap((end) => [`example.${end}`, `www.example.${end}`, `EXAMPLE.${end}.`]),
    ],
  ],
  [
    'below no public top-level domain',
    /no public top-level domain/,
    [
      'acme.nosuchtld',
      'acme.internalcorp',
      'acme.locall',
      'xn--bcher-kva.xn--bcher-kva',
      'acme.com.lanx',
      'acme.i2p',
      'acme.bit',
      'acme.eth',
      'acme.crypto',
      'acme.dhcp',
      'acme.workgroup',
      'acme.router',
      'acme.a1',
      'acme.c0m',
      'acme.cοm',
      'acme.ⅽⲟm',
      'acme.xn--zzz',
    ],
  ],
  [
    'an IP address, however it is spelt',
    /IP address|bare domain name|no domain name/,
    [
      ...['192.0.2.1', '192.0.2.1.', '0.0.0.0', '255.255.255.255', '127.1', '1.2.3', '2130706433', '0', '256'],
      ...['0x7f.1', '0x7f000001', '0177.0.0.1', '１２７.0.0.1', '127。0。0。1', '①②⑦.⓪.⓪.①', 'acme.123', 'acme.0x10'],
      ...[
        '01.02.03.04',
        '0x7f.0.0.1',
        '0x1.0x2',
        '1.2.3.256',
        'acme.1.2.3.4',
        '999.999',
        'acme.0',
        'acme.00',
        '1.2.3.4。',
      ],
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
      'ac\u061cme.com',
      'ac\u180eme.com',
      'ac\u034fme.com',
      'ac\u3164me.com',
      '\u3164.com',
      'ac\uffa0me.com',
      'ac\u115fme.com',
      'ac\u2064me.com',
      'ac\ufe00me.com',
      'ac\u{e0041}me.com',
      'ac\u{e0100}me.com',
      'acme.com\u0000',
    ],
  ],
  [
    'a joiner where none may stand',
    /no domain name|does not decode/,
    [
      'a\u200dcme.com',
      'a\u200ccme.com',
      'acme\u200d.com',
      'क\u200d.com',
      '👨\u200d👩.ws',
      'xn--1ug.com',
      'xn--0ug.com',
    ],
  ],
  [
    'what breaks the bidi rule (RFC 5893)',
    /no domain name/,
    ['אabc.com', 'abcא.com', '1א.com', '٢.com', 'a٢.com', '1٢3.com', 'ab׳.com', 'א-.com'],
  ],
  ['a label that begins with a mark', /no domain name/, ['\u0301a.com', '\u0308.com', 'acme.\u0301com', '\u093f.com']],
  ['a wildcard', /wildcard/, ['*.acme.com', '*.com', 'a*.acme.com']],
  [
    'dots too many',
    /dot|no domain name/,
    [
      'acme..com',
      '.acme.com',
      'acme.com..',
      '..com',
      'a..b.acme.com',
      'acme。。com',
      '..',
      '.',
      '。',
      '.com',
      'acme．.com',
    ],
  ],
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
      ...['{acme}.com', "'acme.com'", '"acme.com"', 'acme^.com', 'a.-b.com', 'a.b-.com', '--a.com', 'a--.com', '-.com'],
      ...['_sip._tcp.acme.com', '＿a.com', 'a＋b.com', '⒈com', 'acme․com', 'a％b.com', '\uff0dacme.com'],
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
      ...['xn--aa.com', 'xn--ab.com', 'xn--a-yoc.com', 'xn--99zzzzzzzzzz.com', 'xn--xn--a-gua-pl.com', 'XN--ACME-.com'],
      ...[
        'xn---.com',
        'xn----.com',
        'xn--3d9hrm-.com',
        'aa--bb.com',
        'a---b.com',
        'ab--.com',
        'acme.xn--1',
        'XN--A.com',
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

  it.each(BELOW_A_SUFFIX)('%s is stored as it is', (name) => expect(ownableName(name)).toEqual({ ok: true, name }));

  for (const [what, fault, names] of REFUSED) {
    it.each(names)(`refuses ${what}: %j`, (name) => expect(resultOf(name)).toMatch(fault));
  }

  it('takes the longest name there may be, and none that is longer', () => {
    const longest = `${[61, 62, 62, 61].map((length) => 'a'.repeat(length)).join('.')}.com`;
    expect(longest).toHaveLength(NAME_CHARACTERS_MAX);
    expect(ownableName(longest)).toEqual({ ok: true, name: longest });
    expect(ownableName(`${longest}.`)).toEqual({ ok: true, name: longest });
    expect(resultOf(`a${longest}`)).toMatch(/at most 253|no domain name/);
    // Each of its labels is short as it is typed, and too long as it is stored.
    const typed = `${'äöüéèñç'.repeat(8)}.com`;
    expect(typed.length).toBeLessThan(63);
    expect(resultOf(typed)).toMatch(/letters, digits|no domain name/);
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

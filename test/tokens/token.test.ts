import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { own } from '../../shared/platform/json-object.ts';
import { parseToken, TOKEN_BYTES_MAX } from '../../shared/tokens/token.ts';
import { describeTokenFault, type TokenFault } from '../../shared/tokens/token-fault.ts';
import { aToken, compact, encode, HEADER, PAYLOAD } from './a-token.ts';

const faultOf = (text: string): TokenFault => {
  const parsed = parseToken(text);
  if (parsed.ok) throw new Error('was taken for a token');
  return parsed.fault;
};

const tokenOf = (text: string) => {
  const parsed = parseToken(text);
  if (!parsed.ok) throw new Error(`was refused: ${parsed.fault.kind}`);
  return parsed.token;
};

const header = (text: string) => compact(text, PAYLOAD);
const payload = (text: string) => compact(HEADER, text);
const [H = '', P = '', S = ''] = aToken().split('.');

/** A sentence, the clause, the text, what is found. */
type Row = [name: string, clause: string, text: string, fault: TokenFault];

const SIZE_AND_PARTS: Row[] = [
  ['an empty text', 'RFC 7515 section 7.1', '', { kind: 'empty' }],
  [
    'one character above 64 KiB',
    'security.md 1.1 step 1',
    'a'.repeat(TOKEN_BYTES_MAX + 1),
    { kind: 'too-long', characters: 65_537, bytesMax: 65_536 },
  ],
  ['one word', 'RFC 6749 section 1.4', 'f3b9c0d1', { kind: 'opaque', parts: 1 }],
  ['Google: two parts', 'RFC 6749 section 1.4', 'ya29.a0AfB_by', { kind: 'opaque', parts: 2 }],
  ['one word with a space', 'RFC 6749 section 1.4', 'Bearer x', { kind: 'opaque', parts: 1 }],
  [
    'one word that is exactly 64 KiB',
    'RFC 6749 section 1.4',
    'a'.repeat(TOKEN_BYTES_MAX),
    { kind: 'opaque', parts: 1 },
  ],
  ['a JWT without payload and signature', 'RFC 7515 section 7.1', H, { kind: 'part-count', parts: 1 }],
  ['a JWT without signature part', 'RFC 7515 section 7.1', `${H}.${P}`, { kind: 'part-count', parts: 2 }],
  ['four parts', 'RFC 7515 section 7.1', `${H}.${P}.${S}.x`, { kind: 'part-count', parts: 4 }],
  ['four parts, the last empty', 'RFC 7515 section 7.1', `${H}.${P}.${S}.`, { kind: 'part-count', parts: 4 }],
  ['a JWE', 'RFC 7516 section 7.1', `${encode('{"alg":"RSA-OAEP","enc":"A256GCM"}')}.a.b.c.d`, { kind: 'encrypted' }],
  ['a JWE with alg dir: no key part', 'RFC 7516 section 7.1', 'eyJhbGciOiJkaXIifQ..b.c.d', { kind: 'encrypted' }],
  ['six parts', 'RFC 7515 section 7.1', 'a.b.c.d.e.f', { kind: 'part-count', parts: 6 }],
  ['nothing but dots', 'RFC 7515 section 7.1', '.'.repeat(60_000), { kind: 'part-count', parts: 6 }],
  ['two dots', 'RFC 7515 section 7.1', '..', { kind: 'empty-part', part: 'header' }],
  ['no header', 'RFC 7515 section 7.1', `.${P}.${S}`, { kind: 'empty-part', part: 'header' }],
  ['no payload (detached)', 'RFC 7515 appendix F', `${H}..${S}`, { kind: 'empty-part', part: 'payload' }],
  ['no signature (unsecured)', 'RFC 7519 section 6.1', `${H}.${P}.`, { kind: 'empty-part', part: 'signature' }],
];

/** What atob, Buffer or a lenient decoder takes in a part, and a JWT may not have. */
const STRANGERS: [name: string, text: string, shown: string][] = [
  ['padding', '=', 'U+003D'],
  ['a space', ' ', 'U+0020'],
  ['a line feed', '\n', 'U+000A'],
  ['a carriage return', '\r', 'U+000D'],
  ['a tab', '\t', 'U+0009'],
  ['a form feed', '\f', 'U+000C'],
  ['a null', '\0', 'U+0000'],
  ['a plus of plain base64', '+', 'U+002B'],
  ['a slash of plain base64', '/', 'U+002F'],
  ['a quotation mark', '"', 'U+0022'],
  ['a comma', ',', 'U+002C'],
  ['a tilde (SD-JWT)', '~', 'U+007E'],
  ['a percent sign', '%', 'U+0025'],
  ['a no-break space', '\u00a0', 'U+00A0'],
  ['a zero-width space', '\u200b', 'U+200B'],
  ['a byte order mark', '\ufeff', 'U+FEFF'],
  ['a Cyrillic a', '\u0430', 'U+0430'],
  ['a full-width A', '\uff21', 'U+FF21'],
  ['an emoji', '\u{1f511}', 'U+1F511'],
  ['half a surrogate pair', '\ud83d', 'U+D83D'],
];

const CHARACTERS: Row[] = STRANGERS.flatMap(([name, character, shown]) =>
  (['header', 'payload', 'signature'] as const).flatMap((part, index): Row[] =>
    (['first', 'inside', 'last'] as const).map((place): Row => {
      const parts = [H, P, S];
      const content = parts[index] ?? '';
      const at = { first: 0, inside: 2, last: content.length }[place];
      parts[index] = content.slice(0, at) + character + content.slice(at);
      const fault: TokenFault = { kind: 'bad-character', part, character: shown, position: at + 1 };
      return [`${name}, ${place} in the ${part}`, 'RFC 7515 section 2, 5.2', parts.join('.'), fault];
    }),
  ),
);

const notObject = (part: 'header' | 'payload', got: string): TokenFault => ({ kind: 'not-an-object', part, got });
const NO_OBJECTS: [name: string, json: string, got: string][] = [
  ['null', 'null', 'null'],
  ['a list', '[]', 'an array'],
  ['a list with an object', '[{"alg":"RS256"}]', 'an array'],
  ['a number', '1', '1'],
  ['true', 'true', 'true'],
  ['text', '"{}"', '"{}"'],
  ['text with a line break', '"a\\nb"', '"a\\u{a}b"'],
  ['a list 20,000 deep', '['.repeat(20_000) + ']'.repeat(20_000), 'an array'],
];
const NO_JSON: [name: string, json: string | Uint8Array, kind: 'not-json' | 'not-utf8'][] = [
  ['an unquoted name', '{alg:"RS256"}', 'not-json'],
  ['single quotes', "{'alg':'RS256'}", 'not-json'],
  ['a trailing comma', '{"alg":"RS256",}', 'not-json'],
  ['a comment', '{"alg":"RS256"/**/}', 'not-json'],
  ['two objects', '{"alg":"RS256"}{}', 'not-json'],
  ['an object cut short', '{"alg":"RS256"', 'not-json'],
  ['NaN', '{"alg":"RS256","n":NaN}', 'not-json'],
  ['a line break in a text', '{"alg":"RS\n256"}', 'not-json'],
  ['a byte order mark', '\ufeff{"alg":"RS256"}', 'not-json'],
  ['a null byte behind', '{"alg":"RS256"}\0', 'not-json'],
  ['a byte that UTF-8 never has', new Uint8Array([0x7b, 0xff, 0x7d]), 'not-utf8'],
  ['an overlong slash', new Uint8Array([0x22, 0xc0, 0xaf, 0x22]), 'not-utf8'],
  ['a surrogate in UTF-8', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not-utf8'],
  ['a sequence cut short', new Uint8Array([0x22, 0xe2, 0x82]), 'not-utf8'],
  ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]), 'not-utf8'],
];
const CONTENT: Row[] = [
  ...NO_OBJECTS.flatMap(([name, json, got]): Row[] => [
    [`${name} as header`, 'RFC 7515 section 4', header(json), notObject('header', got)],
    [`${name} as payload`, 'RFC 7519 section 7.2 step 10', payload(json), notObject('payload', got)],
  ]),
  ...NO_JSON.flatMap(([name, content, kind]): Row[] => [
    [`${name} in the header`, 'RFC 7515 section 5.2 step 3', `${encode(content)}.${P}.${S}`, { kind, part: 'header' }],
    [`${name} in the payload`, 'RFC 7519 section 7.2', `${H}.${encode(content)}.${S}`, { kind, part: 'payload' }],
  ]),
  [
    'one character too many in the header',
    'RFC 4648 section 5',
    `AAAAA.${P}.${S}`,
    { kind: 'not-base64url', part: 'header' },
  ],
  [
    'one character too many in the payload',
    'RFC 4648 section 5',
    `${H}.AAAAA.${S}`,
    { kind: 'not-base64url', part: 'payload' },
  ],
  ['one character as signature', 'RFC 4648 section 5', `${H}.${P}.A`, { kind: 'not-base64url', part: 'signature' }],
];

const twice = (part: 'header' | 'payload', member: string): TokenFault => ({ kind: 'duplicate-member', part, member });
const DUPLICATES: Row[] = [
  ['alg twice', 'RFC 7515 section 4', header('{"alg":"RS256","alg":"none"}'), twice('header', '"alg"')],
  ['alg twice, equal', 'RFC 7515 section 4', header('{"alg":"RS256","alg":"RS256"}'), twice('header', '"alg"')],
  [
    'alg twice, once escaped',
    'RFC 8259 section 8.3',
    header('{"alg":"RS256","\\u0061lg":"none"}'),
    twice('header', '"alg"'),
  ],
  ['kid twice', 'RFC 7515 section 4', header('{"kid":"a","alg":"RS256","kid":"b"}'), twice('header', '"kid"')],
  ['sub twice', 'RFC 7519 section 4', payload('{"sub":"alice","sub":"root"}'), twice('payload', '"sub"')],
  [
    'sub twice behind a list',
    'RFC 7519 section 4',
    payload('{"sub":"a","g":["sub",{"x":1}],"sub":"b"}'),
    twice('payload', '"sub"'),
  ],
  [
    'groups twice behind an object',
    'RFC 7519 section 4',
    payload('{"groups":[],"o":{"p":{}},"groups":["admin"]}'),
    twice('payload', '"groups"'),
  ],
  ['__proto__ twice', 'RFC 7519 section 4', payload('{"__proto__":1,"__proto__":2}'), twice('payload', '"__proto__"')],
  ['an empty name twice', 'RFC 7519 section 4', payload('{"":1,"":2}'), twice('payload', '""')],
  [
    'a name with a quotation mark twice',
    'RFC 7519 section 4',
    payload('{"a\\"":1,"a\\"":2}'),
    twice('payload', '"a""'),
  ],
  [
    'a name that ends in a backslash twice',
    'RFC 7519 section 4',
    payload('{"a\\\\":1,"a\\\\":2}'),
    twice('payload', '"a\\"'),
  ],
];

const NOT_TEXT = ['null', '1', '0', 'true', 'false', '[]', '["RS256"]', '{}', '{"toString":"RS256"}'];
const quoted = (json: string) => (json.startsWith('[') ? 'an array' : json.startsWith('{') ? 'an object' : json);
const HEADERS: Row[] = [
  ['no alg', 'RFC 7515 section 4.1.1', header('{"kid":"a"}'), { kind: 'alg-invalid', got: 'nothing' }],
  ['no member at all', 'RFC 7515 section 4.1.1', header('{}'), { kind: 'alg-invalid', got: 'nothing' }],
  ['an empty alg', 'RFC 7515 section 4.1.1', header('{"alg":""}'), { kind: 'alg-invalid', got: '""' }],
  [
    'alg from __proto__',
    'RFC 7515 section 4.1.1',
    header('{"__proto__":{"alg":"RS256"}}'),
    { kind: 'alg-invalid', got: 'nothing' },
  ],
  ['Alg with a capital', 'RFC 7515 section 4', header('{"Alg":"RS256"}'), { kind: 'alg-invalid', got: 'nothing' }],
  ...NOT_TEXT.map(
    (json): Row => [
      `alg ${json}`,
      'RFC 7515 section 4.1.1',
      header(`{"alg":${json}}`),
      { kind: 'alg-invalid', got: quoted(json) },
    ],
  ),
  ...NOT_TEXT.map(
    (json): Row => [
      `kid ${json}`,
      'RFC 7515 section 4.1.4',
      header(`{"alg":"RS256","kid":${json}}`),
      { kind: 'kid-invalid', got: quoted(json) },
    ],
  ),
  ...NOT_TEXT.map(
    (json): Row => [
      `typ ${json}`,
      'RFC 7515 section 4.1.9',
      header(`{"alg":"RS256","typ":${json}}`),
      { kind: 'typ-invalid', got: quoted(json) },
    ],
  ),
  ...['["exp"]', '["b64"]', '[]', '["crit"]', '[""]', '"exp"', 'null', 'false', '{}', '0'].map(
    (json): Row => [
      `crit ${json}`,
      'RFC 7515 section 4.1.11',
      header(`{"alg":"RS256","crit":${json},"exp":1,"b64":true}`),
      { kind: 'critical-extension', got: json === '"exp"' ? '"exp"' : quoted(json) },
    ],
  ),
  ...['false', 'null', '0', '1', '"true"', '"false"', '[]', '{}'].map(
    (json): Row => [
      `b64 ${json}`,
      'RFC 7797 section 7',
      header(`{"alg":"RS256","b64":${json}}`),
      { kind: 'unencoded-payload', got: json.startsWith('"') ? json : quoted(json) },
    ],
  ),
];

const ROWS: Row[] = [...SIZE_AND_PARTS, ...CHARACTERS, ...CONTENT, ...DUPLICATES, ...HEADERS];

describe('the form of a token', () => {
  it('has a table of hundreds of hostile texts', () => expect(ROWS.length).toBeGreaterThan(250));

  it.each(ROWS)('refuses %s (%s)', (_name, _clause, text, fault) => {
    expect(faultOf(text)).toEqual(fault);
    const { detail, fix } = describeTokenFault(faultOf(text));
    expect(detail).toMatch(/^[A-Z].*\.$/s);
    expect(fix).toMatch(/^[A-Z].*\.$/s);
    expect(detail).not.toMatch(/undefined|NaN|\[object/);
  });

  it('takes a token and keeps what is needed of it', () => {
    expect(parseToken(aToken())).toEqual({
      ok: true,
      token: {
        header: { alg: 'RS256', kid: 'key-1', typ: 'JWT' },
        claims: { iss: 'https://idp.example', sub: 'alice' },
        text: aToken(),
        nonceInHeader: false,
      },
    });
  });

  it.each([
    ['a header with alg only', 'RFC 7515 section 4.1', header('{"alg":"ES256"}')],
    ['an empty kid', 'RFC 7515 section 4.1.4', header('{"alg":"ES256","kid":""}')],
    ['a kid that looks like a path', 'RFC 8725 section 3.10', header('{"alg":"ES256","kid":"../../etc/passwd"}')],
    ['b64 true', 'RFC 7797 section 3', header('{"alg":"ES256","b64":true}')],
    ['white space in the JSON', 'RFC 8259 section 2', header(' {\r\n\t"alg" : "ES256" } ')],
    [
      'unknown members',
      'RFC 7515 section 4',
      header('{"alg":"ES256","jwk":{"kty":"oct"},"jku":"https://evil.example"}'),
    ],
    ['alg none: judged by the step algorithm', 'RFC 7518 section 3.6', header('{"alg":"none"}')],
    ['an empty payload object', 'RFC 7519 section 4', payload('{}')],
    ['one name at two depths', 'RFC 7519 section 4', payload('{"sub":"a","act":{"sub":"b"},"l":[{"sub":"c"}]}')],
    ['a value equal to a name', 'RFC 7519 section 4', payload('{"sub":"sub","aud":["sub","sub"]}')],
    ['names that differ in case', 'RFC 7519 section 4', payload('{"sub":"a","Sub":"b"}')],
    ['punctuation inside texts', 'RFC 8259 section 7', payload('{"a":"{\\"b\\":[,","c":"}]\\\\","b":1}')],
    ['spare bits that are not zero', 'RFC 4648 section 3.5', `${H}.${encode('{"a":"b"}')}.AB`],
    [
      'a long token: 200 Entra groups',
      'security.md 1.1',
      payload(JSON.stringify({ groups: Array.from({ length: 200 }, (_, i) => `${i}`.padStart(36, '0')) })),
    ],
  ])('takes %s (%s)', (_name, _clause, text) => expect(parseToken(text)).toMatchObject({ ok: true, token: { text } }));

  it('takes a token of exactly 64 KiB', () => {
    const begun = ['', 'x', 'xx']
      .map((filler) => compact(HEADER, `{"a":"${filler}"}`, ''))
      .find(({ length }) => (TOKEN_BYTES_MAX - length) % 4 === 0);
    const text = (begun ?? '').padEnd(TOKEN_BYTES_MAX, 'A');
    expect(text).toHaveLength(65_536);
    expect(parseToken(text).ok).toBe(true);
    expect(faultOf(`${text}AA`).kind).toBe('too-long');
  });

  it('copies nothing but alg, kid and typ from the header: keys in a token are never seen (CVE-2018-0114)', () => {
    const token = tokenOf(header('{"alg":"RS256","jwk":{},"jku":"u","x5u":"u","x5c":[],"__proto__":{"kid":"k"}}'));
    expect(Object.keys(token.header)).toEqual(['alg']);
    expect(token.header.kid).toBeUndefined();
  });

  it('keeps __proto__ as a claim, and inherits nothing from it', () => {
    const { claims } = tokenOf(payload('{"__proto__":{"sub":"root"},"constructor":"c"}'));
    expect(own(claims, 'sub')).toBeUndefined();
    expect(own(claims, '__proto__')).toEqual({ sub: 'root' });
    expect(own(claims, 'toString')).toBeUndefined();
    expect(own({}, 'sub')).toBeUndefined();
    expect('sub' in {}).toBe(false);
  });

  it('sees the nonce in the header of a token for Microsoft Graph', () => {
    expect(tokenOf(header('{"alg":"RS256","nonce":"x"}')).nonceInHeader).toBe(true);
  });

  it('reads 64 KiB of the worst texts in little time', () => {
    const worst = [
      payload(`{${'"":1,'.repeat(9_000)}"":1}`),
      payload(`{"a":${'[{"a":'.repeat(6_000)}1${'}]'.repeat(6_000)}}`),
      payload(`{"a":"${'\\\\'.repeat(20_000)}"}`),
    ];
    const start = performance.now();
    for (const text of worst) parseToken(text);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('the words for a fault of form', () => {
  const wordsOf = (text: string) => describeTokenFault(faultOf(text));

  it('tells an opaque token from a broken one', () => {
    expect(wordsOf('ya29.a0AfB_by')).toEqual({
      detail: 'The token is opaque: it is no JWT (three parts with dots between), so only its issuer can read it.',
      fix:
        'Ask the identity provider for a signed JWT access token. Auth0: set the tenant’s Default Audience to your API. ' +
        'Okta: use a custom authorization server. PingFederate: use a JSON Web Token access token manager.',
    });
    expect(wordsOf('a.b.c.d.e').detail).toContain('it is encrypted (a JWE)');
    expect(wordsOf('a.b.c.d.e.f').detail).toBe(
      'A signed JWT has three parts with dots between; this token has six or more.',
    );
    expect(wordsOf(`${H}.${P}`).fix).toContain('Part of it may be missing');
  });

  it('names a stray character and its place', () => {
    expect(wordsOf(`${H}.${P}.${S}=`)).toEqual({
      detail: `The token’s signature has the character U+003D at position ${S.length + 1}; only A-Z, a-z, 0-9, "-" and "_" may occur.`,
      fix: 'Spaces, line breaks, quotation marks and "=" do not belong there. Copy the whole access token again, in one piece and without the word Bearer.',
    });
    expect(wordsOf(`Bearer ${aToken()}`).detail).toContain('The token’s header has the character U+0020 at position 7');
  });

  it('says that an unsigned token is never accepted', () => {
    expect(wordsOf(`${H}.${P}.`)).toMatchObject({
      detail: 'The token has no signature.',
      fix: expect.stringContaining('never accepted'),
    });
  });

  it('quotes at most 100 characters of a value, and makes control characters visible', () => {
    const long = payload(`{"${'\\u0000\\u202e'.repeat(500)}":1,"${'\\u0000\\u202e'.repeat(500)}":2}`);
    const fault = faultOf(long);
    expect(fault.kind === 'duplicate-member' && fault.member.length).toBeLessThanOrEqual(102); // with its quotation marks
    expect(describeTokenFault(fault).detail).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('never holds a part of the token', () => {
    for (const [, , text] of ROWS) {
      const words = JSON.stringify(wordsOf(text));
      for (const part of text.split('.'))
        if (part.length >= 12 && /^[\w-]+$/.test(part)) expect(words).not.toContain(part.slice(0, 12));
    }
  });
});

describe('any text', () => {
  const partText = fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/);
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(partText, { maxLength: 7 }).map((parts) => parts.join('.')),
    fc.tuple(fc.json(), fc.json()).map(([first, second]) => compact(first, second)),
    fc
      .tuple(fc.json(), partText)
      .map(([json, signature]) => `${encode(`{"alg":${json}}`)}.${encode(json)}.${signature}`),
  );

  it('is answered, never thrown at, and what is wrong is said in sentences', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseToken(text);
        if (!parsed.ok) expect(describeTokenFault(parsed.fault).detail).toMatch(/\.$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes back as it was when it is a token', () => {
    const record = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        record,
        fc.string({ minLength: 1 }),
        fc.option(fc.string(), { nil: undefined }),
        (claims, alg, kid) => {
          const text = compact(JSON.stringify({ alg, kid }), JSON.stringify(claims));
          const token = tokenOf(text);
          expect(token.claims).toEqual(JSON.parse(JSON.stringify(claims)));
          expect(token.header).toEqual(JSON.parse(JSON.stringify({ alg, kid })));
          expect(token.text).toBe(text);
        },
      ),
    );
  });

  it('is refused when a name is written twice, wherever it stands and however it is escaped', () => {
    const escaped = (name: string) =>
      [...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const name = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(name, fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), fc.jsonValue()), (member, others) => {
        const between = JSON.stringify(others).slice(1, -1);
        const text = payload(`{"${member}":1,${between}${between && ','}"${escaped(member)}":2}`);
        expect(faultOf(text)).toEqual({ kind: 'duplicate-member', part: 'payload', member: `"${member}"` });
      }),
    );
  });
});

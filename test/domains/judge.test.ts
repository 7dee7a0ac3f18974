import { describe, expect, it } from 'vitest';
import { judge } from '../../shared/domains/judge.ts';
import { proofValue } from '../../shared/domains/proof.ts';
import type { DnsFacts, FileFacts } from '../../shared/domains/prove.ts';
import { type DnsAnswer, RECORDS_MAX } from '../../shared/platform/dns.ts';
import type { Answered, Failed } from '../../shared/platform/http.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/platform/time.ts';
import { T0 } from '../grants/a-grant.ts';
import { aDomain } from './a-domain.ts';

const domain = aDomain();
const value = proofValue(domain);
const server = '127.0.0.1:53';
const records = (...found: string[]): DnsAnswer => ({ kind: 'records', records: found, leftOut: 0, server, keptMs: 0 });
const none: DnsAnswer = { kind: 'none', code: 'NXDOMAIN', server, keptMs: 0 };
const servfail: DnsAnswer = { kind: 'failed', code: 'SERVFAIL', servers: [{ server, code: 'SERVFAIL' }] };
const silent: DnsAnswer = { kind: 'failed', code: 'TIMEOUT', servers: [{ server, code: 'TIMEOUT' }] };
const tooMany: DnsAnswer = { kind: 'records', records: Array(RECORDS_MAX).fill('x'), leftOut: 3, server, keptMs: 0 };

const CHALLENGE = '_sallyport-challenge.acme.com';
/** What one resolver says at the name, and at the challenge's label. */
type Said = readonly [DnsAnswer, DnsAnswer];
const looked = ([atName, atLabel]: Said) => [
  { name: 'acme.com', answer: atName },
  { name: CHALLENGE, answer: atLabel },
];
const facts = (said: readonly Said[], more: Partial<DnsFacts> = {}): DnsFacts => ({
  kind: 'dns',
  resolvers: said.map(looked),
  aliases: [],
  doubled: [],
  ...more,
});
const doubled = (name: string, ...found: string[]) => ({ doubled: [{ name, answer: records(...found) }] });
const alias = { aliases: [{ name: 'acme.com', targets: ['shop.elsewhere.net', 'edge.elsewhere.net'] }] };

type Case = readonly [what: string, facts: DnsFacts, outcome: string, code: string, message: string, fix: RegExp];

describe('S3 what a look at the DNS means', () => {
  const publish = new RegExp(`^Publish the TXT record ${value} at acme\\.com, or at ${CHALLENGE}\\.`);
  it.each<Case>([
    [
      'the proof at the name, beside other records',
      facts([[records('v=spf1 -all', value), none]]),
      ...['PROVED', 'proved', 'The proof was found at acme.com.'],
      /Leave it there/,
    ] as const,
    [
      'the proof at the challenge’s label',
      facts([[none, records(value)]]),
      ...['PROVED', 'proved', `The proof was found at ${CHALLENGE}.`],
      /Leave it there/,
    ] as const,
    [
      'the proof at one name, while the other fails',
      facts([[servfail, records(value)]]),
      ...['PROVED', 'proved', `The proof was found at ${CHALLENGE}.`],
      /Leave it there/,
    ] as const,
    [
      'no record anywhere',
      facts([[none, none]]),
      ...['NOT_PROVED', 'no-record', `There is no TXT record at acme.com, nor at ${CHALLENGE}.`],
      publish,
    ] as const,
    [
      'a wrong record and others',
      facts([[records('v=spf1 -all', 'x', 'y'), none]]),
      ...[
        'NOT_PROVED',
        'record-missing',
        'No TXT record has the proof. At acme.com there is "v=spf1 -all" and 2 more.',
      ],
      publish,
    ] as const,
    [
      'quotes that were pasted along',
      facts([[records('v=spf1 -all', ` "${value}" `), none]]),
      ...[
        'NOT_PROVED',
        'record-with-quotes',
        `The record at acme.com has quotes or spaces around the value: " "${value}" ".`,
      ],
      new RegExp(`^Remove them: the value is ${value}, and nothing else\\.$`),
    ] as const,
    [
      'the bare token',
      facts([[records(domain.token), none]]),
      ...['NOT_PROVED', 'record-altered', `The record at acme.com is not exactly the value: "${domain.token}".`],
      /nothing left out/,
    ] as const,
    [
      'the value and more in one record',
      facts([[none, records(`${value} v=spf1`)]]),
      ...['NOT_PROVED', 'record-altered', `The record at ${CHALLENGE} is not exactly the value: "${value} v=spf1".`],
      /nothing added/,
    ] as const,
    [
      'an earlier proof',
      facts([[records('sallyport-site-verification=OLD'), none]]),
      ...['NOT_PROVED', 'record-of-another-proof'],
      'The record at acme.com is another proof: "sallyport-site-verification=OLD".',
      /another federation, does not count\.$/,
    ] as const,
    [
      'the name doubled by the provider, beside a mail record at the right one',
      facts([[records('v=spf1 -all'), none]], doubled('acme.com.acme.com', value)),
      ...['NOT_PROVED', 'record-at-doubled-name'],
      'The record is at acme.com.acme.com: your DNS provider added acme.com to the name that was entered.',
      /@ or an empty name stands for acme\.com itself/,
    ] as const,
    [
      'the challenge’s name doubled',
      facts([[none, none]], doubled(`${CHALLENGE}.acme.com`, value)),
      ...['NOT_PROVED', 'record-at-doubled-name'],
      `The record is at ${CHALLENGE}.acme.com: your DNS provider added acme.com to the name that was entered.`,
      /Leave acme\.com out of the name/,
    ] as const,
    [
      'an alias, which has no records of its own',
      facts([[records('v=spf1 of the target'), none]], alias),
      ...['NOT_PROVED', 'name-is-alias'],
      'acme.com is an alias of shop.elsewhere.net, then edge.elsewhere.net, and an alias has no TXT record of its own.',
      new RegExp(`at ${CHALLENGE}\\.$`),
    ] as const,
    [
      'servers that fail',
      facts([[servfail, none]]),
      ...['UNKNOWN', 'look-up-failed', 'acme.com could not be looked up: SERVFAIL. Nothing was decided.'],
      /tried again by itself/,
    ] as const,
    [
      'one that fails beside a wrong record',
      facts([[records('x'), silent]]),
      ...['UNKNOWN', 'look-up-failed', `${CHALLENGE} could not be looked up: TIMEOUT. Nothing was decided.`],
      /tried again by itself/,
    ] as const,
    [
      'more records than are read',
      facts([[tooMany, none]]),
      ...['UNKNOWN', 'too-many-records'],
      'There are more than 256 TXT records at acme.com, and not all of them are read. Nothing was decided.',
      /Publish the proof at a name that has fewer/,
    ] as const,
    [
      'a proof that two of three resolvers see',
      facts([
        [none, none],
        [records(value), none],
        [servfail, records(value)],
      ]),
      ...['PROVED', 'proved', 'The proof was found at acme.com.'],
      /Leave it there/,
    ] as const,
    [
      'a proof that one of three resolvers sees',
      facts([
        [none, none],
        [records(value), none],
        [none, none],
      ]),
      ...['UNKNOWN', 'resolvers-disagree'],
      'The proof was found at acme.com, but by 1 of 3 resolvers only. Nothing was decided.',
      /^Leave it there\.$/,
    ] as const,
    [
      'no proof at one resolver, while another is silent',
      facts([
        [none, none],
        [silent, silent],
      ]),
      ...['UNKNOWN', 'no-record'],
      `There is no TXT record at acme.com, nor at ${CHALLENGE}. But 1 of 2 resolvers gave no full answer. Nothing was decided.`,
      publish,
    ] as const,
    [
      'no proof at any of two resolvers',
      facts([
        [records('x'), none],
        [records('x'), none],
      ]),
      ...['NOT_PROVED', 'record-missing', 'No TXT record has the proof. At acme.com there is "x".'],
      publish,
    ] as const,
  ])('%s', (_what, seen, outcome, code, message, fix) => {
    const judged = judge(domain, seen, T0);
    expect(judged).toMatchObject({ outcome, finding: { code, message } });
    expect(judged.finding.fix).toMatch(fix);
  });

  it('tells until when an older answer may still be given, and nothing of it when none is kept', () => {
    const kept = (answer: DnsAnswer, keptMs: number): DnsAnswer =>
      answer.kind === 'failed' ? answer : { ...answer, keptMs };
    const old = records('sallyport-site-verification=OLD');
    const judged = judge(domain, facts([[kept(old, 5 * MINUTE_MS), kept(none, MINUTE_MS)]]), T0);
    expect(judged.finding).toMatchObject({
      code: 'record-of-another-proof',
      fix: expect.stringMatching(
        /If it is published already, wait: .* the older answer until 2026-11-25T00:05:00\.000Z\.$/,
      ),
    });
    expect(judged.exchanges.map(({ keptUntil }) => keptUntil)).toEqual([T0 + 5 * MINUTE_MS, T0 + MINUTE_MS]);
    expect(judge(domain, facts([[old, none]]), T0).finding.fix).not.toContain('until');
    const disagreeing = facts([
      [records(value), none],
      [kept(none, HOUR_MS), none],
      [none, none],
    ]);
    expect(judge(domain, disagreeing, T0).finding).toMatchObject({
      code: 'resolvers-disagree',
      fix: expect.stringContaining('until 2026-11-25T01:00:00.000Z'),
    });
  });

  it('quotes at most 100 characters of a record', () => {
    const { finding, exchanges } = judge(domain, facts([[records('x'.repeat(4000)), none]]), T0);
    expect(finding.message).toContain(`"${'x'.repeat(99)}…"`);
    expect(exchanges[0]?.got).toBe(`"${'x'.repeat(99)}…"`);
  });

  it('tells what was asked of whom, each answer once, with the chain of aliases', () => {
    const other: DnsAnswer = { kind: 'none', code: 'NXDOMAIN', server: '127.0.0.2:53', keptMs: 0 };
    const { exchanges } = judge(
      domain,
      facts(
        [
          [records('x', 'y'), none],
          [records('x', 'y'), other],
        ],
        alias,
      ),
      T0,
    );
    expect(exchanges).toEqual([
      { asked: 'TXT acme.com', from: `${server}, ${server}`, got: '"x" and 1 more', keptUntil: null },
      { asked: `TXT ${CHALLENGE}`, from: `${server}, 127.0.0.2:53`, got: 'NXDOMAIN', keptUntil: null },
      { asked: 'CNAME acme.com', from: '', got: '"shop.elsewhere.net" → "edge.elsewhere.net"', keptUntil: null },
    ]);
  });
});

describe('S3 what a look at the web means', () => {
  const page = (status: number, body: string, more: Partial<Answered> = {}): Answered => ({
    kind: 'answered',
    status,
    headers: {},
    body: Buffer.from(body),
    url: 'https://acme.com/f',
    address: '192.0.2.1',
    ...more,
  });
  const missing = page(404, 'no');
  const failed = (code: Failed['code'], publicCode: Failed['publicCode']): Failed => ({
    kind: 'failed',
    code,
    detail: 'for the log: 10.0.0.1',
    publicCode,
    publicDetail: 'acme.com gave no complete answer in time.',
  });
  const judged = (answers: readonly (Answered | Failed)[], addresses: FileFacts['addresses'] = []) =>
    judge(
      aDomain({ method: 'HTML_FILE_UPLOAD' }),
      {
        kind: 'file',
        answers: answers.map((answer, index) => ({ url: `https://acme.com/${index}`, answer })),
        addresses,
      },
      T0,
    );
  const serve = (index: number) => `Serve a file with exactly ${value} at https://acme.com/${index}, with status 200`;

  it.each<[string, Answered | Failed, Answered | Failed, string, string, string, string]>([
    ['the file', page(200, value), missing, 'PROVED', 'proved', 'found at https://acme.com/0.', 'Leave it there'],
    ['the file, with a line break at its end', page(200, `${value}\r\n`), missing, 'PROVED', 'proved', '/0.', 'Leave'],
    ['the file at the well-known address', missing, page(200, value), 'PROVED', 'proved', '/1.', 'Leave it there'],
    [
      'the file at one address, while the other fails',
      failed('tls', 'tls'),
      page(200, value),
      'PROVED',
      'proved',
      '/1.',
      'Leave',
    ],
    ['no file', missing, page(410, ''), 'NOT_PROVED', 'file-missing', 'https://acme.com/0 answers 404.', serve(0)],
    [
      'a page for every address',
      page(200, '\n<!doctype html><p>hi'),
      page(200, '<p>'),
      'NOT_PROVED',
      'file-is-a-page',
      'is an HTML page: "',
      'no markup',
    ],
    [
      'another content',
      missing,
      page(200, 'hello'),
      'NOT_PROVED',
      'file-with-other-content',
      'https://acme.com/1 holds "hello".',
      serve(1),
    ],
    [
      'the proof and more',
      page(200, `${value} and more`),
      missing,
      'NOT_PROVED',
      'file-with-other-content',
      'and more"',
      serve(0),
    ],
    [
      'the proof after a line break',
      page(200, `\n${value}`),
      missing,
      'NOT_PROVED',
      'file-with-other-content',
      'holds "',
      serve(0),
    ],
    [
      'the proof, then blanks, then what was not read',
      page(200, value.padEnd(512), { isCut: true }),
      missing,
      'NOT_PROVED',
      'file-with-other-content',
      'holds',
      serve(0),
    ],
    [
      'a byte order mark before the proof',
      page(200, `\ufeff${value}`),
      missing,
      'NOT_PROVED',
      'file-with-byte-order-mark',
      'byte order mark',
      'UTF-8 without',
    ],
    [
      'a redirect',
      page(301, '', { headers: { location: 'https://www.acme.com/' } }),
      missing,
      'UNKNOWN',
      'file-redirected',
      'https://acme.com/0 redirects to "https://www.acme.com/", and redirects are not followed.',
      'Or prove the name by a TXT record: delete this domain and add it anew with the method DNS_RECORD.',
    ],
    [
      'a server that fails',
      page(503, ''),
      missing,
      'UNKNOWN',
      'file-status',
      'answers 503. Nothing was decided.',
      serve(0),
    ],
    [
      'a server that wants a password',
      missing,
      page(401, ''),
      'UNKNOWN',
      'file-status',
      'answers 401. Nothing was decided.',
      serve(1),
    ],
    [
      'another content beside a server that fails',
      page(200, 'x'),
      page(500, ''),
      'UNKNOWN',
      'file-status',
      '/1 answers 500.',
      serve(1),
    ],
    [
      'no answer',
      failed('timeout', 'unreachable'),
      missing,
      'UNKNOWN',
      'file-unreachable',
      'no complete answer in time. Nothing was decided.',
      serve(0),
    ],
    ['no TLS', missing, failed('tls', 'tls'), 'UNKNOWN', 'file-tls', 'could not be read', serve(1)],
  ])('%s', (_what, first, second, outcome, code, message, fix) => {
    const { finding, ...rest } = judged([first, second]);
    expect({ outcome: rest.outcome, code: finding.code }).toEqual({ outcome, code });
    expect(finding.message).toContain(message);
    expect(finding.fix).toContain(fix);
    expect(JSON.stringify({ finding, ...rest })).not.toContain('10.0.0.1');
  });

  it('is a no when every resolver says that the name has no address', () => {
    const nowhere = failed('dns', 'unreachable');
    expect(judged([nowhere, nowhere], [none, none])).toMatchObject({
      outcome: 'NOT_PROVED',
      finding: {
        code: 'name-without-address',
        message: 'acme.com has no address, so no file can be served there.',
        fix: expect.stringMatching(/add it anew with the method DNS_RECORD\.$/),
      },
    });
    expect(judged([nowhere, nowhere], [none, servfail])).toMatchObject({
      outcome: 'UNKNOWN',
      finding: { code: 'file-unreachable' },
    });
  });
});

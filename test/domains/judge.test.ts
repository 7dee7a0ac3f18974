import { describe, expect, it } from 'vitest';
import { judge } from '../../shared/domains/judge.ts';
import { proofValue } from '../../shared/domains/proof.ts';
import type { DnsAnswer } from '../../shared/platform/dns.ts';
import { aDomain } from './a-domain.ts';

const domain = aDomain();
const value = proofValue(domain);
const server = '127.0.0.1:53';
const records = (...found: string[]): DnsAnswer => ({ kind: 'records', records: found, leftOut: 0, server });
const none: DnsAnswer = { kind: 'none', code: 'NXDOMAIN', server };
const servfail: DnsAnswer = { kind: 'failed', code: 'SERVFAIL', servers: [{ server, code: 'SERVFAIL' }] };

describe('S3 what a look at the DNS means', () => {
  it.each<[string, DnsAnswer, DnsAnswer, DnsAnswer | null, string, string, RegExp, RegExp]>([
    [
      'the proof at the name',
      records('v=spf1 -all', value),
      none,
      null,
      'PROVED',
      'proved',
      /found at acme\.com/,
      /Leave it there/,
    ],
    [
      'the proof at the challenge’s label',
      none,
      records(value),
      null,
      'PROVED',
      'proved',
      /_sallyport-challenge/,
      /Leave it/,
    ],
    ['the proof at one, and the other fails', servfail, records(value), null, 'PROVED', 'proved', /found/, /Leave/],
    [
      'no record anywhere',
      none,
      none,
      none,
      'NOT_PROVED',
      'no-record',
      /no TXT record at acme\.com/,
      /sallyport-site-verification=.*SOA/,
    ],
    [
      'other records',
      records('v=spf1 -all', 'x'),
      none,
      null,
      'NOT_PROVED',
      'record-missing',
      /"v=spf1 -all" and 1 more/,
      /Publish/,
    ],
    [
      'quotes pasted',
      records(`"${value}"`),
      none,
      null,
      'NOT_PROVED',
      'record-with-quotes',
      /quotes or spaces/,
      /Remove them/,
    ],
    [
      'an earlier proof',
      records('sallyport-site-verification=OLD'),
      none,
      null,
      'NOT_PROVED',
      'record-of-another-proof',
      /another proof/,
      /does not count/,
    ],
    [
      'the name doubled',
      none,
      none,
      records(value),
      'NOT_PROVED',
      'record-at-doubled-name',
      /acme\.com\.acme\.com/,
      /Enter the name as @/,
    ],
    ['a server that fails', servfail, none, null, 'UNKNOWN', 'look-up-failed', /SERVFAIL/, /Nothing was decided/],
    [
      'one that fails beside a wrong record',
      records('x'),
      servfail,
      null,
      'UNKNOWN',
      'look-up-failed',
      /SERVFAIL/,
      /Nothing was decided/,
    ],
  ])('%s', (_what, atName, atLabel, doubled, outcome, code, message, fix) => {
    const answers = [
      { name: 'acme.com', answer: atName },
      { name: '_sallyport-challenge.acme.com', answer: atLabel },
    ];
    const judged = judge(domain, { kind: 'dns', answers, doubled });
    expect(judged).toMatchObject({ outcome, finding: { code } });
    expect(judged.finding.message).toMatch(message);
    expect(judged.finding.fix).toMatch(fix);
  });

  it('quotes at most 100 characters of a record', () => {
    const answers = [{ name: 'acme.com', answer: records('x'.repeat(4000)) }];
    const { finding, exchanges } = judge(domain, { kind: 'dns', answers, doubled: null });
    expect(finding.message.length).toBeLessThan(250);
    expect(exchanges[0]?.got.length).toBeLessThan(150);
  });
});

describe('S3 what a look at the web means', () => {
  const file = (status: number, body: string, headers = {}) => ({
    kind: 'answered' as const,
    status,
    headers,
    body: Buffer.from(body),
    url: 'https://acme.com/f',
    address: '192.0.2.1',
  });
  const missing = file(404, 'no');
  const failed = {
    kind: 'failed' as const,
    code: 'timeout' as const,
    detail: 'late',
    publicCode: 'unreachable' as const,
    publicDetail: 'It did not answer.',
  };
  it.each([
    ['the file', file(200, `${value}\n`), missing, 'PROVED', 'proved'],
    ['the file at the well-known address', missing, file(200, value), 'PROVED', 'proved'],
    ['no file', missing, missing, 'NOT_PROVED', 'file-missing'],
    ['a page instead', file(200, '<!doctype html><p>hi'), missing, 'NOT_PROVED', 'file-is-a-page'],
    ['another content', file(200, 'hello'), missing, 'NOT_PROVED', 'file-with-other-content'],
    ['the proof and more', file(200, `${value} and more`), missing, 'NOT_PROVED', 'file-with-other-content'],
    ['a redirect', file(301, '', { location: 'https://www.acme.com/' }), missing, 'UNKNOWN', 'file-redirected'],
    ['a server that fails', file(503, ''), missing, 'UNKNOWN', 'file-status'],
    ['no answer', failed, missing, 'UNKNOWN', 'file-unreachable'],
  ])('%s', (_what, first, second, outcome, code) => {
    const answers = [first, second].map((answer, index) => ({ url: `https://acme.com/${index}`, answer }));
    const judged = judge(aDomain({ method: 'HTML_FILE_UPLOAD' }), { kind: 'file', answers });
    expect(judged).toMatchObject({ outcome, finding: { code } });
    expect(judged.finding.fix).not.toBe('');
  });
});

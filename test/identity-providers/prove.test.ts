import { describe, expect, it } from 'vitest';
import { discoveryUrl, issuerProver } from '../../shared/identity-providers/prove.ts';
import type { Answered, Failed, OutsideRequest } from '../../shared/platform/http.ts';
import { aDiscovery, ISSUER, KEYS } from './an-identity-provider.ts';

const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const answered = (body: string, part: Partial<Answered> = {}): Answered => ({
  kind: 'answered',
  status: 200,
  headers: {},
  body: Buffer.from(body),
  url: '',
  address: '192.0.2.1',
  ...part,
});

/** An issuer that answers by URL; what was asked of it is kept. */
function proverOf(answers: Readonly<Record<string, Answered | Failed>>) {
  const asked: OutsideRequest[] = [];
  const request = async (wish: OutsideRequest) => {
    asked.push(wish);
    const answer = answers[String(wish.url)];
    if (!answer) throw new Error(`nobody expected ${wish.url}`);
    return answer;
  };
  return { asked, prover: issuerProver({ request }) };
}

describe('S5 asking an issuer', () => {
  it.each([
    ['https://acme.com', 'https://acme.com/.well-known/openid-configuration'],
    ['https://acme.com/', 'https://acme.com/.well-known/openid-configuration'],
    ['https://acme.com/a/b', 'https://acme.com/a/b/.well-known/openid-configuration'],
    ['https://acme.com/a//', 'https://acme.com/a//.well-known/openid-configuration'],
  ])('%s is looked for at %s', (issuerUri, url) => {
    expect(discoveryUrl(issuerUri)).toBe(url);
  });

  it('brings its document and the key set that it names, past every cache and without a credential', async () => {
    const { asked, prover } = proverOf({
      [DISCOVERY]: answered(JSON.stringify(aDiscovery())),
      [`${ISSUER}/jwks`]: answered(JSON.stringify(KEYS)),
    });
    const facts = await prover.proveIssuer(ISSUER);
    expect(facts).toMatchObject({
      issuerUri: ISSUER,
      discovery: { kind: 'document', url: DISCOVERY, document: aDiscovery() },
      keySet: { kind: 'document', document: KEYS, bytes: JSON.stringify(KEYS).length },
    });
    const headers = { accept: 'application/json', 'cache-control': 'no-cache' };
    expect(asked).toEqual([DISCOVERY, `${ISSUER}/jwks`].map((url) => ({ method: 'GET', url, headers })));
  });

  it.each<[string, Answered | Failed, object]>([
    ['a status', answered('', { status: 404 }), { kind: 'status', status: 404, location: undefined }],
    [
      'a redirect',
      answered('', { status: 301, headers: { location: '/x' } }),
      { kind: 'status', status: 301, location: '/x' },
    ],
    ['a page', answered('<html>'), { kind: 'unreadable', problem: 'not-json' }],
    ['a list', answered('[]'), { kind: 'unreadable', problem: 'not-an-object' }],
    ['two issuers', answered('{"issuer":"a","issuer":"b"}'), { kind: 'unreadable', problem: 'duplicate-member' }],
    ['no text', answered('', { body: Uint8Array.of(0xff) }), { kind: 'unreadable', problem: 'not-utf8' }],
    [
      'nothing',
      {
        kind: 'failed',
        code: 'refused',
        detail: 'has the address 10.0.0.1',
        publicCode: 'unreachable',
        publicDetail: 'No answer.',
      },
      { kind: 'failed', url: DISCOVERY, code: 'unreachable', detail: 'No answer.' }, // and no word of the address
    ],
  ])('says what came back: %s', async (_what, answer, expected) => {
    const { prover, asked } = proverOf({ [DISCOVERY]: answer });
    const facts = await prover.proveIssuer(ISSUER);
    expect(facts.discovery).toEqual({ url: DISCOVERY, ...expected });
    expect(facts.keySet).toBeNull();
    expect(asked).toHaveLength(1);
  });
});

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signing } from '../../shared/hooks/schema.ts';
import { isProven, keyOf, TIMESTAMP_TOLERANCE_MS } from '../../shared/hooks/signature.ts';
import { T0 } from '../grants/a-grant.ts';
import { gitHub, jira, pagerDuty, type Sent, signedBy, standardWebhook } from '../peers/hook-senders.ts';

const proves = (
  signing: Signing,
  secret: string,
  { headers, body }: { headers: Readonly<Record<string, string>>; body: string | Buffer },
  now = T0,
) => isProven(signing, [keyOf(signing, secret) ?? Buffer.alloc(0)], { headers, body: Buffer.from(body) }, now);

const STANDARD: Signing = { format: 'standard-webhooks' };
const PAGERDUTY: Signing = { format: 'pagerduty-v3' };
const WEBSUB: Signing = { format: 'jira-websub' };
const own = (more: Partial<Extract<Signing, { format: 'hmac-sha256' }>> = {}): Signing => ({
  format: 'hmac-sha256',
  header: 'X-Signature',
  prefix: '',
  encoding: 'hex',
  ...more,
});

describe('I1 signatures as their makers publish them', () => {
  it('Standard Webhooks: the vector of the reference libraries', () => {
    const sent = {
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: '{"test": 2432232314}',
    };
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(proves(STANDARD, secret, sent, 1_614_265_330_000)).toBe(true);
    expect(proves(STANDARD, secret, { ...sent, body: '{"test": 2432232315}' }, 1_614_265_330_000)).toBe(false);
    const svix = Object.fromEntries(
      Object.entries(sent.headers).map(([name, text]) => [`svix-${name.slice(8)}`, text]),
    );
    expect(proves(STANDARD, secret, { ...sent, headers: svix }, 1_614_265_330_000)).toBe(true);
  });

  it('GitHub, Validating webhook deliveries: the documented example', () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const sent = { headers: { 'x-hub-signature-256': signature }, body: 'Hello, World!' };
    expect(proves(WEBSUB, "It's a Secret to Everybody", sent)).toBe(true);
    expect(proves(WEBSUB, "It's a Secret to everybody", sent)).toBe(false);
  });

  it('Jira Cloud, Secure admin webhooks: the documented example', () => {
    const signature = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';
    const sent = { headers: { 'x-hub-signature': signature }, body: 'Hello World!' };
    expect(proves(WEBSUB, "It's a Secret to Everybody", sent)).toBe(true);
  });

  it('RFC 4231 test case 2, by a header, a prefix and an encoding of one’s own', () => {
    const hex = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    const body = 'what do ya want for nothing?';
    expect(proves(own(), 'Jefe', { headers: { 'x-signature': hex }, body })).toBe(true);
    expect(proves(own(), 'Jefe', { headers: { 'x-signature': hex.toUpperCase() }, body })).toBe(true);
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    const signing = own({ encoding: 'base64', prefix: 'HMAC ' });
    expect(proves(signing, 'Jefe', { headers: { 'x-signature': `HMAC ${base64}` }, body })).toBe(true);
    expect(proves(signing, 'Jefe', { headers: { 'x-signature': base64 }, body })).toBe(false);
    expect(proves(signing, 'Jefe', { headers: { 'x-signature': `HMAC ${hex}` }, body })).toBe(false);
  });
});

const SECRET = 'a secret of more than sixteen';
const FORMATS: [string, Signing, (secret: string, payload: unknown) => Sent][] = [
  ['standard-webhooks', STANDARD, (secret, payload) => standardWebhook(secret, payload, { now: T0 })],
  [
    'standard-webhooks of Svix',
    STANDARD,
    (secret, payload) => standardWebhook(secret, payload, { now: T0, family: 'svix' }),
  ],
  ['pagerduty-v3', PAGERDUTY, pagerDuty],
  ['jira-websub', WEBSUB, jira],
  ['jira-websub of GitHub', WEBSUB, gitHub],
  ['hmac-sha256', own(), (secret, payload) => signedBy(secret, payload, { header: 'x-signature' })],
];

describe.each(FORMATS)('I1 %s', (_name, signing, send) => {
  const payload = { text: 'naïve – 漢字' };
  const sent = send(SECRET, payload);

  it('is proven by its secret alone, over these very bytes', () => {
    expect(proves(signing, SECRET, sent)).toBe(true);
    expect(proves(signing, `${SECRET}.`, sent)).toBe(false);
    expect(proves(signing, SECRET, { ...sent, body: `${sent.body} ` })).toBe(false);
    expect(proves(signing, SECRET, { ...sent, body: '' })).toBe(false);
    expect(proves(signing, SECRET, { ...sent, headers: {} })).toBe(false);
  });

  it('is proven by either of two live secrets, in any order', () => {
    const keys = ['another secret, of today', SECRET].map((text) => keyOf(signing, text) ?? Buffer.alloc(0));
    const delivery = { headers: sent.headers, body: Buffer.from(sent.body) };
    expect(isProven(signing, keys, delivery, T0)).toBe(true);
    expect(isProven(signing, keys.toReversed(), delivery, T0)).toBe(true);
    expect(isProven(signing, keys.slice(0, 1), delivery, T0)).toBe(false);
    expect(isProven(signing, [], delivery, T0)).toBe(false);
  });

  it('is proven by no signature that is cut, lengthened, or of nothing', () => {
    for (const [name, text] of Object.entries(sent.headers)) {
      if (!name.includes('signature') || text.startsWith('sha1=')) continue;
      for (const other of [
        text.slice(0, -1),
        `${text}0`,
        text.slice(0, text.search(/[,=]/) + 1),
        '',
        'v1,',
        'v1=',
        'sha256=',
      ]) {
        expect([other, proves(signing, SECRET, { ...sent, headers: { ...sent.headers, [name]: other } })]).toEqual([
          other,
          false,
        ]);
      }
    }
  });

  it('holds for any bytes and any secret, and for no other', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (any, secret, other) => {
        fc.pre(secret.isWellFormed() && other.isWellFormed() && secret !== other && !/\0/.test(secret + other));
        fc.pre(secret.length < 60 && other.length < 60); // a longer key is hashed first; a shorter one ends in zeros
        const delivery = send(secret, any);
        expect(proves(signing, secret, delivery)).toBe(true);
        expect(proves(signing, other, delivery)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('I1 lists of signatures', () => {
  it('PagerDuty, Standard Webhooks: one of several is enough, while the sender rotates', () => {
    const { headers, body } = pagerDuty(SECRET, { a: 1 });
    const wrong = `v1=${'0'.repeat(64)}`;
    const list = `${wrong}, ${headers['x-pagerduty-signature']}`;
    expect(proves(PAGERDUTY, SECRET, { headers: { 'x-pagerduty-signature': list }, body })).toBe(true);
    expect(proves(PAGERDUTY, SECRET, { headers: { 'x-pagerduty-signature': wrong }, body })).toBe(false);
    const standard = standardWebhook(SECRET, { a: 1 }, { now: T0 });
    const signatures = `v1a,abc ${`v1,${'A'.repeat(43)}=`} ${standard.headers['webhook-signature']}`;
    expect(
      proves(STANDARD, SECRET, { ...standard, headers: { ...standard.headers, 'webhook-signature': signatures } }),
    ).toBe(true);
  });

  it('only the first eight are looked at', () => {
    const { headers, body } = pagerDuty(SECRET, { a: 1 });
    const list = [...Array.from({ length: 8 }, () => `v1=${'0'.repeat(64)}`), headers['x-pagerduty-signature']].join(
      ',',
    );
    expect(proves(PAGERDUTY, SECRET, { headers: { 'x-pagerduty-signature': list }, body })).toBe(false);
  });

  it('GitHub’s SHA-1 alone proves nothing', () => {
    const { headers, body } = gitHub(SECRET, { a: 1 });
    const { 'x-hub-signature-256': _, ...older } = headers;
    expect(proves(WEBSUB, SECRET, { headers: older, body })).toBe(false);
  });
});

describe('I1 a header of one’s own', () => {
  it.each(['constructor', '__proto__', 'valueof'])('may be named %s, and is the sender’s or none', (header) => {
    const body = '{}';
    const signing = own({ header });
    expect(proves(signing, SECRET, { headers: {}, body })).toBe(false);
    const hmac = createHmac('sha256', SECRET).update(body).digest('hex');
    expect(proves(signing, SECRET, { headers: Object.fromEntries([[header, hmac]]), body })).toBe(true);
  });
});

describe('I1 the time of an attempt', () => {
  it.each([
    [0, true],
    [TIMESTAMP_TOLERANCE_MS, true],
    [TIMESTAMP_TOLERANCE_MS + 1000, false],
    [-TIMESTAMP_TOLERANCE_MS, true],
    [-TIMESTAMP_TOLERANCE_MS - 1000, false],
  ])('%d ms after it was made: %s', (age, taken) => {
    const now = Math.floor(T0 / 1000) * 1000;
    expect(proves(STANDARD, SECRET, standardWebhook(SECRET, {}, { now }), now + age)).toBe(taken);
  });

  it.each(['', '1614265330.5', '0x60', '-1', '1e9', ' 1614265330', '9999999999999'])('%j is none', (timestamp) => {
    const body = '{}';
    const key = keyOf(STANDARD, SECRET) ?? Buffer.alloc(0);
    const signature = `v1,${createHmac('sha256', key).update(`msg_1.${timestamp}.${body}`).digest('base64')}`;
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    expect(proves(STANDARD, SECRET, { headers, body }, 1_614_265_330_000)).toBe(false);
  });

  it('an identifier with a dot proves nothing: it could be read in two ways', () => {
    expect(proves(STANDARD, SECRET, standardWebhook(SECRET, {}, { now: T0, id: 'msg.1' }))).toBe(false);
    expect(proves(STANDARD, SECRET, standardWebhook(SECRET, {}, { now: T0, id: '' }))).toBe(false);
  });
});

describe('I1 a secret that is given', () => {
  it.each([
    ['standard-webhooks', 'whsec_aGVsbG8=', 'hello'],
    ['standard-webhooks', 'hello', 'hello'],
    ['pagerduty-v3', 'whsec_aGVsbG8=', 'whsec_aGVsbG8='],
    ['jira-websub', 'ümlaut', 'ümlaut'],
    ['hmac-sha256', 'aGVsbG8=', 'aGVsbG8='],
  ] as const)('%s: %s is the key %s', (format, secret, key) => {
    expect(keyOf({ format }, secret)?.toString('utf8')).toBe(key);
  });
  it('is none when it says Base64 and is not', () => {
    expect(keyOf({ format: 'standard-webhooks' }, 'whsec_not base64!')).toBeUndefined();
  });
});

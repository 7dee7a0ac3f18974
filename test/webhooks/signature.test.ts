import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { formatSecret, SECRET_CHARACTERS, signatureHeaders } from '../../shared/webhooks/signature.ts';

const secret = formatSecret('C2FVsBQIhrscChlQIMV0b5sSYspob7oD1Ud6TvE4');
const other = formatSecret('A'.repeat(SECRET_CHARACTERS));

describe('A7 a signature', () => {
  // The example of the specification's reference implementations.
  it('is the one that the reference implementations make', () => {
    const example = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', now: 1_614_265_330_000 };
    expect(signatureHeaders(example, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is verified by another implementation, by each of two secrets, and by no third', () => {
    const message = { id: 'evt_01KDX0000000000000000000E1', body: '{"ä":"☃"}', now: Date.now() };
    const headers = signatureHeaders(message, [secret, other]);
    for (const one of [secret, other]) expect(new Webhook(one).verify(message.body, headers)).toEqual({ ä: '☃' });
    expect(() => new Webhook(formatSecret('B'.repeat(40))).verify(message.body, headers)).toThrow();
    expect(() => new Webhook(secret).verify(`${message.body} `, headers)).toThrow();
  });

  it('has a secret of 24 to 64 bytes that nobody has to encode', () => {
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(bytes.length).toBe(30);
    expect(`whsec_${bytes.toString('base64')}`).toBe(secret);
  });
});

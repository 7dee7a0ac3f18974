import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAccessToken,
  formatClientSecret,
  formatKey,
  parseAccessToken,
  parseClientSecret,
  parseKey,
} from '../../shared/callers/keys.ts';
import { idsOn } from '../../shared/platform/ids.ts';

const ids = idsOn(() => 1_790_000_000_000);
const anySecret = fc.constant(null).map(() => ids.secret(30));

describe('O1 what callers prove themselves with', () => {
  it('is read back as it was written, and consists of A-Z a-z 0-9 _ - only', () => {
    fc.assert(
      fc.property(anySecret, (secret) => {
        const apiKeyId = ids.next('key');
        const [key, clientSecret] = [formatKey(apiKeyId, secret), formatClientSecret(apiKeyId, secret)];
        expect(parseKey(key)).toEqual({ apiKeyId, secret });
        expect(parseClientSecret(clientSecret)).toEqual({ apiKeyId, secret });
        const token = { id: ids.next('tok'), issuedTo: ids.next('cis'), secret };
        const text = formatAccessToken(token);
        expect(parseAccessToken(text)).toEqual(token);
        for (const one of [key, clientSecret, text]) expect(one).toMatch(/^[A-Za-z0-9_]+$/);
      }),
    );
  });

  it('is never taken for something else', () => {
    const [apiKeyId, secret] = [ids.next('key'), ids.secret(30)];
    expect(parseKey(formatClientSecret(apiKeyId, secret))).toBeUndefined();
    expect(parseClientSecret(formatKey(apiKeyId, secret))).toBeUndefined();
    expect(parseAccessToken(formatKey(apiKeyId, secret))).toBeUndefined();
    expect(parseKey(formatAccessToken({ id: ids.next('tok'), issuedTo: apiKeyId, secret }))).toBeUndefined();
  });

  it('is refused before anybody is asked, when one character is another', () => {
    const texts = [
      formatKey(ids.next('key'), ids.secret(30)),
      formatAccessToken({ id: ids.next('tok'), issuedTo: ids.next('key'), secret: ids.secret(30) }),
    ];
    const parse = (text: string) => parseKey(text) ?? parseAccessToken(text);
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), fc.constantFrom(...'0aZ_-'), (text, at, character) => {
        const place = at % text.length;
        const changed = text.slice(0, place) + character + text.slice(place + 1);
        expect(parse(changed) === undefined).toBe(changed !== text);
      }),
    );
  });
});

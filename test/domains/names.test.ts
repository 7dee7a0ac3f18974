import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownableName } from '../../shared/domains/names.ts';

describe('S4 names that can be owned', () => {
  it.each([
    ['acme.com', 'acme.com'],
    ['ACME.com.', 'acme.com'],
    [' acme.com ', 'acme.com'],
    ['mail.acme.co.uk', 'mail.acme.co.uk'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['xn--bcher-kva.de', 'xn--bcher-kva.de'],
    ['straße.de', 'xn--strae-oqa.de'],
    ['acme.github.io', 'acme.github.io'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['a-b.acme.com', 'a-b.acme.com'],
    ['1.acme.com', '1.acme.com'],
  ])('%s is stored as %s', (given, name) => expect(ownableName(given)).toEqual({ ok: true, name }));

  it.each([
    ['com', /single label/],
    ['co.uk', /public suffix/],
    ['github.io', /public suffix/],
    ['localhost', /single label/],
    ['acme.test', /special use/],
    ['acme.local', /special use/],
    ['acme.internal', /special use/],
    ['1.0.0.127.in-addr.arpa', /special use/],
    ['acme.example', /special use/],
    ['acme.nosuchtld', /no public top-level domain/],
    ['192.0.2.1', /IP address/],
    ['2130706433', /IP address/],
    ['[2001:db8::1]', /bare domain name|no domain name/],
    ['1.2.3', /IP address/],
    ['acme.com/path', /bare domain name/],
    ['https://acme.com', /bare domain name/],
    ['user@acme.com', /bare domain name/],
    ['acme.com:443', /bare domain name/],
    ['a b.com', /bare domain name/],
    ['*.acme.com', /wildcard/],
    ['-acme.com', /letters, digits/],
    ['acme-.com', /letters, digits/],
    ['a_b.com', /letters, digits/],
    ['a..com', /letters, digits/],
    ['ab--cd.com', /does not decode/],
    ['xn--acme-.com', /letters, digits/],
    [`${'a'.repeat(64)}.com`, /letters, digits|no domain name/],
    [`${'a.'.repeat(10)}com`, /labels/],
    ['', /no domain name/],
    ['%61cme.com', /bare domain name/],
  ])('%s is refused', (given, fault) => {
    const result = ownableName(given);
    expect(result.ok ? result.name : result.fault).toMatch(fault);
  });

  it('what is stored is stored the same again, whatever was typed', () =>
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string({ maxLength: 80 })), (given) => {
        const once = ownableName(given);
        if (once.ok) expect(ownableName(once.name)).toEqual(once);
      }),
    ));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../shared/platform/json-object.ts';
import { type ClaimFault, describeClaimFault } from '../../shared/tokens/claim-fault.ts';
import {
  checkAlgorithm,
  checkAudience,
  checkIssuedAt,
  checkIssuer,
  checkTimes,
  checkType,
  LEEWAY_MS,
} from '../../shared/tokens/claims.ts';

/** Claims as a token would carry them: through JSON text, so that `__proto__` and `1e999` are what they are there. */
const claimsOf = (json: string): JsonObject => {
  const parsed: unknown = JSON.parse(json);
  if (!isJsonObject(parsed)) throw new Error('not an object');
  return parsed;
};
type Outcome = { ok: true } | { ok: false; fault: ClaimFault };
const faultOf = (outcome: Outcome): ClaimFault => {
  if (outcome.ok) throw new Error('passed');
  return outcome.fault;
};
const wordsOf = (outcome: Outcome) => describeClaimFault(faultOf(outcome));

const NOT_TEXT: [json: string, shown: string][] = [
  ['null', 'null'],
  ['0', '0'],
  ['1', '1'],
  ['true', 'true'],
  ['false', 'false'],
  ['[]', 'an array'],
  ['["https://idp.example"]', 'an array'],
  ['{}', 'an object'],
  ['{"toString":"https://idp.example"}', 'an object'],
];

describe('the algorithm', () => {
  const allowed = ['RS256', 'ES256', 'none', 'HS256'];
  it.each(['RS256', 'ES256'])('%s passes when it is allowed (RFC 8725 section 3.1)', (alg) =>
    expect(checkAlgorithm({ alg }, allowed)).toEqual({ ok: true }),
  );

  it('Ed25519 passes where EdDSA is allowed: it is the newer name (RFC 9864)', () => {
    expect(checkAlgorithm({ alg: 'Ed25519' }, ['EdDSA'])).toEqual({ ok: true });
    expect(faultOf(checkAlgorithm({ alg: 'Ed25519' }, ['RS256']))).toMatchObject({ kind: 'algorithm-not-allowed' });
    expect(faultOf(checkAlgorithm({ alg: 'Ed448' }, ['EdDSA']))).toMatchObject({ kind: 'algorithm-not-allowed' });
  });

  it.each(['none', 'None', 'NONE', 'nOnE', 'none ', 'HS256', 'hs256', 'HS384', 'HS512', 'Hs256'])(
    '%s never passes, whatever is allowed (RFC 8725 sections 2.1 and 3.2)',
    (alg) => {
      expect(faultOf(checkAlgorithm({ alg }, [...allowed, alg]))).toEqual({
        kind: 'algorithm-unsafe',
        got: `"${alg}"`,
      });
      expect(wordsOf(checkAlgorithm({ alg }, allowed))).toEqual({
        detail: `The token names the algorithm "${alg}": none and HS* prove nothing about who signed.`,
        fix: 'Let the identity provider sign access tokens with RS256 or ES256.',
      });
    },
  );

  it.each([
    'rs256',
    'RS256 ',
    'RS1',
    'RS512',
    'PS256',
    'EdDSA',
    'ES256K',
    'RSA-OAEP',
    'dir',
    'toString',
    '__proto__',
    'length',
    '0',
  ])('%s does not pass when it is not allowed (RFC 7515 section 4.1.1: case counts)', (alg) => {
    const outcome = checkAlgorithm({ alg }, ['RS256', 'ES256']);
    expect(faultOf(outcome)).toEqual({ kind: 'algorithm-not-allowed', got: `"${alg}"`, allowed: ['RS256', 'ES256'] });
    expect(wordsOf(outcome).detail).toBe(
      `The token is signed with "${alg}"; this identity provider may use RS256, ES256.`,
    );
    expect(wordsOf(outcome).fix).toContain('add the algorithm to allowedAlgorithms');
  });
});

describe('the type', () => {
  it.each([undefined, 'JWT', 'jwt', 'Jwt', 'at+jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'APPLICATION/AT+JWT'])(
    '%s is an access token’s (RFC 9068 section 4, RFC 2045 section 5.1)',
    (typ) =>
      expect(checkType({ alg: 'RS256', ...(typ !== undefined && { typ }) }, { strict: false })).toEqual({ ok: true }),
  );

  it.each([
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'token-introspection+jwt',
    'id_token+jwt',
    'oauth-authz-req+jwt',
    'application/jwt',
    'JWS',
    'JWE',
    'JOSE',
    '',
    ' JWT',
    'JWT ',
    'at+jwt; charset=utf-8',
    'at jwt',
    'toString',
    '__proto__',
    '\u212aWT',
  ])('%j is something else (RFC 8725 section 3.11)', (typ) => {
    const outcome = checkType({ alg: 'RS256', typ }, { strict: false });
    expect(faultOf(outcome)).toEqual({ kind: 'type-refused', got: `"${typ}"`, strict: false });
    expect(wordsOf(outcome).detail).toContain('an access token has JWT, at+jwt, application/at+jwt or no type');
    expect(wordsOf(outcome).fix).toContain('Send the access token');
  });

  it.each(['at+jwt', 'AT+jwt', 'application/at+jwt'])('%s passes when strict (RFC 9068 section 4)', (typ) =>
    expect(checkType({ alg: 'RS256', typ }, { strict: true })).toEqual({ ok: true }),
  );

  it.each([undefined, 'JWT', 'jwt', 'application/jwt', ''])(
    '%s does not pass when strict (RFC 9068 section 4)',
    (typ) => {
      const outcome = checkType({ alg: 'RS256', ...(typ !== undefined && { typ }) }, { strict: true });
      expect(wordsOf(outcome)).toEqual({
        detail: `The token’s type is ${typ === undefined ? 'nothing' : `"${typ}"`}; this identity provider is set to at+jwt only (RFC 9068 section 4).`,
        fix: 'Let the identity provider issue at+jwt access tokens, or lift the strict type for it.',
      });
    },
  );
});

describe('the issuer', () => {
  const ISSUER = 'https://idp.example/Tenant';
  it('passes when it is the same, character by character', () =>
    expect(checkIssuer(claimsOf(`{"iss":"${ISSUER}"}`), ISSUER)).toEqual({ ok: true }));

  it.each([
    ['https://idp.example/Tenant/', 'slash'],
    ['https://idp.example/tenant', 'case'],
    ['https://IDP.example/Tenant', 'case'],
    ['HTTPS://idp.example/Tenant', 'case'],
    ['http://idp.example/Tenant', 'other'],
    ['https://idp.example:443/Tenant', 'other'],
    ['https://idp.example/./Tenant', 'other'],
    ['https://idp.example/x/../Tenant', 'other'],
    ['https://idp.example/%54enant', 'other'],
    ['https://idp.example/Tenant?', 'other'],
    ['https://idp.example/Tenant#', 'other'],
    ['https://idp.example//Tenant', 'other'],
    ['https://idp.example/Tenant ', 'other'],
    [' https://idp.example/Tenant', 'other'],
    ['https://evil.example/Tenant', 'other'],
    ['https://idp.example', 'other'],
    ['https://idp.example/Tenant.evil.example', 'other'],
    ['https://user@idp.example/Tenant', 'other'],
    ['https://idp.ex\u0430mple/Tenant', 'other'],
    ['', 'other'],
  ] as const)('%j is another (RFC 9068 section 4; OIDC Discovery section 4.3)', (iss, cause) => {
    const outcome = checkIssuer(claimsOf(JSON.stringify({ iss })), ISSUER);
    expect(faultOf(outcome)).toEqual({ kind: 'issuer-differs', got: `"${iss}"`, expected: `"${ISSUER}"`, cause });
    expect(wordsOf(outcome).detail).toBe(`The token’s iss is "${iss}"; this identity provider is "${ISSUER}".`);
  });

  it.each(NOT_TEXT)('%s is no issuer (RFC 7519 section 4.1.1; CVE-2025-30144 for lists)', (json, shown) => {
    const outcome = checkIssuer(claimsOf(`{"iss":${json}}`), 'https://idp.example');
    expect(wordsOf(outcome).detail).toBe(`The token’s iss is ${shown}; it must be one text.`);
  });

  it.each(['{}', '{"__proto__":{"iss":"https://idp.example"}}', '{"Iss":"https://idp.example"}'])(
    '%s has none (RFC 9068 section 2.2)',
    (json) => {
      expect(faultOf(checkIssuer(claimsOf(json), 'https://idp.example'))).toEqual({
        kind: 'issuer-malformed',
        got: 'nothing',
      });
    },
  );

  it('says what to do about the usual differences', () => {
    const fix = (iss: string, expected: string) =>
      wordsOf(checkIssuer(claimsOf(JSON.stringify({ iss })), expected)).fix;
    expect(fix('https://t.auth0.com/', 'https://t.auth0.com')).toContain('the slash at the end, which counts');
    expect(fix('https://idp.example/A', 'https://idp.example/a')).toContain('upper and lower case');
    expect(fix('https://sts.windows.net/t/', 'https://login.microsoftonline.com/t/v2.0')).toContain(
      'set api.requestedAccessTokenVersion (accessTokenAcceptedVersion) to 2 in the app’s manifest',
    );
    expect(fix('https://login.microsoftonline.com/t/v2.0', 'https://sts.windows.net/t/')).toContain('Entra v1');
    expect(fix('https://other.example', 'https://idp.example')).toBe(
      'Sign in with the identity provider of this cluster, or set issuerUri to exactly what the token says.',
    );
  });
});

describe('the audience', () => {
  const AUDIENCE = 'sallyport';
  const check = (aud: string) => checkAudience(claimsOf(`{"aud":${aud}}`), AUDIENCE);
  it.each(['"sallyport"', '["sallyport"]', '["other","sallyport"]', '["sallyport","sallyport"]'])(
    '%s names us (RFC 7519 section 4.1.3)',
    (aud) => expect(check(aud)).toEqual({ ok: true }),
  );

  it.each([
    '"Sallyport"',
    '"sallyport "',
    '"sallyport-admin"',
    '"my-sallyport"',
    '"sally"',
    '""',
    '"sallyport other"',
    '"sallyport,other"',
    '["sallyport-admin"]',
    '["SALLYPORT"]',
    '["a","b","c"]',
    '[""]',
    '"s\\u0430llyport"',
    '"__proto__"',
    '"length"',
  ])('%s does not (RFC 7519 section 4.1.3: exact, with case)', (aud) => {
    expect(faultOf(check(aud))).toMatchObject({ kind: 'audience-differs', expected: '"sallyport"', cause: 'other' });
    expect(wordsOf(check(aud)).fix).toBe(
      'Ask for a token with this audience, or set audience to exactly what the token says. Case counts.',
    );
  });

  it.each([
    ['null', 'null'],
    ['1', '1'],
    ['true', 'true'],
    ['{}', 'an object'],
    ['{"includes":"sallyport"}', 'an object'],
    ['{"0":"sallyport","length":1}', 'an object'],
    ['[]', 'an empty list'],
    ['["sallyport",null]', 'a list with null'],
    ['[1,"sallyport"]', 'a list with 1'],
    ['[["sallyport"]]', 'a list with an array'],
    ['["sallyport",{}]', 'a list with an object'],
    ['["sallyport",false]', 'a list with false'],
  ])('%s is no audience (RFC 7519 section 4.1.3)', (aud, shown) => {
    expect(wordsOf(check(aud)).detail).toBe(
      `The token’s aud is ${shown}; it must be text, or a list of texts (RFC 7519 section 4.1.3).`,
    );
  });

  it.each(['{}', '{"__proto__":{"aud":"sallyport"}}', '{"client_id":"sallyport"}'])(
    '%s has none (RFC 9068 section 2.2)',
    (json) => {
      expect(wordsOf(checkAudience(claimsOf(json), AUDIENCE))).toEqual({
        detail: 'The token has no aud; it must name "sallyport".',
        fix: 'Let the identity provider put the audience into access tokens. Cognito does so only in ID tokens.',
      });
    },
  );

  it('says what to do about the usual differences', () => {
    expect(wordsOf(check('"00000003-0000-0000-c000-000000000000"'))).toEqual({
      detail:
        'The token is for "00000003-0000-0000-c000-000000000000"; this identity provider’s audience is "sallyport".',
      fix: 'That is Microsoft Graph: ask for the scope <client ID>/.default, or Entra issues a token for Graph.',
    });
    expect(wordsOf(check('"https://graph.microsoft.com"')).fix).toContain('Microsoft Graph');
    expect(wordsOf(check('"api://sallyport"')).fix).toContain('set api.requestedAccessTokenVersion to 2');
    expect(wordsOf(checkAudience(claimsOf('{"aud":"x"}'), 'api://x')).fix).toContain('App ID URI');
    expect(wordsOf(check('["a","b","c"]')).detail).toContain('The token is for "a" and 2 more;');
  });
});

/** 2026-11-24T00:00:00Z */
const NOW = 1_795_478_400_000;
const S = NOW / 1000;
const HOUR = 3600;
const NOT_TIMES: [json: string, shown: string][] = [
  ['1e999', 'Infinity'],
  ['-1e999', '-Infinity'],
  [`"${S + HOUR}"`, `"${S + HOUR}"`],
  ['"2026-11-24T01:00:00Z"', '"2026-11-24T01:00:00Z"'],
  ['null', 'null'],
  ['true', 'true'],
  [`[${S + HOUR}]`, 'an array'],
  ['{}', 'an object'],
  ['""', '""'],
];

describe('the times', () => {
  const check = (json: string, now = NOW) => checkTimes(claimsOf(json), now);

  it('gives them as instants', () => {
    expect(check(`{"exp":${S + 60},"nbf":${S - 10},"iat":${S - 20.5}}`)).toEqual({
      ok: true,
      times: { expiresAt: NOW + 60_000, notBefore: NOW - 10_000, issuedAt: NOW - 20_500 },
    });
    expect(check(`{"exp":${S + 60}}`)).toMatchObject({ times: { notBefore: null, issuedAt: null } });
  });

  it.each([
    ['a millisecond before', -1, true],
    ['at', 0, false],
    ['a millisecond after', 1, false],
    ['59 s after: there is no leeway', 59_000, false],
  ])('%s exp (RFC 7519 section 4.1.4)', (_name, offset, ok) => {
    expect(check(`{"exp":${S}}`, NOW + offset).ok).toBe(ok);
  });

  it.each([
    [1.5, 1_500],
    [1.001, 1_001],
    [1.1, 1_100],
    [4.35, 4_350],
    [0.0005, 0],
    [S + 0.1, NOW + 100],
    [S + 0.999, NOW + 999],
  ])('exp %d ends at %d ms exactly (RFC 7519 section 2: fractions are legal)', (exp, end) => {
    expect(check(`{"exp":${exp}}`, end).ok).toBe(false);
    expect(check(`{"exp":${exp}}`, end - 1)).toMatchObject({ ok: true, times: { expiresAt: end } });
  });

  it.each([0, -1, -S, 1, S - HOUR])('exp %d has passed', (exp) =>
    expect(faultOf(check(`{"exp":${exp}}`)).kind).toBe('expired'),
  );

  it('says when it expired', () => {
    expect(wordsOf(check(`{"exp":${S - 90}}`))).toEqual({
      detail: 'The token expired at 2026-11-23T23:58:30.000Z, 90 s ago.',
      fix: 'Sign in again for a fresh token. If fresh ones expire at once too, the issuer’s clock is wrong.',
    });
    expect(wordsOf(check('{"exp":-1e300}')).detail).toContain('second -1e+300');
  });

  it.each(['{}', '{"__proto__":{"exp":9999999999}}', '{"Exp":9999999999}'])(
    '%s has no end (RFC 9068 section 2.2)',
    (json) => {
      expect(wordsOf(check(json))).toEqual({
        detail: 'The token has no exp; a token without an end is never accepted (RFC 9068 section 2.2).',
        fix: 'Give access tokens a lifetime at the identity provider.',
      });
    },
  );

  it.each(NOT_TIMES)('%s is no time, in exp, nbf or iat (RFC 7519 section 2)', (json, shown) => {
    for (const claim of ['exp', 'nbf', 'iat'] as const) {
      const outcome = check(claim === 'exp' ? `{"exp":${json}}` : `{"exp":${S + 60},"${claim}":${json}}`);
      expect(faultOf(outcome)).toEqual({ kind: 'time-malformed', claim, got: shown });
      expect(wordsOf(outcome).detail).toContain('it must be a finite number of seconds since 1970');
    }
  });

  it('refuses milliseconds written as seconds, and says so', () => {
    const outcome = check(`{"exp":${NOW + 3_600_000}}`);
    expect(wordsOf(outcome)).toEqual({
      detail: `The token’s exp, ${NOW + 3_600_000}, is more than 10 years ahead.`,
      fix: 'It looks like milliseconds: the issuer must write seconds since 1970 (RFC 7519 section 2).',
    });
    expect(wordsOf(check(`{"exp":${S + 20 * 366 * 24 * HOUR}}`)).fix).toContain('a lifetime of about an hour');
    expect(faultOf(check('{"exp":1e300}')).kind).toBe('expiry-too-far');
    expect(check(`{"exp":${S + 10 * 366 * 24 * HOUR}}`).ok).toBe(true);
    expect(check(`{"exp":${S + 10 * 366 * 24 * HOUR + 1}}`).ok).toBe(false);
  });

  it.each(['nbf', 'iat'] as const)(
    'lets %s be ahead by 60 s, and no millisecond more (RFC 7519 section 4.1.5)',
    (claim) => {
      const json = `{"exp":${S + HOUR},"${claim}":${S + 60}}`;
      expect(check(json, NOW - 1).ok).toBe(false);
      expect(check(json, NOW).ok).toBe(true);
      expect(check(json, NOW + 1).ok).toBe(true);
      expect(wordsOf(check(json, NOW - 1))).toEqual({
        detail: `The token’s ${claim}, 2026-11-24T00:01:00.000Z, is 61 s ahead; at most 60 s are let pass.`,
        fix: 'Correct the issuer’s clock (NTP), or wait that long. Milliseconds instead of seconds look the same.',
      });
      expect(faultOf(check(`{"exp":${S + HOUR},"${claim}":${NOW}}`)).kind).toBe('not-yet-valid');
    },
  );

  it('is valid in one interval of time, from nbf or iat less 60 s to exp', () => {
    const seconds = fc.integer({ min: S - 1_000_000, max: S + 1_000_000 });
    const started = fc.option(seconds, { nil: undefined });
    fc.assert(
      fc.property(seconds, started, started, fc.integer({ min: NOW - 2e9, max: NOW + 2e9 }), (exp, nbf, iat, now) => {
        const begins = Math.max(nbf ?? 0, iat ?? 0) * 1000 - LEEWAY_MS;
        expect(check(JSON.stringify({ exp, nbf, iat }), now).ok).toBe(now >= begins && now < exp * 1000);
      }),
    );
  });
});

describe('the cut-off: tokens issued before an instant are refused', () => {
  const check = (json: string, cutOff: number | undefined) => checkIssuedAt(claimsOf(json), cutOff, NOW);

  it.each(['{}', '{"iat":null}', '{"iat":1e999}', `{"iat":${S + HOUR}}`])('%s passes while there is none', (json) =>
    expect(check(json, undefined)).toEqual({ ok: true }),
  );

  it.each([
    ['a second before', S - 11, false],
    ['a millisecond before', S - 10.001, false],
    ['at', S - 10, true],
    ['after', S - 9, true],
    ['now', S, true],
  ])('%s the cut-off', (_name, iat, ok) => expect(check(`{"iat":${iat}}`, NOW - 10_000).ok).toBe(ok));

  it('says since when, and what to do', () => {
    expect(wordsOf(check(`{"iat":${S - 60}}`, NOW - 10_000))).toEqual({
      detail:
        'The token was issued at 2026-11-23T23:59:00.000Z; tokens issued before 2026-11-23T23:59:50.000Z are refused.',
      fix: 'Sign in again for a fresh token. A refresh made after that instant is enough.',
    });
  });

  it.each(['{}', '{"__proto__":{"iat":9999999999}}'])('%s is refused: it does not say when it was issued', (json) => {
    expect(wordsOf(check(json, NOW))).toEqual({
      detail: 'The token has no iat, and tokens issued before 2026-11-24T00:00:00.000Z are refused.',
      fix: 'Let the identity provider put iat into access tokens, or have an owner lift the cut-off.',
    });
  });

  it('gives a future iat no leeway: a thief would have a minute more', () => {
    expect(wordsOf(check(`{"iat":${S + 0.001}}`, NOW - 10_000)).detail).toBe(
      'The token’s iat, 2026-11-24T00:00:00.001Z, is 1 s ahead; nothing is let pass while tokens issued before an instant are refused.',
    );
  });

  it.each(NOT_TIMES)('%s is no time (RFC 7519 section 2)', (json) =>
    expect(faultOf(check(`{"iat":${json}}`, NOW)).kind).toBe('time-malformed'),
  );
});

describe('any claims', () => {
  it('are answered, never thrown at, and every fault has its words', () => {
    const name = fc.constantFrom('iss', 'aud', 'exp', 'nbf', 'iat', '__proto__', 'constructor');
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), fc.integer(), (claims, now) => {
        const outcomes: Outcome[] = [
          checkIssuer(claims, 'https://idp.example'),
          checkAudience(claims, 'sallyport'),
          checkTimes(claims, now),
          checkIssuedAt(claims, 0, now),
        ];
        for (const outcome of outcomes) {
          if (outcome.ok) continue;
          const { detail, fix } = describeClaimFault(outcome.fault);
          expect(detail).toMatch(/\.$/);
          expect(fix).toMatch(/\.$/);
          expect(detail).not.toMatch(/undefined|NaN|\[object/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

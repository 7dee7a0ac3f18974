import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../shared/platform/json-object.ts';
import { describeClaimFault } from '../../shared/tokens/claim-fault.ts';
import { GROUPS_MAX, NAME_CHARACTERS_MAX, type PrincipalClaims, readPrincipal } from '../../shared/tokens/principal.ts';

const claimsOf = (json: string): JsonObject => {
  const parsed: unknown = JSON.parse(json);
  if (!isJsonObject(parsed)) throw new Error('not an object');
  return parsed;
};
const GROUP: PrincipalClaims = { userClaim: 'sub', groupsClaim: 'groups', authorizationType: 'GROUP' };
const USER: PrincipalClaims = { ...GROUP, authorizationType: 'USER' };

const principalOf = (json: string, registered = GROUP) => {
  const read = readPrincipal(claimsOf(json), registered);
  if (!read.ok) throw new Error(`was refused: ${read.fault.kind}`);
  return read.principal;
};
const faultOf = (json: string, registered = GROUP) => {
  const read = readPrincipal(claimsOf(json), registered);
  if (read.ok) throw new Error('passed');
  return read.fault;
};
const wordsOf = (json: string, registered = GROUP) => describeClaimFault(faultOf(json, registered));
const user = (name: string) => `{"sub":${JSON.stringify(name)}}`;
const groups = (json: string) => `{"sub":"alice","groups":${json}}`;

describe('the user', () => {
  it.each([
    'alice',
    'alice@acme.com',
    'ACME\\alice',
    'a/b & c',
    ' padded ',
    'Zoë',
    'Ελένη',
    '李雷',
    '\u{1f511}',
    'می\u200cخواهم', // a joiner, which Persian is written with
    'x'.repeat(NAME_CHARACTERS_MAX),
    '__proto__',
    '0',
  ])('%j is a name, kept as it is (RFC 7519 section 7.3)', (name) => {
    expect(principalOf(user(name), USER)).toEqual({ userName: name, groups: [], groupsIgnored: 0 });
  });

  it.each([
    ['null', 'null'],
    ['0', '0'],
    ['42', '42'],
    ['true', 'true'],
    ['[]', 'an array'],
    ['["alice"]', 'an array'],
    ['{}', 'an object'],
    ['{"toString":"alice"}', 'an object'],
    ['""', '""'],
  ])('%s is none (RFC 7519 section 4.1.2; jose takes them all)', (json, shown) => {
    expect(wordsOf(`{"sub":${json}}`, USER)).toEqual({
      detail: `The token’s "sub" is ${shown}; a user’s name is a text that is not empty.`,
      fix: 'Set userClaim to a claim whose value is text, such as sub.',
    });
  });

  it.each([
    ['\0', 'U+0000'],
    ['\t', 'U+0009'],
    ['\n', 'U+000A'],
    ['\r', 'U+000D'],
    ['\u001b', 'U+001B'],
    ['\u007f', 'U+007F'],
    ['\u0085', 'U+0085'],
    ['\u009b', 'U+009B'],
    ['\u2028', 'U+2028'],
    ['\u2029', 'U+2029'],
    ['\u202e', 'U+202E'],
    ['\u2066', 'U+2066'],
    ['\ud800', 'U+D800'],
    ['\udfff', 'U+DFFF'],
  ])('%j may be in no name: it would reach CSV, logs and $external', (character, shown) => {
    for (const name of [character, `${character}alice`, `alice${character}`, `al${character}ice`]) {
      expect(wordsOf(user(name), USER).detail).toBe(
        `The token’s "sub" holds the character ${shown}, which no user’s name may have.`,
      );
    }
  });

  it('has at most 1024 characters', () => {
    expect(wordsOf(user('x'.repeat(NAME_CHARACTERS_MAX + 1)), USER).detail).toBe(
      'The token’s "sub" has 1025 characters; at most 1024 are taken.',
    );
  });

  it.each(['{}', '{"__proto__":{"sub":"root"}}', '{"Sub":"alice"}', '{"user":{"sub":"alice"}}'])(
    '%s names none (RFC 9068 section 2.2)',
    (json) => {
      expect(wordsOf(json, USER)).toEqual({
        detail: 'The token has no "sub", the claim that names the user.',
        fix: 'Add the claim to access tokens at the identity provider, or set userClaim to one that is there.',
      });
    },
  );

  it.each(['toString', 'constructor', 'hasOwnProperty', '__proto__', 'valueOf'])(
    'is not found in what every object has: %s',
    (userClaim) => {
      expect(faultOf('{}', { ...USER, userClaim }).kind).toBe('user-missing');
    },
  );

  it('is read from the claim that is registered, at the top level only', () => {
    expect(
      principalOf('{"https://acme/user":"a","sub":"b"}', { ...USER, userClaim: 'https://acme/user' }).userName,
    ).toBe('a');
    expect(faultOf('{"a":{"b":"c"}}', { ...USER, userClaim: 'a.b' }).kind).toBe('user-missing');
    expect(principalOf('{"__proto__":"alice"}', { ...USER, userClaim: '__proto__' }).userName).toBe('alice');
  });
});

describe('the groups', () => {
  it('are the texts of the list, each once, in its order', () => {
    expect(principalOf(groups('["b","a","b","A"]')).groups).toEqual(['b', 'a', 'A']);
    expect(principalOf(groups('[]'))).toEqual({ userName: 'alice', groups: [], groupsIgnored: 0 });
    expect(
      principalOf('{"sub":"a","cognito:groups":["g"]}', { ...GROUP, groupsClaim: 'cognito:groups' }).groups,
    ).toEqual(['g']);
  });

  it.each([
    'null',
    '1',
    'true',
    '["db"]',
    '{"toString":"db"}',
    '""',
    '"a\\u0000b"',
    '"\\ud800"',
    `"${'x'.repeat(NAME_CHARACTERS_MAX + 1)}"`,
  ])('a member %.20s is ignored, and counted, since MongoDB Enterprise refuses such a token', (member) =>
    expect(principalOf(groups(`["db",${member}]`))).toEqual({ userName: 'alice', groups: ['db'], groupsIgnored: 1 }),
  );

  it('are not normalised: code points count (RFC 7519 section 7.3)', () => {
    expect(principalOf(groups('["\\u00e9","e\\u0301"," db","db"]')).groups).toHaveLength(4);
  });

  it('as one text are not taken, and it says why', () => {
    expect(wordsOf(groups('"db-oncall"'))).toEqual({
      detail: 'The token’s "groups" is the text "db-oncall", not a list: MongoDB Enterprise refuses that too.',
      fix: 'Make the claim multivalued at the identity provider, so that even one group comes as a list.',
    });
  });

  it.each([
    ['null', 'null'],
    ['1', '1'],
    ['true', 'true'],
    ['{}', 'an object'],
    ['{"0":"db","length":1}', 'an object'],
  ])('%s is no list', (json, shown) => {
    expect(wordsOf(groups(json)).detail).toBe(`The token’s "groups" is ${shown}; groups are a list of texts.`);
  });

  it.each(['[1]', '[null,true]', '[["db"]]', '[{"name":"db"}]', '[""]'])('%s has nothing usable', (json) => {
    expect(wordsOf(groups(json)).detail).toMatch(/^None of the \d members of the token’s "groups" is a usable text\.$/);
  });

  it('are at most 1000', () => {
    const many = (count: number) => groups(JSON.stringify(Array.from({ length: count }, (_, index) => `g${index}`)));
    expect(principalOf(many(GROUPS_MAX)).groups).toHaveLength(1000);
    expect(wordsOf(many(GROUPS_MAX + 1)).detail).toBe('The token’s "groups" lists 1001 groups; at most 1000 are read.');
  });

  it.each([
    '{"sub":"a"}',
    '{"sub":"a","__proto__":{"groups":["admin"]}}',
    '{"sub":"a","Groups":["admin"]}',
    '{"sub":"a","realm":{"groups":["x"]}}',
  ])('%s has none', (json) => {
    expect(wordsOf(json).detail).toBe('The token has no "groups", the claim that holds the groups.');
    expect(wordsOf(json).fix).toContain('Add the groups to access tokens (not only to ID tokens)');
  });

  it.each([
    [
      '{"sub":"a","_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"https://graph"}}}',
      '_claim_names',
    ],
    ['{"sub":"a","hasgroups":true}', 'hasgroups'],
    ['{"sub":"a","hasgroups":"true"}', 'hasgroups'],
  ])('%s: Entra left them out (OIDC Core section 5.6.2; SERVER-105483)', (json, mark) => {
    expect(wordsOf(json)).toEqual({
      detail: `The token has no "groups" but ${mark}: the user is in more groups than Entra puts into a token.`,
      fix:
        'Set the groups claim to "Groups assigned to the application", or use app roles (claim "roles") as the groups claim. ' +
        'Sallyport never fetches groups from the address in the token.',
    });
  });

  it.each([
    '{"sub":"a","hasgroups":false}',
    '{"sub":"a","_claim_names":{"__proto__":{"groups":"src1"}}}',
    '{"sub":"a","_claim_names":"groups"}',
    '{"sub":"a","_claim_names":null}',
  ])('%s: nobody said so', (json) => expect(faultOf(json).kind).toBe('groups-missing'));

  it.each([
    '{"sub":"a"}',
    '{"sub":"a","groups":"x"}',
    '{"sub":"a","groups":7}',
    '{"sub":"a","hasgroups":true}',
    '{"sub":"a","groups":["db"]}',
  ])('are not looked at for USER: %s', (json) =>
    expect(principalOf(json, USER)).toEqual({ userName: 'a', groups: [], groupsIgnored: 0 }),
  );
});

describe('an ID token', () => {
  it.each(['nonce', 'at_hash', 'c_hash'])('is known by %s, and refused (OIDC Core sections 2 and 3.3.2.11)', (mark) => {
    for (const value of ['"x"', 'null', '0', '""']) {
      expect(wordsOf(`{"sub":"alice","groups":["db"],"${mark}":${value}}`)).toEqual({
        detail: `The token has ${mark}: it is an ID token, which tells a client who signed in and opens nothing.`,
        fix: 'Send the access token of the same sign-in.',
      });
    }
  });

  it('is not what Keycloak before 25 issues: an access token with a nonce, marked Bearer', () => {
    expect(principalOf('{"sub":"a","groups":[],"nonce":"x","typ":"Bearer"}').userName).toBe('a');
    expect(faultOf('{"sub":"a","groups":[],"nonce":"x","typ":"ID"}').kind).toBe('id-token');
    expect(faultOf('{"sub":"a","groups":[],"at_hash":"x","typ":"Bearer"}').kind).toBe('id-token');
  });

  it('is not known by what an object inherits', () =>
    expect(principalOf('{"sub":"a","groups":[],"__proto__":{"nonce":"x"}}').userName).toBe('a'));
});

describe('any claims', () => {
  const name = fc.constantFrom('sub', 'groups', 'nonce', '_claim_names', 'hasgroups', '__proto__', 'constructor');

  it('are answered, never thrown at; what is read is usable; what is not has its words', () => {
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), fc.boolean(), (claims, isGroup) => {
        const read = readPrincipal(claims, isGroup ? GROUP : USER);
        if (!read.ok) {
          expect(describeClaimFault(read.fault).detail).toMatch(/^[A-Z]\P{Cc}*\.$/u);
          return;
        }
        for (const text of [read.principal.userName, ...read.principal.groups]) {
          expect(text).not.toBe('');
          expect(text.isWellFormed()).toBe(true);
          expect(text).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('give the same groups whatever their order, and never one that is not in the token', () => {
    const member = fc.oneof(fc.string(), fc.constantFrom('db', 'admin'), fc.jsonValue());
    fc.assert(
      fc.property(
        fc
          .array(member, { maxLength: 30 })
          .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const one = readPrincipal({ sub: 'a', groups: list }, GROUP);
          const other = readPrincipal({ sub: 'a', groups: shuffled }, GROUP);
          expect(one.ok).toBe(other.ok);
          if (!one.ok || !other.ok) return;
          expect(new Set(other.principal.groups)).toEqual(new Set(one.principal.groups));
          for (const group of one.principal.groups) expect(list).toContain(group);
        },
      ),
    );
  });
});

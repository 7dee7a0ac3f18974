import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cluster } from '../../shared/clusters/schema.ts';
import { newConnection } from '../../shared/connections/rules.ts';
import { newGate } from '../../shared/identity-providers/gate.ts';
import { readKeySet } from '../../shared/identity-providers/key-set.ts';
import { IdentityProvider } from '../../shared/identity-providers/schema.ts';
import { LEEWAY_MS } from '../../shared/tokens/claims.ts';
import { readPrincipal } from '../../shared/tokens/principal.ts';
import type { Token } from '../../shared/tokens/token.ts';
import { cacheControlOf } from '../../shared/verdicts/answer.ts';
import type { Facts, Registered } from '../../shared/verdicts/facts.ts';
import { STEPS } from '../../shared/verdicts/steps.ts';
import { decide } from '../../shared/verdicts/verdict.ts';
import { ids, T0 } from '../grants/a-grant.ts';
import { publicJwk } from '../tokens/a-key.ts';

const HOUR = 3600_000;
const identityProvider = IdentityProvider.parse({
  id: ids.idp,
  version: 1,
  revision: 1,
  federationId: ids.fed,
  name: 'Acme',
  shortName: 'acme',
  description: '',
  purpose: 'WORKFORCE',
  issuerUri: 'https://login.acme.com',
  clientId: 'shell',
  audience: 'mongodb',
  authorizationType: 'GROUP',
  requestedScopes: [],
  userClaim: 'sub',
  groupsClaim: 'groups',
  allowedAlgorithms: ['ES256'],
  findings: [],
  checkedAt: T0,
  jwksUri: 'https://login.acme.com/jwks',
  createdAt: T0,
  updatedAt: T0,
});
const cluster = Cluster.parse({
  id: ids.cls,
  version: 1,
  revision: 1,
  federationId: ids.fed,
  organizationId: ids.org,
  projectId: ids.prj,
  name: 'payments',
  kind: 'CLUSTER',
  tier: 'SELF_MANAGED',
  distribution: 'ENTERPRISE',
  mongoDbVersion: '7.0.12',
  connector: { type: 'introspection' },
  verdictMaxAge: 0,
  createdAt: T0,
  updatedAt: T0,
});
const { keys } = readKeySet({ keys: [publicJwk] });
const claims = {
  iss: identityProvider.issuerUri,
  aud: identityProvider.audience,
  sub: 'alice',
  groups: ['db-oncall', 'staff'],
  iat: T0 / 1000,
  exp: (T0 + 12 * HOUR) / 1000,
};
const token: Token = { header: { alg: 'ES256', kid: 'k1' }, claims, text: 'x.y.z', nonceInHeader: false };

type Live = Registered['grants'][number];
const aLive = (part: Partial<Live> = {}): Live => ({
  id: ids.grt,
  principalName: 'db-oncall',
  startsAt: T0,
  expiresAt: T0 + 6 * HOUR,
  epoch: 1,
  clusterIds: null,
  roles: { builtIn: 'readAnyDatabase', custom: [], privileges: [] },
  ...part,
});
const aRegistered = (part: Partial<Registered> = {}): Registered => ({
  identityProvider,
  gate: newGate(ids.idp),
  connection: newConnection({ federationId: ids.fed, organizationId: ids.org }, ids.idp, T0),
  principal: readPrincipal(claims, identityProvider),
  grants: [aLive()],
  customRoles: { roles: [] },
  frozen: [],
  ...part,
});
const facts = (part: Partial<Registered> = {}, more: Partial<Facts> = {}): Facts => {
  const registered = aRegistered(part);
  const signature = { ok: true, thumbprint: 't' } as const;
  return { cluster, token, issuer: registered.identityProvider, registered, candidates: keys, signature, ...more };
};
const frozen = (type: 'USER' | 'GROUP', name: string): Partial<Registered> => ({
  gate: { ...newGate(ids.idp), frozen: [{ freezeId: 'frz_1', type, name }] },
});
const failing = (given: Facts, now: number) =>
  STEPS.filter(({ check }) => check(given, now) !== null).map(({ name }) => name);

describe('V2 the steps of a verdict', () => {
  it('all pass for a good token', () => expect(failing(facts(), T0)).toEqual([]));

  it.each<[string, Facts, string[]]>([
    [
      'no IdP with this issuer',
      { ...facts(), issuer: undefined, registered: undefined, candidates: undefined, signature: undefined },
      ['issuer', 'key', 'signature', 'audience', 'claims', 'connection', 'freeze', 'grants', 'scope'],
    ],
    [
      'an algorithm that is not allowed',
      facts({ identityProvider: { ...identityProvider, allowedAlgorithms: ['RS256'] } }),
      ['algorithm'],
    ],
    ['no key', facts({}, { candidates: [] }), ['key']],
    ['a wrong signature', facts({}, { signature: { ok: false } }), ['signature']],
    ['another audience', facts({ identityProvider: { ...identityProvider, audience: 'other' } }), ['audience']],
    ['no connection', facts({ connection: undefined }), ['connection', 'grants', 'scope']],
    ['an earlier epoch', facts({ grants: [aLive({ epoch: 0 })] }), ['grants', 'scope']],
    ['a frozen project', facts({ frozen: ['frz_1'] }), ['freeze']],
    ['a frozen user', facts(frozen('USER', 'alice')), ['freeze']],
    ['a frozen group', facts(frozen('GROUP', 'db-oncall')), ['freeze', 'grants', 'scope']],
    ['no grant', facts({ grants: [] }), ['grants', 'scope']],
    ['another cluster', facts({ grants: [aLive({ clusterIds: ['cls_other'] })] }), ['scope']],
  ])('%s', (_what, given, steps) => {
    expect(failing(given, T0)).toEqual(steps);
    expect(decide(given, T0)).toEqual({ active: false });
    for (const { check } of STEPS) {
      const outcome = check(given, T0);
      if (outcome) expect([outcome.detail.length > 10, outcome.fix.length > 10]).toEqual([true, true]);
    }
  });
});

describe('A5 the end of a verdict', () => {
  it.each([
    ['a millisecond before its grant’s start', T0 - 1, false],
    ['at its grant’s start', T0, true],
    ['a millisecond before its grant’s end', T0 + 6 * HOUR - 1, true],
    ['at its grant’s end', T0 + 6 * HOUR, false],
  ])('%s', (_when, now, active) => expect(decide(facts(), now).active).toBe(active));

  it('is the earliest of the token’s and of every matching grant’s, floored to seconds', () => {
    const grants = [
      aLive({ expiresAt: T0 + 5 * HOUR + 999 }),
      aLive({ expiresAt: null }),
      aLive({ expiresAt: T0 + 9 * HOUR }),
    ];
    const verdict = decide(facts({ grants }), T0);
    expect(verdict).toMatchObject({
      exp: (T0 + 5 * HOUR) / 1000,
      expiresAt: new Date(T0 + 5 * HOUR + 999).toISOString(),
    });
    expect(decide(facts({ grants: [aLive({ expiresAt: null })] }), T0)).toMatchObject({ exp: claims.exp });
  });

  it('is never passed by a gateway that holds the answer', () => {
    const verdict = decide(facts(), T0);
    expect(cacheControlOf(verdict, 0, T0)).toBe('no-store');
    expect(cacheControlOf(verdict, 60, T0)).toBe('private, max-age=60');
    expect(cacheControlOf(verdict, 60, T0 + 6 * HOUR - 10_001)).toBe('private, max-age=10');
    expect(cacheControlOf(verdict, 60, T0 + 6 * HOUR - 999)).toBe('no-store');
    expect(cacheControlOf({ active: false }, 60, T0)).toBe('no-store');
  });
});

const instant = fc.integer({ min: T0 - HOUR, max: T0 + 14 * HOUR });
const grant = fc
  .record({
    startsAt: instant,
    length: fc.option(fc.integer({ min: 1, max: 10 * HOUR })),
    epoch: fc.integer({ min: 0, max: 2 }),
    here: fc.constantFrom<readonly string[] | null>(null, [ids.cls], ['cls_other'], ['cls_other', ids.cls]),
    principalName: fc.constantFrom('db-oncall', 'staff'),
  })
  .map(({ startsAt, length, epoch, here, principalName }) =>
    aLive({
      startsAt,
      expiresAt: length === null ? null : startsAt + length,
      epoch,
      clusterIds: here && [...here],
      principalName,
    }),
  );

describe('over any grants and instants', () => {
  it('is a yes exactly when a grant of the present epoch holds here, and names just those', () =>
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 8 }), instant, (grants, now) => {
        const numbered = grants.map((one, index) => ({ ...one, id: `grt_${index}` }));
        const matching = numbered.filter(
          ({ startsAt, expiresAt, epoch, clusterIds }) =>
            epoch === 1 &&
            startsAt <= now &&
            (expiresAt ?? Number.POSITIVE_INFINITY) > now &&
            (clusterIds?.includes(ids.cls) ?? true),
        );
        const verdict = decide(facts({ grants: numbered }), now);
        const isTokenInTime = claims.iat * 1000 - LEEWAY_MS <= now && now < claims.exp * 1000;
        expect(verdict.active).toBe(matching.length > 0 && isTokenInTime);
        if (verdict.active) expect(verdict.grants).toEqual(matching.map(({ id }) => id));
      }),
    ));

  it('does not depend on the order of grants', () =>
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 8 }), instant, (grants, now) => {
        const [one, other] = [grants, [...grants].reverse()].map((some) => decide(facts({ grants: some }), now));
        const comparable = (verdict: typeof one) =>
          verdict?.active ? { exp: verdict.exp, names: [...verdict.principal.names].sort() } : verdict;
        expect(comparable(one)).toEqual(comparable(other));
      }),
    ));
});

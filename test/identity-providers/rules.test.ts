import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../shared/callers/rights.ts';
import { BOOTSTRAP, type Held, type Role } from '../../shared/callers/schema.ts';
import { identityProviderBodies } from '../../shared/identity-providers/bodies.ts';
import { newGate } from '../../shared/identity-providers/gate.ts';
import { planChange, planCreation, planDomains, planRemoval } from '../../shared/identity-providers/plans.ts';
import {
  changedIdentityProvider,
  checkedIdentityProvider,
  needsLook,
  newIdentityProvider,
} from '../../shared/identity-providers/rules.ts';
import type { IdentityProvider } from '../../shared/identity-providers/schema.ts';
import { shortNameFrom } from '../../shared/identity-providers/short-name.ts';
import {
  authorizeBelow,
  heldBelow,
  holdsFederation,
  organizationsOf,
} from '../../shared/identity-providers/visibility.ts';
import type { Plan } from '../../shared/platform/plan.ts';
import { aCaller } from '../callers/a-caller.ts';
import { ids, T0 } from '../grants/a-grant.ts';
import { problemOf } from '../rig/problem-of.ts';
import { aDiscovery, anIdentityProvider, factsOf, ISSUER } from './an-identity-provider.ts';

const { NewIdentityProvider } = identityProviderBodies({ trustLoopback: false });
const FEDERATION = { id: ids.fed, version: 1, revision: 1, name: 'Acme', createdAt: T0, updatedAt: T0 };
const OTHER = 'https://login.other.com';
const WISH = NewIdentityProvider.parse({
  name: 'Acme Sign-in',
  issuerUri: ISSUER,
  clientId: 'client-1',
  audience: 'databases',
  authorizationType: 'GROUP',
  requestedScopes: ['offline_access'],
});
const keysOf = ({ writes }: Plan) => writes.map(({ key }) => `${key.pk.replace(/#[\w-]{43}$/, '#(hash)')} ${key.sk}`);

describe('S5 registering', () => {
  const place = { id: ids.idp, shortName: 'acme-sign-in' };
  it('keeps what was wished, and what the issuer said at that look', () => {
    const idp = newIdentityProvider(place, WISH, FEDERATION, factsOf(ISSUER, aDiscovery()), T0);
    expect(idp).toEqual({ ...anIdentityProvider({ description: '', requestedScopes: ['offline_access'] }) });
  });

  it('is refused with every finding, the advice too, when one is an error', () => {
    const facts = factsOf(ISSUER, aDiscovery(OTHER, { code_challenge_methods_supported: undefined }));
    const problem = problemOf(() => newIdentityProvider(place, WISH, FEDERATION, facts, T0));
    expect(problem).toMatchObject({ type: 'identity-provider-unfit', status: 422 });
    expect(problem.extensions.findings).toMatchObject([
      { severity: 'ERROR', code: 'issuer-differs' },
      { severity: 'WARNING', code: 'pkce-not-announced' },
    ]);
  });

  it('writes it with its gate and three claims, while the federation is there', () => {
    const plan = planCreation(anIdentityProvider());
    expect(keysOf(plan)).toEqual([
      `${ids.idp} IDENTITY_PROVIDER`,
      `${ids.idp} GATE`,
      `${ids.fed} FEDERATION`,
      `CLAIM#${ids.fed}#identity-provider#Acme Sign-in CLAIM`,
      `CLAIM#${ids.fed}#issuer-and-audience#(hash) CLAIM`,
      `ISSUER#(hash) ${ids.idp}`,
      `CLAIM#${ids.fed}#identity-provider-short-name#acme-sign-in CLAIM`,
    ]);
    expect(plan.audit).toMatchObject([{ action: 'identity-provider.create', before: null, after: { id: ids.idp } }]);
  });

  it('tells issuer and audience apart wherever one ends and the other begins', () => {
    const claimOf = (part: Partial<IdentityProvider>) => planCreation(anIdentityProvider(part)).writes[4]?.key.pk;
    expect(claimOf({ issuerUri: 'https://a.com/b', audience: 'c' })).not.toBe(
      claimOf({ issuerUri: 'https://a.com/', audience: 'bc' }),
    );
  });
});

describe('S5 changing', () => {
  const before = anIdentityProvider();
  const later = T0 + 1000;

  it('of nothing changes nothing, and neither does what is so already', () => {
    expect(changedIdentityProvider(before, {}, undefined, later)).toBe(before);
    expect(
      changedIdentityProvider(
        before,
        { name: before.name, allowedAlgorithms: [...before.allowedAlgorithms] },
        undefined,
        later,
      ),
    ).toBe(before);
    expect(keysOf(planChange(before, before, newGate(before.id)))).toEqual([`${ids.idp} IDENTITY_PROVIDER`]);
  });

  it.each([
    [{ name: 'Other', description: 'x' }, false],
    [{ issuerUri: ISSUER }, false],
    [{ issuerUri: OTHER }, true],
    [{ audience: 'x' }, true],
    [{ clientId: 'x' }, true],
    [{ requestedScopes: [] }, true],
    [{ groupsClaim: 'x' }, true],
    [{ authorizationType: 'USER' as const }, true],
    [{ allowedAlgorithms: ['RS256' as const] }, true],
  ])('%j: looks at the issuer: %j', (change, looks) => {
    expect(needsLook(before, change)).toBe(looks);
  });

  it('of the name needs no issuer, keeps the short name, and moves the claim', () => {
    const after = changedIdentityProvider(before, { name: 'Acme Okta' }, undefined, later);
    expect(after).toEqual({ ...before, name: 'Acme Okta', revision: 2, updatedAt: later });
    expect(keysOf(planChange(before, after, newGate(before.id)))).toEqual([
      `${ids.idp} IDENTITY_PROVIDER`,
      `CLAIM#${ids.fed}#identity-provider#Acme Sign-in CLAIM`,
      `CLAIM#${ids.fed}#identity-provider#Acme Okta CLAIM`,
    ]);
  });

  it('of the issuer makes the keys of the old one worthless in the same transaction', () => {
    const after = changedIdentityProvider(before, { issuerUri: OTHER }, factsOf(OTHER, aDiscovery(OTHER)), later);
    expect(after).toMatchObject({ issuerUri: OTHER, jwksUri: `${OTHER}/jwks`, checkedAt: later, revision: 2 });
    const gate = { ...newGate(before.id), version: 4, keyGeneration: 7 };
    const plan = planChange(before, after, gate);
    const raised = plan.writes.find(({ key }) => key.sk === 'GATE')?.change('t').Put?.Item;
    expect(raised).toMatchObject({ keyGeneration: { N: '8' }, version: { N: '5' } });
  });

  it('of the audience leaves the keys', () => {
    const after = changedIdentityProvider(before, { audience: 'x' }, factsOf(ISSUER, aDiscovery()), later);
    expect(keysOf(planChange(before, after, newGate(before.id))).filter((key) => key.endsWith('GATE'))).toEqual([]);
  });

  it('is refused when it would not fit, and leaves what is there', () => {
    const facts = factsOf(ISSUER, aDiscovery());
    const problem = problemOf(() => changedIdentityProvider(before, { allowedAlgorithms: ['PS512'] }, facts, later));
    expect(problem.type).toBe('identity-provider-unfit');
  });

  it('cannot take the client from people', () => {
    const problem = problemOf(() => changedIdentityProvider(before, { clientId: null }, undefined, later));
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(['/clientId']);
    const machines = anIdentityProvider({ purpose: 'WORKLOAD' });
    expect(
      changedIdentityProvider(machines, { clientId: null }, factsOf(ISSUER, aDiscovery()), later).clientId,
    ).toBeNull();
  });

  it('is never judged by what another issuer said, or nobody', () => {
    const moved = anIdentityProvider({ issuerUri: OTHER });
    for (const facts of [undefined, factsOf(ISSUER, aDiscovery())]) {
      expect(problemOf(() => changedIdentityProvider(moved, { audience: 'x' }, facts, later)).type).toBe(
        'version-conflict',
      );
    }
  });
});

describe('S5 a check', () => {
  it('keeps errors as findings, and the keys where they were last known to be', () => {
    const after = checkedIdentityProvider(anIdentityProvider(), factsOf(ISSUER, aDiscovery(OTHER)), T0 + 1000);
    expect(after.findings).toMatchObject([{ severity: 'ERROR', code: 'issuer-differs' }]);
    expect(after).toMatchObject({ jwksUri: `${ISSUER}/jwks`, checkedAt: T0 + 1000, revision: 1, updatedAt: T0 });
  });

  it('follows the issuer to where its keys have moved', () => {
    const facts = factsOf(ISSUER, aDiscovery(ISSUER, { jwks_uri: 'https://keys.acme.com/' }));
    expect(checkedIdentityProvider(anIdentityProvider(), facts, T0).jwksUri).toBe('https://keys.acme.com/');
  });

  it('of an issuer that was changed meanwhile is not kept', () => {
    const attempt = () =>
      checkedIdentityProvider(anIdentityProvider({ issuerUri: OTHER }), factsOf(ISSUER, aDiscovery()), T0);
    expect(problemOf(attempt).type).toBe('version-conflict');
  });
});

describe('S7 S9 plans', () => {
  const domain = (end: string) => `dom_01KDX00000000000000000000${end}`;
  it('of domains write what differs, and no more', () => {
    const before = anIdentityProvider({ domainIds: [domain('A'), domain('B')] });
    const after = { ...before, domainIds: [domain('B'), domain('C')] };
    expect(keysOf(planDomains(before, after, []))).toEqual([
      `${ids.idp} IDENTITY_PROVIDER`,
      `${domain('C')} SIGN_IN#${ids.idp}`,
      `${domain('A')} SIGN_IN#${ids.idp}`,
    ]);
  });

  it('of a delete leave nothing but the short name, which clusters have seen', () => {
    const idp = anIdentityProvider({ domainIds: [domain('A')] });
    expect(keysOf(planRemoval(idp, newGate(idp.id)))).toEqual([
      `${ids.idp} IDENTITY_PROVIDER`,
      `${ids.idp} GATE`,
      `${ids.idp} KEYS`,
      `ISSUER#(hash) ${ids.idp}`,
      `CLAIM#${ids.fed}#identity-provider#Acme Sign-in CLAIM`,
      `CLAIM#${ids.fed}#issuer-and-audience#(hash) CLAIM`,
      `${domain('A')} SIGN_IN#${ids.idp}`,
    ]);
  });
});

describe('a short name', () => {
  it.each([
    ['Acme Entra', 'acme-entra'],
    ['  Ärzte & Co. (Okta) ', 'arzte-co-okta'],
    ['日本', 'idp'],
    ['x'.repeat(100), 'x'.repeat(40)],
    [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
  ])('%j is %j', (name, shortName) => {
    expect(shortNameFrom(name)).toBe(shortName);
  });

  it('is always one that a MongoDB server takes', () => {
    const taken = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => taken.test(shortNameFrom(name))));
  });
});

describe('O1 who stands below a federation', () => {
  const held = (role: Role, type: 'FEDERATION' | 'PROJECT'): Held => ({
    role,
    scope: type === 'FEDERATION' ? { type, id: ids.fed } : { type, id: ids.prj },
    place: { federationId: ids.fed, organizationId: ids.org, projectId: ids.prj },
  });
  it('is whoever has a smaller scope', () => {
    expect(holdsFederation(BOOTSTRAP, ids.fed)).toBe(true);
    expect(holdsFederation(aCaller(held('REQUESTER', 'FEDERATION')), ids.fed)).toBe(true);
    expect(holdsFederation(aCaller(held('REQUESTER', 'PROJECT')), ids.fed)).toBe(false);
    expect(heldBelow(aCaller(held('REQUESTER', 'FEDERATION')), ids.fed)).toEqual([]);
    expect(organizationsOf(heldBelow(aCaller(held('REQUESTER', 'PROJECT')), ids.fed))).toEqual([ids.org]);
  });

  it('reads if its role does, and changes nothing, an owner neither', () => {
    const below = (role: Role, action: Action) => () =>
      authorizeBelow({ caller: BOOTSTRAP, action }, [held(role, 'PROJECT')]);
    expect(below('REQUESTER', 'identity-provider.read')).not.toThrow();
    expect(problemOf(below('OWNER', 'identity-provider.write')).type).toBe('forbidden');
    expect(problemOf(below('DATA_PLANE', 'identity-provider.read')).type).toBe('forbidden');
  });
});

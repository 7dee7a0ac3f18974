import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../shared/api/faults.ts';
import { AssociatedDomains, DOMAINS_MAX, identityProviderBodies } from '../../shared/identity-providers/bodies.ts';
import { Algorithm } from '../../shared/identity-providers/schema.ts';

const { NewIdentityProvider, IdentityProviderChange } = identityProviderBodies({ trustLoopback: false });
const ONE_MACHINE = identityProviderBodies({ trustLoopback: true });

const WISH = {
  name: 'Acme Entra',
  issuerUri: 'https://login.acme.com',
  clientId: 'client-1',
  audience: 'databases',
  authorizationType: 'GROUP',
};
const faults = (body: unknown, schema: typeof NewIdentityProvider = NewIdentityProvider) => {
  const parsed = schema.safeParse(body, { reportInput: true });
  return parsed.success ? [] : faultsOf(parsed.error.issues);
};
const pointers = (body: unknown) => faults(body).map(({ pointer }) => pointer);

describe('S5 what may be sent to register an identity provider', () => {
  it('is filled with the defaults of the contract', () => {
    expect(NewIdentityProvider.parse(WISH)).toEqual({
      ...WISH,
      description: '',
      purpose: 'WORKFORCE',
      requestedScopes: [],
      userClaim: 'sub',
      groupsClaim: 'groups',
      allowedAlgorithms: Algorithm.options,
    });
    expect(Algorithm.options).toHaveLength(10);
  });

  it('needs a client for people, and none for machines', () => {
    const { clientId: _, ...rest } = WISH;
    expect(faults(rest)).toEqual([
      { pointer: '/clientId', message: 'A WORKFORCE identity provider needs the client ID with which people sign in.' },
    ]);
    expect(NewIdentityProvider.parse({ ...rest, purpose: 'WORKLOAD' }).clientId).toBeNull();
  });

  it('tells every fault at once, the missing client among them', () => {
    expect(pointers({ nmae: 'x', issuerUri: 'ftp://acme.com', audience: '' }).sort()).toEqual(
      ['/audience', '/authorizationType', '/clientId', '/issuerUri', '/name', '/nmae'].sort(),
    );
  });

  it.each([
    ['http://login.acme.com', 'does not start with https://'],
    ['https://login.acme.com?tenant=1', 'An issuer has no query.'],
    ['https://login.acme.com#x', 'has a fragment'],
    ['https://user:pass@login.acme.com', 'holds a user or password'],
    ['https://10.0.0.1', 'is not an address of the public internet'],
    ['https://[::1]', 'is not an address of the public internet'],
    ['https://localhost', 'is a single label'],
    ['https://login.internal', 'do not exist in the public DNS'],
    ['https://login.acme.com:25', 'Port 25 is not allowed'],
    ['https://login.acme.com/.well-known/openid-configuration', 'Give the issuer itself'],
    [' https://login.acme.com', 'holds a space'],
    ['', 'does not start with https://'],
    [`https://login.acme.com/${'x'.repeat(2048)}`, 'at most 2048'],
  ])('takes no issuer like %s', (issuerUri, message) => {
    expect(faults({ ...WISH, issuerUri })).toEqual([
      { pointer: '/issuerUri', message: expect.stringContaining(message) },
    ]);
  });

  it.each(['https://login.acme.com/', 'https://login.acme.com:8443/realms/staff', 'https://8.8.8.8'])(
    'takes the issuer %s as it is typed',
    (issuerUri) => {
      expect(NewIdentityProvider.parse({ ...WISH, issuerUri }).issuerUri).toBe(issuerUri);
    },
  );

  it('lets an issuer be on loopback over plain HTTP where that is trusted, and nowhere else', () => {
    const issuerUri = 'http://127.0.0.1:9000/acme';
    expect(faults({ ...WISH, issuerUri }, ONE_MACHINE.NewIdentityProvider)).toEqual([]);
    expect(pointers({ ...WISH, issuerUri })).toEqual(['/issuerUri']);
  });

  it.each([
    ['/audience', { audience: ' databases' }],
    ['/audience', { audience: 'data\u0000bases' }],
    ['/audience', { audience: 'x'.repeat(513) }],
    ['/clientId', { clientId: 'clïent' }],
    ['/clientId', { clientId: 'client ' }],
    ['/userClaim', { userClaim: '' }],
    ['/groupsClaim', { groupsClaim: 'x'.repeat(256) }],
    ['/description', { description: 'x'.repeat(501) }],
    ['/requestedScopes/0', { requestedScopes: ['openid profile'] }],
    ['/requestedScopes/1', { requestedScopes: ['openid', 'openid'] }],
    ['/requestedScopes', { requestedScopes: Array.from({ length: 31 }, (_, index) => `scope-${index}`) }],
    ['/allowedAlgorithms', { allowedAlgorithms: [] }],
    ['/allowedAlgorithms/0', { allowedAlgorithms: ['HS256'] }],
    ['/allowedAlgorithms/1', { allowedAlgorithms: ['RS256', 'none'] }],
    ['/purpose', { purpose: 'PEOPLE' }],
    ['/id', { id: 'idp_1' }],
  ])('refuses at %s: %j', (pointer, part) => {
    expect(pointers({ ...WISH, ...part })).toEqual([pointer]);
  });
});

describe('S5 what may be sent to change one', () => {
  it('is any of it but the purpose', () => {
    expect(IdentityProviderChange.parse({})).toEqual({});
    expect(IdentityProviderChange.safeParse({ purpose: 'WORKLOAD' }).success).toBe(false);
    expect(IdentityProviderChange.safeParse({ issuerUri: 'https://10.0.0.1' }).success).toBe(false);
  });
});

describe('S7 the domains of one', () => {
  const id = (index: number) => `dom_01KDX0000000000000000000${String(index).padStart(2, '0')}`;
  const some = (count: number) => Array.from({ length: count }, (_, index) => id(index));
  it('are at most as many as one transaction replaces, each once', () => {
    expect(AssociatedDomains.safeParse({ domainIds: some(DOMAINS_MAX) }).success).toBe(true);
    expect(AssociatedDomains.safeParse({ domainIds: some(DOMAINS_MAX + 1) }).success).toBe(false);
    const twice = AssociatedDomains.safeParse({ domainIds: [id(1), id(1)] });
    expect(faultsOf(twice.error?.issues ?? []).map(({ pointer }) => pointer)).toEqual(['/domainIds/1']);
  });
});

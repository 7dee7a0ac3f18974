import { describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api/call.ts';
import { pagerOf } from '../../shared/api/paging.ts';
import { transact } from '../../shared/api/transact.ts';
import { firstVersion } from '../../shared/api/view.ts';
import { BOOTSTRAP, type Caller, type Role } from '../../shared/callers/schema.ts';
import { disconnected, newConnection, swept } from '../../shared/connections/rules.ts';
import { connectionItem } from '../../shared/connections/store.ts';
import type { DomainStatus } from '../../shared/domains/schema.ts';
import { domainService } from '../../shared/domains/service.ts';
import { domainItem, OWNER_SCOPE } from '../../shared/domains/store.ts';
import { identityProviderBodies } from '../../shared/identity-providers/bodies.ts';
import { gateItem, gateKey } from '../../shared/identity-providers/gate.ts';
import { keyRecordItem, keyRecordKey } from '../../shared/identity-providers/keys.ts';
import type { IssuerFacts } from '../../shared/identity-providers/prove.ts';
import { identityProviderService } from '../../shared/identity-providers/service.ts';
import { signInService } from '../../shared/identity-providers/sign-in.ts';
import { identityProviderItem, identityProviderKey } from '../../shared/identity-providers/store.ts';
import { claim } from '../../shared/platform/claim.ts';
import { Problem } from '../../shared/platform/problems.ts';
import type { PartitionQuery, Write } from '../../shared/platform/table.ts';
import { federationItem, organizationItem } from '../../shared/tenants/store.ts';
import { aCaller } from '../callers/a-caller.ts';
import { aDomain } from '../domains/a-domain.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, type Engine } from '../rig/engine.ts';
import { aDiscovery, factsOf } from './an-identity-provider.ts';

const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, correlationId: 'test', source: null, now: T0 } as const;
const { NewIdentityProvider } = identityProviderBodies({ trustLoopback: false });
/** Sealing is not what is tested here. */
const pager = pagerOf(
  { seal: (text, purpose) => `${purpose}|${text}`, open: (text) => text.split('|').at(-1) },
  () => T0,
);

function calling({ table, commit, clock }: Engine, part: Partial<Call> = {}): Call {
  const dryRun = part.dryRun ?? false;
  return {
    ...CAUSE,
    caller: BOOTSTRAP,
    action: 'identity-provider.read',
    origin: 'https://sallyport.test',
    ifMatch: undefined,
    ...part,
    dryRun,
    transact: (attempt) => transact({ table, commit, clock, cause: CAUSE, dryRun, alongside: () => [] }, attempt),
  };
}

interface World {
  readonly liveGrants?: boolean;
  /** Goes before each look at an issuer. */
  readonly meanwhile?: () => Promise<unknown>;
  readonly discovery?: (issuerUri: string) => IssuerFacts;
}

/** The service over a federation of its own, whose issuers all answer well unless said otherwise. */
async function aService({ liveGrants = false, meanwhile, discovery }: World = {}) {
  const engine = anEngine(T0);
  const looks: string[] = [];
  const unused = () => Promise.reject(new Error('is not asked for'));
  const prover = {
    fetchDiscovery: unused,
    fetchKeySet: unused,
    proveIssuer: async (issuerUri: string) => {
      looks.push(issuerUri);
      await meanwhile?.();
      return discovery?.(issuerUri) ?? factsOf(issuerUri, aDiscovery(issuerUri));
    },
  };
  const service = identityProviderService({ ...engine, pager, prover, hasLiveGrants: async () => liveGrants });
  const write = (...writes: Write[]) => engine.commit({ writes, audit: [], events: [] }, CAUSE);
  const federation = {
    id: engine.ids.next('fed'),
    version: 1,
    revision: 1,
    name: 'Acme',
    createdAt: T0,
    updatedAt: T0,
  };
  await write(federationItem.create(federation, () => 'stale'));
  const place = { federationId: federation.id, organizationId: engine.ids.next('org') };
  const register = (part: object = {}, call: Partial<Call> = {}) =>
    service.create(calling(engine, call), federation, wishOf(part));
  return { engine, service, signIn: signInService(engine.table, service), looks, write, federation, place, register };
}
type Service = Awaited<ReturnType<typeof aService>>;

let names = 0;
const wishOf = (part: object = {}) =>
  NewIdentityProvider.parse({
    name: `Acme ${++names}`,
    issuerUri: `https://login-${names}.acme.com`,
    clientId: 'client-1',
    audience: 'databases',
    authorizationType: 'GROUP',
    requestedScopes: ['openid', 'offline_access'],
    ...part,
  });

const stored = ({ engine }: Service, id: string) => identityProviderItem.read(engine.table, identityProviderKey(id));
const fresh = async (world: Service, id: string) => world.service.fresh(id);
async function refusal(attempt: Promise<unknown>): Promise<Problem> {
  const error = await attempt.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Problem) return error;
  throw error;
}

describe('S5 registering', () => {
  it('keeps the identity provider and a gate that nobody has closed', async () => {
    const world = await aService();
    const view = await world.register({ name: 'Acme Entra' });
    expect(view).toMatchObject({
      name: 'Acme Entra',
      shortName: 'acme-entra',
      findings: [],
      domainIds: [],
      etag: '"1"',
    });
    expect(await stored(world, view.id)).toMatchObject({ id: view.id, federationId: world.federation.id });
    expect(await gateItem.read(world.engine.table, gateKey(view.id))).toMatchObject({
      keyGeneration: 1,
      revokedAt: null,
    });
  });

  it('asks the issuer in a dry run too, and stores nothing', async () => {
    const world = await aService();
    const view = await world.register({}, { dryRun: true });
    expect(world.looks).toHaveLength(1);
    expect(await stored(world, view.id)).toBeUndefined();
  });

  it('stores nothing when the issuer is not fit', async () => {
    const world = await aService({ discovery: (uri) => factsOf(uri, aDiscovery('https://login.other.com')) });
    expect(await refusal(world.register())).toMatchObject({ type: 'identity-provider-unfit' });
    expect(await world.service.list(calling(world.engine), world.federation, { limit: 25 })).toEqual({ items: [] });
  });

  it('refuses the same issuer and audience in one federation, and names which has them', async () => {
    const world = await aService();
    const wish = { issuerUri: 'https://same.acme.com', audience: 'same' };
    const { id } = await world.register(wish);
    const problem = await refusal(world.register(wish));
    expect(problem.type).toBe('identity-provider-taken');
    expect(problem.message).toContain(id);
    await world.register({ ...wish, audience: 'another' });
    await (await aService()).register(wish); // another federation may have them too
  });

  it('refuses a name that is taken, and gives nobody a short name that another has', async () => {
    const world = await aService();
    await world.register({ name: 'Acme Entra' });
    expect(await refusal(world.register({ name: 'Acme Entra' }))).toMatchObject({ type: 'name-taken' });
    const second = await world.register({ name: 'acme entra' });
    expect(second.shortName).toBe(`acme-entra-${second.id.slice(-6).toLowerCase()}`);
  });

  it('lets two who race for one short name both have one', async () => {
    const world = await aService();
    const views = await Promise.all(['Acme Entra', 'ACME Entra', 'acme-entra'].map((name) => world.register({ name })));
    expect(new Set(views.map(({ shortName }) => shortName)).size).toBe(3);
  });
});

describe('S5 changing', () => {
  it('moves the claims: what was let go is free, what was taken is not', async () => {
    const world = await aService();
    const wish = { name: 'First', issuerUri: 'https://first.acme.com' };
    const { id } = await world.register(wish);
    const change = { name: 'Second', issuerUri: 'https://second.acme.com' };
    const view = await world.service.change(calling(world.engine), await fresh(world, id), change);
    expect(view).toMatchObject({ ...change, shortName: 'first', etag: '"2"' });
    expect(await gateItem.read(world.engine.table, gateKey(id))).toMatchObject({ keyGeneration: 2, revokedAt: null });
    expect(await refusal(world.register(change))).toMatchObject({ type: 'name-taken' });
    expect(await refusal(world.register({ issuerUri: change.issuerUri }))).toMatchObject({
      type: 'identity-provider-taken',
    });
    await world.register(wish);
  });

  it('of the authorization type is refused while grants depend on it', async () => {
    const world = await aService({ liveGrants: true });
    const { id } = await world.register();
    const change = { authorizationType: 'USER' } as const;
    const problem = await refusal(world.service.change(calling(world.engine), await fresh(world, id), change));
    expect(problem.errors).toMatchObject([
      { pointer: '/authorizationType', message: expect.stringContaining('type GROUP') },
    ]);
    await world.service.change(calling(world.engine), await fresh(world, id), {
      authorizationType: 'GROUP',
      audience: 'x',
    });
  });

  it('asks nobody for a stale ETag, and keeps nothing of it', async () => {
    const world = await aService();
    const { id } = await world.register();
    const call = calling(world.engine, { ifMatch: '"7"' });
    const attempt = world.service.change(call, await fresh(world, id), { audience: 'x' });
    expect(await refusal(attempt)).toMatchObject({ type: 'precondition-failed' });
    expect(world.looks).toHaveLength(1); // of the create
  });

  it('is not judged by an issuer that was replaced while it was asked', async () => {
    let moved = false;
    const world: Service = await aService({
      meanwhile: async () => {
        if (world?.looks.length !== 2 || moved) return;
        moved = true;
        const [idp] = (await world.service.list(calling(world.engine), world.federation, { limit: 1 })).items;
        const before = await fresh(world, idp?.id ?? '');
        await world.write(
          identityProviderItem.replace({ ...before, issuerUri: 'https://moved.acme.com', revision: 9 }),
        );
      },
    });
    const { id } = await world.register();
    const attempt = world.service.change(calling(world.engine), await fresh(world, id), { audience: 'x' });
    expect(await refusal(attempt)).toMatchObject({ type: 'version-conflict' });
    expect(await stored(world, id)).toMatchObject({ audience: 'databases', issuerUri: 'https://moved.acme.com' });
  });
});

describe('S5 checking now', () => {
  it('keeps what is found, an error too, under the same ETag', async () => {
    let down = false;
    const discovery = { kind: 'failed', url: 'x', code: 'unreachable', detail: 'No answer.' } as const;
    const world = await aService({
      discovery: (issuerUri) =>
        down ? { issuerUri, discovery, keySet: null } : factsOf(issuerUri, aDiscovery(issuerUri)),
    });
    const { id, jwksUri } = await world.register();
    down = true;
    const view = await world.service.check(calling(world.engine), await fresh(world, id));
    expect(view).toMatchObject({
      etag: '"1"',
      jwksUri,
      findings: [{ severity: 'ERROR', code: 'discovery-unreachable' }],
    });
    expect(await stored(world, id)).toMatchObject({ findings: view.findings });
    down = false;
    expect(await world.service.check(calling(world.engine), await fresh(world, id))).toMatchObject({ findings: [] });
  });
});

describe('S9 deleting', () => {
  it('waits for the last connection to be swept, then leaves nothing of it', async () => {
    const world = await aService();
    const { engine, service, write, place } = world;
    const { id, ...wish } = await world.register({ name: 'Gone' });
    const organization = { id: place.organizationId, federationId: place.federationId, name: 'Acme databases' };
    await write(organizationItem.create({ ...organization, ...firstVersion(T0) }, () => 'stale'));
    const connection = newConnection(place, id, T0);
    await write(connectionItem.create(connection, () => 'stale'));
    const connected = await refusal(service.remove(calling(engine), await fresh(world, id)));
    expect(connected).toMatchObject({ type: 'identity-provider-connected' });
    expect(connected.message).toContain(
      `${place.organizationId}. Disconnect it there, wait until the connection is gone, then delete it.`,
    );

    const sweeping = disconnected(connection, T0);
    await write(connectionItem.replace(sweeping));
    expect(await refusal(service.remove(calling(engine), await fresh(world, id)))).toMatchObject({
      type: connected.type,
    });

    await write(connectionItem.replace({ ...swept(sweeping, null), version: sweeping.version + 1 }));
    const keys = { version: 3, identityProviderId: id, keyGeneration: 1, fetchedAt: T0, askedForKidAt: null };
    await write(keyRecordItem.create({ ...keys, keySet: '{"keys":[]}', lease: null }, () => 'stale'));
    await service.remove(calling(engine), await fresh(world, id));
    expect(await stored(world, id)).toBeUndefined();
    expect(await gateItem.read(engine.table, gateKey(id))).toBeUndefined();
    expect(await keyRecordItem.read(engine.table, keyRecordKey(id))).toBeUndefined();
    const again = await world.register({ name: 'Gone', issuerUri: wish.issuerUri });
    expect(again.shortName).not.toBe(wish.shortName);
  });
});

describe('O1 who sees which', () => {
  const callerOf = ({ place }: Service, role: Role, organizationId = place.organizationId): Caller =>
    aCaller({
      role,
      scope: { type: 'ORGANIZATION', id: organizationId },
      place: { federationId: place.federationId, organizationId },
    });

  it('from below the federation: what the organization is connected to, and nothing else', async () => {
    const world = await aService();
    const { engine, service, federation, place, write } = world;
    const [seen, hidden, former] = [await world.register(), await world.register(), await world.register()];
    const connection = newConnection(place, former.id, T0);
    await write(
      connectionItem.create(newConnection(place, seen.id, T0), () => 'stale'),
      connectionItem.create(disconnected(connection, T0), () => 'stale'),
    );
    const call = calling(engine, { caller: callerOf(world, 'REQUESTER') });
    const listed = await service.list(call, await service.listed(call, federation.id), { limit: 25 });
    expect(listed.items.map(({ id }) => id)).toEqual([seen.id]);
    expect(await service.find(call, seen.id)).toMatchObject({ id: seen.id });
    for (const { id } of [hidden, former]) {
      expect(await refusal(service.find(call, id))).toMatchObject({ type: 'not-found' });
    }
    const owner = calling(engine, { caller: callerOf(world, 'OWNER'), action: 'identity-provider.write' });
    expect(await refusal(service.find(owner, seen.id))).toMatchObject({ type: 'forbidden' });
    expect(await refusal(service.find(owner, hidden.id))).toMatchObject({
      type: 'not-found',
    });
    expect((await service.list(calling(engine), federation, { limit: 25 })).items).toHaveLength(3);
  });

  it('pages those, and another federation is not even there', async () => {
    const world = await aService();
    const { engine, service, federation, place, write } = world;
    const views = [await world.register(), await world.register(), await world.register()];
    for (const { id } of views) await write(connectionItem.create(newConnection(place, id, T0), () => 'stale'));
    const call = calling(engine, { caller: callerOf(world, 'AUDITOR') });
    const first = await service.list(call, federation, { limit: 2 });
    expect(first.items).toHaveLength(2);
    const rest = await service.list(call, federation, { limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(views.map(({ id }) => id));
    expect(rest.nextCursor).toBeUndefined();
    const other = await aService();
    expect(await refusal(service.listed(call, other.federation.id))).toMatchObject({ type: 'not-found' });
  });
});

describe('S7 domains', () => {
  /** A domain of the federation that holds its name, as a proof leaves it. */
  async function aStoredDomain(world: Service, status: DomainStatus, domainName = `s7-${++names}-${process.pid}.com`) {
    const id = world.engine.ids.next('dom');
    const domain = aDomain({ id, federationId: world.federation.id, domainName, status });
    await world.write(
      domainItem.create(domain, () => 'stale'),
      claim(OWNER_SCOPE, domainName, id, () => 'stale'),
    );
    return domain;
  }

  it('lead people of exactly that domain to the identity provider', async () => {
    const world = await aService();
    const { engine, signIn } = world;
    const idp = await world.register();
    const domain = await aStoredDomain(world, 'VERIFIED');
    const { domainName } = domain;
    const view = await signIn.associate(calling(engine), await fresh(world, idp.id), { domainIds: [domain.id] });
    expect(view).toEqual({ items: [{ id: domain.id, domainName, status: 'VERIFIED' }] });
    expect(await signIn.domains(await fresh(world, idp.id))).toEqual(view);
    const answer = { issuer: idp.issuerUri, clientId: 'client-1', scopes: ['openid', 'offline_access'] };
    expect(await signIn.discover({ principal: `alice@${domainName}` })).toEqual(answer);
    expect(await signIn.discover({ principal: `"a@b"@${domainName.toUpperCase()}` })).toEqual(answer);
    for (const principal of [`alice@sub.${domainName}`, domainName, `alice@x${domainName}`, 'alice', '@', 'alice@']) {
      expect(await refusal(signIn.discover({ principal }))).toMatchObject({ type: 'not-found' });
    }
    await signIn.associate(calling(engine), await fresh(world, idp.id), { domainIds: [] });
    expect(await refusal(signIn.discover({ principal: `alice@${domainName}` }))).toMatchObject({ type: 'not-found' });
  });

  it('are refused one by one where they are not verified, unknown, or another federation’s', async () => {
    const world = await aService();
    const { id } = await world.register();
    const [good, pending, lapsing, suspended] = await Promise.all(
      (['VERIFIED', 'PENDING', 'LAPSING', 'SUSPENDED'] as const).map((status) => aStoredDomain(world, status)),
    );
    const foreign = await aStoredDomain(await aService(), 'VERIFIED');
    const unknown = { id: world.engine.ids.next('dom') };
    const domainIds = [good, pending, lapsing, suspended, foreign, unknown].flatMap((domain) => domain?.id ?? []);
    const problem = await refusal(world.signIn.associate(calling(world.engine), await fresh(world, id), { domainIds }));
    expect(problem.errors).toMatchObject([
      { pointer: '/domainIds/1', message: expect.stringContaining(`${pending?.domainName} is PENDING`) },
      { pointer: '/domainIds/3', message: expect.stringContaining(`${suspended?.domainName} is SUSPENDED`) },
      { pointer: '/domainIds/4', message: 'This federation has no such domain.' },
      { pointer: '/domainIds/5', message: 'This federation has no such domain.' },
    ]);
    expect(await stored(world, id)).toMatchObject({ domainIds: [] });
  });

  it('stay associated when suspended, and lead nobody anywhere until restored', async () => {
    const world = await aService();
    const { id } = await world.register();
    const domain = await aStoredDomain(world, 'VERIFIED');
    const put = async () =>
      world.signIn.associate(calling(world.engine), await fresh(world, id), { domainIds: [domain.id] });
    await put();
    await world.write(domainItem.replace({ ...domain, version: 2, status: 'SUSPENDED' }));
    expect(await put()).toMatchObject({ items: [{ id: domain.id, status: 'SUSPENDED' }] });
    const principal = `alice@${domain.domainName}`;
    expect(await refusal(world.signIn.discover({ principal }))).toMatchObject({ type: 'not-found' });
    await world.write(domainItem.replace({ ...domain, version: 3, status: 'VERIFIED' }));
    expect(await world.signIn.discover({ principal })).toMatchObject({ clientId: 'client-1' });
  });

  it('are not deleted in the instant in which they are associated', async () => {
    const world = await aService();
    const { engine, signIn } = world;
    const { id } = await world.register();
    const domain = await aStoredDomain(world, 'VERIFIED');
    await world.write(claim(`${domain.federationId}#domain`, domain.domainName, domain.id, () => 'stale'));
    let isDone = false;
    const table = {
      ...engine.table,
      // Associated between the delete's question whether it is, and its commit.
      query: async (query: PartitionQuery) => {
        const page = await engine.table.query(query);
        if (!isDone) {
          isDone = true;
          await signIn.associate(calling(engine), await fresh(world, id), { domainIds: [domain.id] });
        }
        return page;
      },
    };
    const prove = () => Promise.reject(new Error('nobody looks'));
    const domains = domainService({ ...engine, table, pager, prove });
    expect(await refusal(domains.remove(calling(engine), domain))).toMatchObject({ type: 'still-in-use' });
    expect(isDone).toBe(true);
  });

  it('are replaced thirty by thirty in one transaction', async () => {
    const world = await aService();
    const { id } = await world.register();
    for (let round = 0; round < 2; round++) {
      const domains = await Promise.all(Array.from({ length: 30 }, () => aStoredDomain(world, 'VERIFIED')));
      const domainIds = domains.map((domain) => domain.id);
      await world.signIn.associate(calling(world.engine), await fresh(world, id), { domainIds });
      expect(await stored(world, id)).toMatchObject({ domainIds });
    }
    await world.service.remove(calling(world.engine), await fresh(world, id));
  });

  it('are not for machines', async () => {
    const world = await aService();
    const { id } = await world.register({ purpose: 'WORKLOAD', clientId: null });
    const domain = await aStoredDomain(world, 'VERIFIED');
    const attempt = async () =>
      world.signIn.associate(calling(world.engine), await fresh(world, id), { domainIds: [domain.id] });
    expect((await refusal(attempt())).errors.map(({ pointer }) => pointer)).toEqual(['/domainIds']);
  });
});

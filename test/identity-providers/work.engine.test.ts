import { describe, expect, it } from 'vitest';
import { planCreation } from '../../shared/identity-providers/plans.ts';
import type { IssuerFacts } from '../../shared/identity-providers/prove.ts';
import { dueAt, RECHECK_MS, RETRY_MS } from '../../shared/identity-providers/schedule.ts';
import type { IdentityProvider } from '../../shared/identity-providers/schema.ts';
import { identityProviderItem, identityProviderKey } from '../../shared/identity-providers/store.ts';
import { identityProviderWork } from '../../shared/identity-providers/work.ts';
import { auditShards } from '../../shared/platform/audit-item.ts';
import type { Commit } from '../../shared/platform/commit.ts';
import { DAY_MS } from '../../shared/platform/time.ts';
import { federationItem } from '../../shared/tenants/store.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, Died, dyingAfter, dyingBefore, type Engine } from '../rig/engine.ts';
import { aDiscovery, anIdentityProvider, factsOf } from './an-identity-provider.ts';

const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'test', source: null } as const;
type Say = (issuerUri: string) => IssuerFacts;
const well: Say = (uri) => factsOf(uri, aDiscovery(uri));
const withoutPkce: Say = (uri) => factsOf(uri, aDiscovery(uri, { code_challenge_methods_supported: undefined }));
const another: Say = (uri) => factsOf(uri, aDiscovery('https://login.other.com'));

let names = 0;
async function registered({ commit, ids }: Engine): Promise<IdentityProvider> {
  const federationId = ids.next('fed');
  const federation = { id: federationId, version: 1, revision: 1, name: 'Acme', createdAt: T0, updatedAt: T0 };
  await commit({ writes: [federationItem.create(federation, () => 'stale')], audit: [], events: [] }, CAUSE);
  const issuerUri = `https://login-${++names}-${process.pid}.acme.com`;
  const jwksUri = `${issuerUri}/jwks`;
  const idp = anIdentityProvider({ id: ids.next('idp'), federationId, issuerUri, jwksUri });
  await commit(planCreation(idp), CAUSE);
  return idp;
}
const read = ({ table }: Engine, { id }: IdentityProvider) => identityProviderItem.read(table, identityProviderKey(id));
const auditOf = async ({ table }: Engine, { federationId }: IdentityProvider) => {
  const shards = auditShards(federationId).map((partition) => table.query({ partition, limit: 50 }));
  return (await Promise.all(shards)).flatMap(({ items }) => items.map(({ action }) => action)).sort();
};

function world(engine: Engine, idp: IdentityProvider) {
  const looks: number[] = [];
  return {
    looks,
    workAt: (at: number, say: Say, commit: Commit = engine.commit, meanwhile?: () => Promise<unknown>) => {
      engine.time.set(at);
      const proveIssuer = async (uri: string) => {
        looks.push(at);
        await meanwhile?.();
        return say(uri);
      };
      return identityProviderWork({ ...engine, commit, prover: { proveIssuer } })(identityProviderKey(idp.id), 'test');
    },
  };
}

describe('S5 the daily look at an issuer', () => {
  it('is made once a day, not a millisecond early, and is silent while nothing changes', async () => {
    const engine = anEngine(T0);
    const idp = await registered(engine);
    const { looks, workAt } = world(engine, idp);
    await workAt(T0 + RECHECK_MS - 1000, well);
    expect(looks).toEqual([]);
    for (const day of [1, 2, 3]) await workAt(T0 + day * DAY_MS, well);
    expect(looks).toHaveLength(3);
    expect(await read(engine, idp)).toMatchObject({ checkedAt: T0 + 3 * DAY_MS, findings: [], revision: 1 });
    expect(await auditOf(engine, idp)).toEqual(['identity-provider.create']);
  });

  it('keeps and tells what is found, once; an ERROR is looked at again within the hour', async () => {
    const engine = anEngine(T0);
    const idp = await registered(engine);
    const { workAt } = world(engine, idp);
    const told: string[] = [];
    const commit: Commit = (plan, cause) => {
      told.push(...plan.events.map(({ type }) => type));
      return engine.commit(plan, cause);
    };
    await workAt(T0 + DAY_MS, withoutPkce, commit);
    await workAt(T0 + 2 * DAY_MS, withoutPkce, commit);
    expect(await read(engine, idp)).toMatchObject({ findings: [{ code: 'pkce-not-announced' }] });
    expect(told).toEqual(['identity-provider.findings-changed']);

    await workAt(T0 + 3 * DAY_MS, another, commit);
    const failing = await read(engine, idp);
    expect(failing).toMatchObject({ jwksUri: idp.jwksUri, findings: [{ code: 'issuer-differs', severity: 'ERROR' }] });
    expect(failing && dueAt(failing)).toBe(T0 + 3 * DAY_MS + RETRY_MS);
    await workAt(T0 + 3 * DAY_MS + RETRY_MS, well, commit);
    expect(await read(engine, idp)).toMatchObject({ findings: [] });
    expect(told).toHaveLength(3);
    expect(await auditOf(engine, idp)).toEqual([
      'identity-provider.create',
      ...Array(3).fill('identity-provider.look'),
    ]);
  });

  it('a worker that dies before or after it stored the look leaves one that is made good', async () => {
    const engine = anEngine(T0);
    const idp = await registered(engine);
    const { workAt, looks } = world(engine, idp);
    await expect(workAt(T0 + DAY_MS, withoutPkce, dyingBefore)).rejects.toThrow(Died);
    await expect(workAt(T0 + DAY_MS + 1000, withoutPkce, dyingAfter(engine.commit))).rejects.toThrow(Died);
    await workAt(T0 + DAY_MS + 2000, withoutPkce);
    expect(looks).toHaveLength(2);
    expect(await read(engine, idp)).toMatchObject({ checkedAt: T0 + DAY_MS + 1000 });
  });

  it('keeps nothing of an issuer that was changed while it was asked', async () => {
    const engine = anEngine(T0);
    const idp = await registered(engine);
    const { workAt, looks } = world(engine, idp);
    const moved = { ...idp, issuerUri: `${idp.issuerUri}/moved`, checkedAt: T0 + DAY_MS };
    const change = () => engine.commit({ writes: [identityProviderItem.replace(moved)], audit: [], events: [] }, CAUSE);
    await workAt(T0 + DAY_MS, another, engine.commit, change);
    expect(looks).toHaveLength(1);
    expect(await read(engine, idp)).toMatchObject({ issuerUri: moved.issuerUri, findings: [] });
  });

  it('has nothing to look at once the identity provider is deleted', async () => {
    const engine = anEngine(T0);
    const idp = await registered(engine);
    const { workAt, looks } = world(engine, idp);
    await engine.commit({ writes: [identityProviderItem.remove(idp)], audit: [], events: [] }, CAUSE);
    await workAt(T0 + DAY_MS, well);
    expect(looks).toEqual([]);
  });
});

describe('where the keys are', () => {
  const elsewhere = 'https://keys.acme.com/jwks';
  const movedTo =
    (jwksUri: string, keys: Parameters<typeof factsOf>[2]): Say =>
    (uri) =>
      factsOf(uri, aDiscovery(uri, { jwks_uri: jwksUri }), keys);

  it.each<[string, Parameters<typeof factsOf>[2]]>([
    ['gives no answer', { kind: 'failed', url: elsewhere, code: 'unreachable', detail: 'It is down.' }],
    ['answers 404', { kind: 'status', url: elsewhere, status: 404, location: undefined }],
    ['has no usable key', { keys: [] }],
  ])('does not follow the issuer to a place that %s', async (_what, keys) => {
    const engine = anEngine(T0);
    const idp = await registered(engine);
    const { workAt } = world(engine, idp);
    await workAt(T0 + DAY_MS, movedTo(elsewhere, keys));
    const seen = await read(engine, idp);
    expect(seen?.findings[0]).toMatchObject({ severity: 'ERROR' });
    expect(seen?.jwksUri).toBe(idp.jwksUri);
  });

  it('is not swollen by an issuer, which would keep the look from ever being stored', async () => {
    const engine = anEngine(T0);
    const idp = await registered(engine);
    const { workAt, looks } = world(engine, idp);
    const huge = `https://keys.acme.com/${'x'.repeat(250_000)}`;
    const refused = { kind: 'failed', url: huge, code: 'bad-url', detail: 'Too long.' } as const;
    await workAt(T0 + DAY_MS, movedTo(huge, refused));
    expect(looks).toHaveLength(1);
    expect(await read(engine, idp)).toMatchObject({ checkedAt: T0 + DAY_MS, jwksUri: idp.jwksUri });
  });

  it('is told when it moves', async () => {
    const engine = anEngine(T0);
    const idp = await registered(engine);
    const { workAt } = world(engine, idp);
    const told: string[] = [];
    const commit: Commit = (plan, cause) => {
      told.push(...plan.events.map(({ type }) => type));
      return engine.commit(plan, cause);
    };
    await workAt(T0 + DAY_MS, movedTo(elsewhere, undefined), commit);
    expect(await read(engine, idp)).toMatchObject({ jwksUri: elsewhere, findings: [] });
    expect(told).toEqual(['identity-provider.findings-changed']);
  });
});

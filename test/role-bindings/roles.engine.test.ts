import { describe, expect, it } from 'vitest';
import type { Held } from '../../shared/callers/schema.ts';
import { register, registeredFor } from '../../shared/identity-providers/registration.ts';
import { identityProviderItem } from '../../shared/identity-providers/store.ts';
import type { Write } from '../../shared/platform/table.ts';
import { planCreation, planRemoval } from '../../shared/role-bindings/rules.ts';
import type { RoleBinding } from '../../shared/role-bindings/schema.ts';
import { personRolesItem, personRolesKey, roleBindingItem, roleBindingKey } from '../../shared/role-bindings/store.ts';
import { federationItem } from '../../shared/tenants/store.ts';
import { T0 } from '../grants/a-grant.ts';
import { anIdentityProvider } from '../identity-providers/an-identity-provider.ts';
import { anEngine } from '../rig/engine.ts';

const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, correlationId: 'test', source: null, now: T0 } as const;
const PRINCIPAL = { type: 'USER', name: 'mallory' } as const;

async function aFederation() {
  const engine = anEngine(T0);
  const write = (...writes: readonly Write[]) => engine.commit({ writes, audit: [], events: [] }, CAUSE);
  const federationId = engine.ids.next('fed');
  const frame = { version: 1, revision: 1, createdAt: T0, updatedAt: T0 };
  const idp = anIdentityProvider({ id: engine.ids.next('idp'), federationId });
  await write(
    federationItem.create({ id: federationId, name: 'Acme', ...frame }, () => 'stale'),
    identityProviderItem.create(idp, () => 'stale'),
  );
  const binding = (role: Held['role']): RoleBinding => ({
    id: engine.ids.next('rbd'),
    version: 1,
    federationId,
    identityProviderId: idp.id,
    principal: PRINCIPAL,
    held: { role, scope: { type: 'FEDERATION', id: federationId }, place: { federationId } },
    createdBy: 'bootstrap',
    createdAt: T0,
  });
  const roles = () => personRolesItem.read(engine.table, personRolesKey(idp.id, PRINCIPAL));
  const bind = async (one: RoleBinding) => engine.commit(planCreation(one, await roles()), CAUSE);
  const unbind = async (one: RoleBinding) => engine.commit(planRemoval(one, await roles()), CAUSE);
  return { engine, binding, roles, bind, unbind };
}

describe('O1 the roles of a principal', () => {
  it('that were taken away do not come back by a change that was planned before', async () => {
    const { engine, binding, roles, bind, unbind } = await aFederation();
    const [owner, auditor, requester] = [binding('OWNER'), binding('AUDITOR'), binding('REQUESTER')];
    await bind(owner);
    const slow = planCreation(requester, await roles()); // read while the owner's binding was there
    await unbind(owner);
    await bind(auditor);
    await expect(engine.commit(slow, CAUSE)).rejects.toThrow(/changed since/);
    expect((await roles())?.bindings.map(({ id }) => id)).toEqual([auditor.id]);
    await unbind(auditor);
    expect((await roles())?.bindings).toEqual([]);
    expect(await roleBindingItem.read(engine.table, roleBindingKey(owner.id))).toBeUndefined();
  });

  it('are one list, whoever binds at once', async () => {
    const { engine, binding, roles } = await aFederation();
    const bindings = (['AUDITOR', 'REQUESTER', 'INCIDENT_RESPONDER', 'OWNER'] as const).map(binding);
    const attempt = async (one: RoleBinding): Promise<void> => {
      try {
        await engine.commit(planCreation(one, await roles()), CAUSE);
      } catch {
        await attempt(one);
      }
    };
    await Promise.all(bindings.map(attempt));
    expect((await roles())?.bindings.map(({ id }) => id).sort()).toEqual(bindings.map(({ id }) => id).sort());
  });
});

describe('O1 who believes an issuer', () => {
  it('is found by issuer and audience, however many others register the issuer', async () => {
    const engine = anEngine(T0);
    const issuerUri = `https://${engine.ids.next('idp')}.acme.com`;
    const ids = Array.from({ length: 120 }, () => engine.ids.next('idp'));
    const mine = engine.ids.next('idp');
    for (const [at, id] of ids.entries()) {
      const audience = at < 110 ? 'ours' : `theirs-${at}`;
      await engine.commit({ writes: [register({ issuerUri, audience }, id)], audit: [], events: [] }, CAUSE);
    }
    await engine.commit({ writes: [register({ issuerUri, audience: 'mine' }, mine)], audit: [], events: [] }, CAUSE);
    const found = (aud: unknown) => registeredFor(engine.table, { iss: issuerUri, aud }, 'idp');
    expect(await found('mine')).toEqual([mine]);
    expect(await found(['other', 'mine'])).toEqual([mine]);
    expect(await found('ours')).toEqual(ids.slice(0, 110));
    expect(await found(Array.from({ length: 11 }, () => 'mine'))).toEqual([]);
    expect(await found({ mine: true })).toEqual([]);
  });
});

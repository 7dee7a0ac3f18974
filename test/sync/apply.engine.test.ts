/** Tries at a cluster, by what its connector answers. */
import { describe, expect, it } from 'vitest';
import type { Connector } from '../../shared/connectors/connector.ts';
import { customRolesItem, customRolesKey } from '../../shared/custom-roles/store.ts';
import { applierWith } from '../../shared/sync/apply.ts';
import { newPresence } from '../../shared/sync/rules.ts';
import { QUIET_MS } from '../../shared/sync/silence.ts';
import { wantedOf } from '../../shared/sync/wanted.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine } from '../rig/engine.ts';
import { aHeldCluster } from './a-held-cluster.ts';

describe('a cluster that answers nothing', () => {
  it('costs nobody else the time that calls of it take, until it answers one', async () => {
    const engine = anEngine(T0);
    const { cluster, connection, identityProvider, place } = await aHeldCluster(engine);
    const customRoles = (await customRolesItem.read(engine.table, customRolesKey(place.projectId))) ?? { roles: [] };
    const facts = { ...{ cluster, connection, identityProvider, customRoles }, holds: true, frozen: [], live: [] };
    const wanted = { ...wantedOf(facts, T0), access: { roles: [], privileges: [], customRoles: [] } };
    let [calls, isSilent] = [0, true];
    const connector: Connector = {
      holds: true,
      async applyPrincipal() {
        calls += 1;
        if (isSilent) throw new DOMException('timed out', 'TimeoutError'); // as a signal does, and without the wait
      },
    };
    const apply = applierWith({ ...engine, connectors: new Map([['mongodb', connector]]) });
    const tryFor = (id: string) => apply({ ...newPresence(id, place, T0), shortName: 'corp' }, wanted, facts);

    await Promise.all(['p1', 'p2', 'p3'].map(tryFor));
    const before = calls;
    expect(await tryFor('p4')).toEqual({ ok: false, fault: 'The cluster did not answer within 8 s.' });
    expect(calls).toBe(before);

    isSilent = false;
    engine.time.pass(QUIET_MS);
    expect(await tryFor('p4')).toEqual({ ok: true });
    expect(await tryFor('p1')).toEqual({ ok: true });
    expect(calls).toBe(before + 2);
  });
});

import { describe, expect, it } from 'vitest';
import { planFreeze } from '../../shared/freezes/plans.ts';
import { hasRoomFor, scopeOf } from '../../shared/freezes/rules.ts';
import { type Gate, gateItem, gateKey, newGate } from '../../shared/identity-providers/gate.ts';
import { orderSync } from '../../shared/sync/orders.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine } from '../rig/engine.ts';

const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'test', source: null } as const;

describe('A10 frozen principals of one identity provider', () => {
  it.each([
    ['the longest names', '\u{1F512}'.repeat(252)],
    ['short names', 'dba'],
  ])('with %s fill a gate that is taken by the table, and can still be raised by a revocation', async (_what, tail) => {
    const { table, ids, commit } = anEngine(T0);
    const id = ids.next('idp');
    let gate: Gate = newGate(id);
    const principal = (at: number) => ({ type: 'GROUP' as const, name: `${String(at).padStart(4, '0')}${tail}` });
    while (hasRoomFor(gate, principal(gate.frozen.length))) {
      gate = { ...gate, frozen: [...gate.frozen, { freezeId: ids.next('frz'), ...principal(gate.frozen.length) }] };
    }
    expect(gate.frozen.length).toBeGreaterThan(100);
    const [, ...before] = gate.frozen;
    await commit(
      { writes: [gateItem.create({ ...gate, frozen: before }, () => 'stale')], audit: [], events: [] },
      CAUSE,
    );
    const freeze = {
      id: ids.next('frz'),
      version: 1,
      federationId: ids.next('fed'),
      target: { type: 'PRINCIPAL' as const, identityProviderId: id, principal: principal(9999) },
      reason: 'x'.repeat(1000),
      createdBy: 'key_test',
      createdAt: T0,
    };
    const look = orderSync(scopeOf(freeze), ids.next('evt'), T0);
    await commit(planFreeze(freeze, { gate: { ...gate, frozen: before } }, look), CAUSE);
    const full = await gateItem.read(table, gateKey(id));
    expect(full?.frozen).toHaveLength(gate.frozen.length);
    if (!full) return;
    const raised = { ...full, keyGeneration: 2, revokedAt: T0 };
    await commit({ writes: [gateItem.replace(raised)], audit: [], events: [] }, CAUSE);
    expect((await gateItem.read(table, gateKey(id)))?.keyGeneration).toBe(2);
  });
});

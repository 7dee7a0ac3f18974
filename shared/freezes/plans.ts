/** Plans for freezes: the freeze, and the item that verdicts read, in one transaction. Pure. */
import { type Gate, gateItem } from '../identity-providers/gate.ts';
import type { Plan } from '../platform/plan.ts';
import type { Write } from '../platform/table.ts';
import { viewFreeze } from './rules.ts';
import type { Freeze, Frozen } from './schema.ts';
import { freezeItem, frozenItem } from './store.ts';

/** What a freeze or its lifting changes beside itself: the gate of an identity provider, or what stands by its target. */
export type Marked =
  | { readonly gate: Gate }
  /** Undefined: the target had no freeze before. */
  | { readonly frozen: Frozen | undefined; readonly id: string };

const told = (type: 'freeze.started' | 'freeze.lifted', freeze: Freeze, reason: string) => ({
  federationId: freeze.federationId,
  type,
  subject: freeze.id,
  data: { ...viewFreeze(freeze), reason },
});

/** @param look has what lies on clusters looked at */
export const planFreeze = (freeze: Freeze, marked: Marked, look: Write): Plan => ({
  writes: [freezeItem.create(freeze, () => 'stale'), mark(freeze, marked), look],
  audit: [
    {
      federationId: freeze.federationId,
      action: 'freeze.create',
      resource: { type: 'freeze', id: freeze.id },
      before: null,
      after: viewFreeze(freeze),
    },
  ],
  events: [told('freeze.started', freeze, freeze.reason)],
});

function mark({ id: freezeId, target }: Freeze, marked: Marked): Write {
  if ('gate' in marked) {
    const { gate } = marked;
    if (target.type !== 'PRINCIPAL') throw new Error('a gate holds frozen principals only');
    return gateItem.replace({ ...gate, frozen: [...gate.frozen, { freezeId, ...target.principal }] });
  }
  const { frozen, id } = marked;
  if (!frozen) return frozenItem.create({ version: 1, id, freezeIds: [freezeId] }, () => 'stale');
  return frozenItem.replace({ ...frozen, freezeIds: [...frozen.freezeIds, freezeId] });
}

/**
 * @param reason why it is lifted; the audit keeps it
 * @param look has what lies on clusters looked at
 */
export const planLift = (freeze: Freeze, marked: Marked | undefined, reason: string, look: Write): Plan => ({
  writes: [freezeItem.remove(freeze), ...(marked ? unmark(freeze, marked) : []), look],
  audit: [
    {
      federationId: freeze.federationId,
      action: 'freeze.lift',
      resource: { type: 'freeze', id: freeze.id },
      before: viewFreeze(freeze),
      after: { reason },
    },
  ],
  events: [told('freeze.lifted', freeze, reason)],
});

function unmark({ id: freezeId }: Freeze, marked: Marked): Write[] {
  if ('gate' in marked) {
    const frozen = marked.gate.frozen.filter((one) => one.freezeId !== freezeId);
    return [gateItem.replace({ ...marked.gate, frozen })];
  }
  if (!marked.frozen) return [];
  const freezeIds = marked.frozen.freezeIds.filter((id) => id !== freezeId);
  return [
    freezeIds.length > 0 ? frozenItem.replace({ ...marked.frozen, freezeIds }) : frozenItem.remove(marked.frozen),
  ];
}

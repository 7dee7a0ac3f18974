/** What callers ask of freezes. From the answer on, every verdict for the target says no; from a lift on, as before. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize } from '../callers/rights.ts';
import { gateItem, gateKey } from '../identity-providers/gate.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import { orderSync } from '../sync/orders.ts';
import { parentExists } from '../tenants/rules.ts';
import type { Federation } from '../tenants/schema.ts';
import { projectItem, projectKey } from '../tenants/store.ts';
import { type Marked, planFreeze, planLift } from './plans.ts';
import { FREEZES_MAX, hasRoomFor, scopeOf, viewFreeze } from './rules.ts';
import type { Freeze, NewFreeze, Target } from './schema.ts';
import { freezeItem, freezeKey, frozenItem, frozenKey } from './store.ts';

export interface FreezeParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
}

export const freezeService = ({ table, ids, pager }: FreezeParts) => {
  const fresh = async (id: string): Promise<Freeze> => {
    const freeze = await freezeItem.read(table, freezeKey(id));
    if (!freeze) throw new Problem('not-found', {});
    return freeze;
  };

  /** @throws Problem `invalid-body` for what is not in the federation */
  const checkTarget = async (federation: Federation, target: Target): Promise<void> => {
    const missing = (pointer: string, what: string) => refuseField(pointer, `This federation has no such ${what}.`);
    switch (target.type) {
      case 'FEDERATION':
        if (target.id !== federation.id) throw refuseField('/target/id', `Give ${federation.id}, the one in the path.`);
        return;
      case 'PROJECT': {
        const project = await projectItem.read(table, projectKey(target.id));
        if (project?.federationId !== federation.id) throw missing('/target/id', 'project');
        return;
      }
      case 'PRINCIPAL': {
        const idp = await identityProviderItem.read(table, identityProviderKey(target.identityProviderId));
        if (idp?.federationId !== federation.id) throw missing('/target/identityProviderId', 'identity provider');
        if (target.principal.type === 'GROUP' && idp.authorizationType === 'USER') {
          throw refuseField('/target/principal/type', `${idp.id} authorizes by USER: no grant names a group of it.`);
        }
        return;
      }
    }
  };

  /** Undefined: what was frozen is gone, with its mark. */
  const markOf = async (target: Target): Promise<Marked | undefined> => {
    if (target.type !== 'PRINCIPAL') {
      return { frozen: await frozenItem.read(table, frozenKey(target.id)), id: target.id };
    }
    const gate = await gateItem.read(table, gateKey(target.identityProviderId));
    return gate && { gate };
  };

  /** Suspends its access on clusters that hold users, or brings it back. */
  const look = (freeze: Freeze, now: Instant) => orderSync(scopeOf(freeze), ids.next('evt'), now);

  const checkRoom = (target: Target, marked: Marked): void => {
    const [count, hasRoom] =
      'gate' in marked
        ? [marked.gate.frozen.length, target.type === 'PRINCIPAL' && hasRoomFor(marked.gate, target.principal)]
        : [marked.frozen?.freezeIds.length ?? 0, (marked.frozen?.freezeIds.length ?? 0) < FREEZES_MAX];
    if (hasRoom) return;
    throw refuseField(
      '/target',
      `It has ${count} freezes already. Lift some, or freeze the project or the federation.`,
    );
  };

  return {
    /** @throws Problem `not-found` · `forbidden` */
    async find(call: Call, id: string): Promise<Freeze> {
      const freeze = await fresh(id);
      authorize(call, { federationId: freeze.federationId });
      return freeze;
    },

    /** @throws Problem `invalid-body` for a target that is not there, or has too many freezes */
    create: (call: Call, federation: Federation, { target, reason }: NewFreeze) =>
      call.transact(async (now) => {
        await checkTarget(federation, target);
        const marked = await markOf(target);
        if (!marked) throw new Problem('not-found', {});
        checkRoom(target, marked);
        const freeze: Freeze = {
          id: ids.next('frz'),
          version: 1,
          federationId: federation.id,
          target,
          reason,
          createdBy: call.caller.id,
          createdAt: now,
        };
        const plan = planFreeze(freeze, marked, look(freeze, now));
        const writes = [...plan.writes, parentExists.federation(federation.id)];
        return { plan: { ...plan, writes }, view: viewFreeze(freeze) };
      }),

    /** @param reason why it is lifted */
    lift: (call: Call, { id }: Freeze, reason: string) =>
      call.transact(async (now) => {
        const freeze = await fresh(id);
        checkIfMatch(call.ifMatch, 1);
        const plan = planLift(freeze, await markOf(freeze.target), reason, look(freeze, now));
        return { plan, view: viewFreeze(freeze) };
      }),

    list: (federation: Federation, query: ListQuery) =>
      listChildren({ table, pager }, freezeItem, federation.id, query, (all) => all.map(viewFreeze)),
  };
};
export type FreezeService = ReturnType<typeof freezeService>;

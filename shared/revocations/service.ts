/** What callers ask of revocations. */
import type { Call } from '../api/call.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize } from '../callers/rights.ts';
import { gateItem, gateKey } from '../identity-providers/gate.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import { planRevocation } from './plans.ts';
import { newRevocation, viewProgress, viewRevocation } from './rules.ts';
import type { NewRevocation, Revocation } from './schema.ts';
import { progressPage, revocationItem, revocationKey, someClustersUnder } from './store.ts';

export interface RevocationParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
}

/** Clusters that a view lists; the rest is paged. */
const CLUSTERS_SHOWN_MAX = 100;

export const revocationService = ({ table, ids, pager }: RevocationParts) => {
  const shown = async (revocation: Revocation) => {
    const { progress } = await progressPage(table, revocation.id, { limit: CLUSTERS_SHOWN_MAX });
    const waiting = await waitingFor(revocation, CLUSTERS_SHOWN_MAX - progress.length);
    return viewRevocation(revocation, progress, waiting);
  };

  const waitingFor = async (revocation: Revocation, most: number): Promise<string[]> => {
    if (revocation.finishedAt !== null || most <= 0) return [];
    const waiting = await someClustersUnder(table, revocation.identityProviderId, revocation.position, most);
    return waiting.map(({ clusterId }) => clusterId);
  };

  return {
    shown,

    /** @throws Problem `not-found` · `forbidden` */
    async find(call: Call, id: string): Promise<Revocation> {
      const revocation = await revocationItem.read(table, revocationKey(id));
      if (!revocation) throw new Problem('not-found', {});
      authorize(call, revocation);
      return revocation;
    },

    /** From the answer on no verdict uses a key that was fetched before it. */
    create: (call: Call, { id: identityProviderId, federationId }: IdentityProvider, wish: NewRevocation) =>
      call.transact(async (now) => {
        const gate = await gateItem.read(table, gateKey(identityProviderId));
        if (!gate) throw new Problem('not-found', {});
        const about = {
          federationId,
          identityProviderId,
          keyGeneration: gate.keyGeneration + 1,
          createdBy: call.caller.id,
        };
        const revocation = newRevocation(ids.next('rev'), wish, about, now);
        const waiting = await waitingFor(revocation, CLUSTERS_SHOWN_MAX);
        return { plan: planRevocation(revocation, gate), view: viewRevocation(revocation, [], waiting) };
      }),

    list: (identityProvider: IdentityProvider, query: ListQuery) =>
      listChildren({ table, pager }, revocationItem, identityProvider.id, query, (all) => Promise.all(all.map(shown))),

    /** What clusters have said so far, a page. */
    async clusters(revocation: Revocation, query: ListQuery) {
      const name = `revocation-clusters ${revocation.id}`;
      const page = await progressPage(table, revocation.id, { after: pager.after(query, name), limit: query.limit });
      return pager.answer(
        page.progress.map((one) => viewProgress(revocation, one)),
        name,
        page.last,
      );
    },
  };
};
export type RevocationService = ReturnType<typeof revocationService>;

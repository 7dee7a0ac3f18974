/** What callers ask of caller issuers. The issuer is asked before a transaction begins, and judged inside it. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize } from '../callers/rights.ts';
import { heldIn } from '../callers/scope-place.ts';
import type { Use } from '../callers/use.ts';
import type { IssuerProver } from '../identity-providers/prove.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { federationItem, federationKey } from '../tenants/store.ts';
import {
  changedCallerIssuer,
  newCallerIssuer,
  planChange,
  planCreation,
  planRemoval,
  viewCallerIssuer,
} from './rules.ts';
import type { CallerIssuer, CallerIssuerChange, NewCallerIssuer } from './schema.ts';
import { callerIssuerItem, callerIssuerKey } from './store.ts';

export interface CallerIssuerParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  readonly prover: IssuerProver;
  readonly use: Use;
}

export const callerIssuerService = ({ table, ids, pager, prover, use }: CallerIssuerParts) => {
  const fresh = async (id: string): Promise<CallerIssuer> => {
    const issuer = await callerIssuerItem.read(table, callerIssuerKey(id));
    if (!issuer) throw new Problem('not-found', {});
    return issuer;
  };
  const federationOf = async ({ federationId }: CallerIssuer): Promise<Federation> => {
    const federation = await federationItem.read(table, federationKey(federationId));
    if (!federation) throw new Problem('not-found', {});
    return federation;
  };

  return {
    /** @throws Problem `not-found` · `forbidden` */
    async find(call: Call, id: string): Promise<CallerIssuer> {
      const issuer = await fresh(id);
      authorize(call, { federationId: issuer.federationId });
      return issuer;
    },

    async show(issuer: CallerIssuer) {
      return viewCallerIssuer(issuer, (await use.lastUsed([issuer.id])).get(issuer.id));
    },

    /** @throws Problem `invalid-body` for a scope elsewhere · `identity-provider-unfit` with findings · `name-taken` */
    async create(call: Call, federation: Federation, wish: NewCallerIssuer) {
      const facts = await prover.proveIssuer(wish.issuerUri);
      return call.transact(async (now) => {
        const { held } = await heldIn(table, federation, wish.role, wish.scope);
        const issuer = newCallerIssuer(ids.next('cis'), wish, held.place, federation, facts, now);
        return { plan: planCreation(issuer), view: viewCallerIssuer(issuer) };
      });
    },

    /** Tokens that were issued before hold what it says from then on. */
    change: (call: Call, { id }: CallerIssuer, change: CallerIssuerChange) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        checkIfMatch(call.ifMatch, before.revision);
        const role = change.role ?? before.held.role;
        const scope = change.scope ?? before.held.scope;
        const { held } = await heldIn(table, await federationOf(before), role, scope);
        const after = changedCallerIssuer(before, change, held, now);
        return { plan: planChange(before, after), view: viewCallerIssuer(after) };
      }),

    remove: (call: Call, { id }: CallerIssuer) =>
      call.transact(async () => {
        const issuer = await fresh(id);
        checkIfMatch(call.ifMatch, issuer.revision);
        return { plan: planRemoval(issuer), view: viewCallerIssuer(issuer) };
      }),

    list: (federation: Federation, query: ListQuery) =>
      listChildren({ table, pager }, callerIssuerItem, federation.id, query, async (issuers) => {
        const used = await use.lastUsed(issuers.map(({ id }) => id));
        return issuers.map((issuer) => viewCallerIssuer(issuer, used.get(issuer.id)));
      }),
  };
};
export type CallerIssuerService = ReturnType<typeof callerIssuerService>;

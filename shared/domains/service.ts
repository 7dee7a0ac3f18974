/** What callers ask of domains. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { firstVersion } from '../api/view.ts';
import { authorize } from '../callers/rights.ts';
import { firstAssociated } from '../identity-providers/association.ts';
import type { Ids } from '../platform/ids.ts';
import { NOTHING } from '../platform/plan.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import type { Federation } from '../tenants/schema.ts';
import { conclude } from './conclude.ts';
import { ownableName } from './names.ts';
import { letGo } from './ownership.ts';
import { planAddition, planChange, planRemoval, viewAttempt, viewDomain } from './plans.ts';
import type { Prove } from './prove.ts';
import { isOver } from './rules.ts';
import type { Domain, DomainChange, NewDomain } from './schema.ts';
import { attemptsPage, domainItem, domainKey } from './store.ts';

export interface DomainParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  readonly prove: Prove;
}

/** 130 bits: certificate authorities ask for 112 (CA/B BR 1.6.1, Random Value). */
const TOKEN_CHARACTERS = 22;

export const domainService = ({ table, ids, pager, prove }: DomainParts) => {
  const fresh = async (id: string): Promise<Domain> => {
    const domain = await domainItem.read(table, domainKey(id));
    if (!domain) throw new Problem('not-found', {});
    return domain;
  };

  return {
    /** @throws Problem `not-found` · `forbidden` */
    async find(call: Call, id: string): Promise<Domain> {
      const domain = await fresh(id);
      authorize(call, { federationId: domain.federationId });
      return domain;
    },

    /** Answers with exactly what to publish. @throws Problem `invalid-body` for a name nobody can own · `name-taken` */
    add: (call: Call, federation: Federation, wish: NewDomain) =>
      call.transact(async (now) => {
        const ownable = ownableName(wish.domainName);
        if (!ownable.ok) throw refuseField('/domainName', ownable.fault);
        const domain: Domain = {
          id: ids.next('dom'),
          ...firstVersion(now),
          federationId: federation.id,
          displayName: wish.displayName,
          domainName: ownable.name,
          method: wish.method,
          status: 'PENDING',
          token: ids.secret(TOKEN_CHARACTERS),
          addedAt: now,
          verifiedAt: null,
          provedAt: null,
          failures: 0,
          failingSince: null,
          attempts: 0,
          lastAttempt: null,
          leaseUntil: null,
        };
        return { plan: planAddition(domain), view: viewDomain(domain) };
      }),

    change: (call: Call, { id }: Domain, { displayName }: DomainChange) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        checkIfMatch(call.ifMatch, before.revision);
        if (displayName === undefined || displayName === before.displayName)
          return { plan: NOTHING, view: viewDomain(before) };
        const after = { ...before, displayName, revision: before.revision + 1, updatedAt: now };
        return { plan: planChange(before, after), view: viewDomain(after) };
      }),

    /** Looks now, whenever the next look was planned. @throws Problem `domain-expired` */
    async verify(call: Call, seen: Domain) {
      const checkOpen = (domain: Domain, now: Instant): void => {
        if (isOver(domain, now)) throw new Problem('domain-expired', { domainName: domain.domainName });
      };
      checkOpen(seen, call.now);
      const facts = await prove(seen);
      return call.transact(async (now) => {
        const before = await fresh(seen.id);
        checkOpen(before, now);
        const { plan, after } = await conclude(table, before, facts, { id: ids.next('att'), at: now, by: 'CALLER' });
        // Another look ended while this one was under way: what was not seen here may have been published since.
        const isOvertaken = (before.lastAttempt?.at ?? 0) > call.now;
        if (isOvertaken && after.lastAttempt?.outcome !== 'PROVED') return { plan: NOTHING, view: viewDomain(before) };
        return { plan, view: viewDomain(after) };
      });
    },

    /** @throws Problem `still-in-use` while people sign in by it */
    remove: (call: Call, { id }: Domain) =>
      call.transact(async () => {
        const domain = await fresh(id);
        checkIfMatch(call.ifMatch, domain.revision);
        const identityProviderId = await firstAssociated(table, id);
        if (identityProviderId !== undefined) {
          throw new Problem('still-in-use', { id, users: `an association with ${identityProviderId}` });
        }
        return { plan: planRemoval(domain, await letGo(table, domain)), view: viewDomain(domain) };
      }),

    list: (federation: Federation, query: ListQuery) =>
      listChildren({ table, pager }, domainItem, federation.id, query, (all) => all.map(viewDomain)),

    /** Newest first, as far back as they are kept. */
    async attempts({ now }: Call, { id }: Domain, query: ListQuery) {
      const name = `attempts ${id}`;
      const page = await attemptsPage(table, id, now, { after: pager.after(query, name), limit: query.limit });
      return pager.answer(page.attempts.map(viewAttempt), name, page.last);
    },
  };
};
export type DomainService = ReturnType<typeof domainService>;

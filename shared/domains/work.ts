/** What the queue asks of domains: one look, or the end of a proof that was never published. */
import { type Commit, Stale } from '../platform/commit.ts';
import type { Ids } from '../platform/ids.ts';
import type { Cause } from '../platform/plan.ts';
import { settle } from '../platform/settle.ts';
import type { Key, Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import { conclude } from './conclude.ts';
import { planExpiry, planLease } from './plans.ts';
import type { Prove } from './prove.ts';
import { expired, isOver, leased, next } from './rules.ts';
import type { Domain } from './schema.ts';
import { domainItem } from './store.ts';

export interface DomainWorkParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly prove: Prove;
}

/** Conclusions from one look, while the item or the name's claim changes under it: more than federations that race. */
const CONCLUSIONS_MAX = 5;

const causeOf = (now: Instant, correlationId: string): Cause => ({
  actor: { type: 'SYSTEM', id: 'domain-work' },
  now,
  correlationId,
  source: null,
});

export const domainWork = ({ table, commit, ids, clock, prove }: DomainWorkParts) => {
  /** The lease is stored before the look: a death is seen when it runs out, and two do not look at once. */
  const look = async (domain: Domain, correlationId: string): Promise<void> => {
    const now = clock();
    const held = leased(domain, now);
    await commit(planLease(held), causeOf(now, correlationId));
    const facts = await prove(domain);
    for (let round = 1; ; round++) {
      const before = await domainItem.read(table, domainItem.key(domain));
      const at = clock(); // anew: the look took seconds
      // Deleted, or looked at by somebody else meanwhile: what was seen here is no longer the last word.
      if (before?.leaseUntil !== held.leaseUntil || isOver(before, at)) return;
      const { plan } = await conclude(table, before, facts, { id: ids.next('att'), at, by: 'SYSTEM' });
      try {
        return await commit(plan, causeOf(at, correlationId));
      } catch (error) {
        if (!(error instanceof Stale) || round === CONCLUSIONS_MAX) throw error;
      }
    }
  };

  /** Does what one domain needs now and leaves it waiting. Safe to run twice, late, or at the same time as another. */
  return (key: Key, correlationId: string): Promise<void> =>
    settle({
      name: key.pk,
      clock,
      load: () => domainItem.read(table, key),
      next,
      carryOut: async (domain, action) => {
        switch (action.kind) {
          case 'look':
            return look(domain, correlationId);
          case 'expire':
            return commit(planExpiry(domain, expired(domain)), causeOf(clock(), correlationId));
        }
      },
    });
};

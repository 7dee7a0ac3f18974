/** What the queue asks of identity providers: one look at the issuer. */
import type { Commit } from '../platform/commit.ts';
import { settle } from '../platform/settle.ts';
import type { Key, Table } from '../platform/table.ts';
import type { Clock } from '../platform/time.ts';
import { planLook } from './plans.ts';
import type { IssuerProver } from './prove.ts';
import { checkedIdentityProvider } from './rules.ts';
import { next } from './schedule.ts';
import { identityProviderItem } from './store.ts';

export interface IdentityProviderWorkParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly prover: Pick<IssuerProver, 'proveIssuer'>;
}

/**
 * Looks at an issuer that is due and keeps what is found. Safe to run twice, late, or at the same time as another: what
 * was changed or looked at meanwhile makes the look stale, and nothing of it is kept.
 */
export const identityProviderWork =
  ({ table, commit, clock, prover }: IdentityProviderWorkParts) =>
  (key: Key, correlationId: string): Promise<void> =>
    settle({
      name: key.pk,
      clock,
      load: () => identityProviderItem.read(table, key),
      next,
      carryOut: async (before) => {
        const facts = await prover.proveIssuer(before.issuerUri);
        const now = clock();
        const actor = { type: 'SYSTEM', id: 'identity-provider-work' } as const;
        const after = checkedIdentityProvider(before, facts, now);
        return commit(planLook(before, after), { actor, now, correlationId, source: null });
      },
    });

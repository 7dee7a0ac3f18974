/** What one look makes of a domain, whoever asked for it: judged, owned or not, recorded. */
import type { Plan } from '../platform/plan.ts';
import type { Table } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import { judge } from './judge.ts';
import { settleOwnership } from './ownership.ts';
import { planRecord } from './plans.ts';
import type { Facts } from './prove.ts';
import { record } from './rules.ts';
import type { Attempt, Domain } from './schema.ts';

export interface Conclusion {
  readonly after: Domain;
  readonly plan: Plan;
}
interface Look {
  readonly id: string;
  readonly at: Instant;
  /** A caller's own look is in the audit whatever it shows, ours when it changes something. */
  readonly by: 'CALLER' | 'SYSTEM';
}

/** @param before as of now: its version and who holds the name are conditions of the plan */
export async function conclude(table: Table, before: Domain, facts: Facts, look: Look): Promise<Conclusion> {
  const owned = await settleOwnership(table, before, judge(before, facts, look.at));
  const { judged } = owned;
  const attempt: Attempt = { id: look.id, version: 1, domainId: before.id, at: look.at, ...judged };
  const after = record(before, attempt);
  return { after, plan: planRecord(before, after, attempt, { owned, by: look.by }) };
}

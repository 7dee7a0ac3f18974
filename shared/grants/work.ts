/** What the queue asks of grants: to record and tell what time has done already. */
import type { Commit } from '../platform/commit.ts';
import type { Ids } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { Cause } from '../platform/plan.ts';
import { settle } from '../platform/settle.ts';
import { type Item, type Key, keyText, type Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import { decideAtStart } from './eligibility.ts';
import { factsFor } from './facts.ts';
import { planEnd, planReview, planStart, planWarning } from './plans.ts';
import { asOf, ended, next, reviewTold, started, warned } from './rules.ts';
import type { Grant } from './schema.ts';
import { grantItem } from './store.ts';
import { surroundingsOf, surroundingsReader } from './surroundings.ts';
import { type GrantUse, useOf, usesOf } from './use.ts';
import type { Surroundings } from './view.ts';

export interface GrantWorkParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly ids: Ids;
  readonly clock: Clock;
}

const causeOf = (now: Instant, correlationId: string): Cause => ({
  actor: { type: 'SYSTEM', id: 'grant-work' },
  now,
  correlationId,
  source: null,
});

/**
 * Records that a grant has ended, by its time or by a disconnect, whichever came first.
 * @throws Stale when it changed meanwhile
 */
export const endRecorder =
  ({ table, commit, ids, clock }: GrantWorkParts) =>
  async (before: Grant, correlationId: string): Promise<void> => {
    const now = clock();
    const surroundings = await surroundingsOf(table, before);
    const after = asOf(before, surroundings.connection, now);
    if (after.endedAt === null) return; // it was not what the caller thought
    await commit(
      planEnd(before, after, { surroundings, now, intervalId: ids.next('evt') }),
      causeOf(now, correlationId),
    );
  };

/** What was read for all grants of a batch together. */
export interface ReadTogether {
  /** When the reads began. */
  readonly since: Instant;
  readonly grants: ReadonlyMap<string, Item>;
  /** Undefined: they could not be read together. */
  readonly uses: ((grantId: string) => GrantUse) | undefined;
  readonly surroundings: ReturnType<typeof surroundingsReader>;
}

/** One read for a hundred grants, and one of their surroundings for all. What fails here is read one by one. */
export const grantsTogether =
  ({ table, clock }: GrantWorkParts, log: Log) =>
  async (keys: readonly Key[]): Promise<ReadTogether> => {
    const since = clock();
    const otherwise =
      <T>(value: T) =>
      (error: unknown): T => {
        log.warn({ err: error, items: keys.length }, 'not read together');
        return value;
      };
    const [grants, uses] = await Promise.all([
      table.batchGet(keys).catch(otherwise(new Map<string, Item>())),
      usesOf(
        table,
        keys.map(({ pk }) => pk),
      ).catch(otherwise(undefined)),
    ]);
    return { since, grants, uses, surroundings: surroundingsReader(table) };
  };

export const grantWork = (parts: GrantWorkParts) => {
  const { table, commit, ids, clock } = parts;
  /** What has been decided about the project since the grant was made counts for a start that was still to come (A4). */
  const startedOrNot = async (grant: Grant, now: Instant): Promise<Grant> => {
    const { projectId: id, identityProviderId } = grant;
    const facts = await factsFor(table, { ...grant, id }, { identityProviderId, clusterIds: [] });
    const isAllowed = decideAtStart(grant, facts).faults.length === 0;
    return isAllowed ? started(grant, now) : ended(grant, 'INELIGIBLE', now);
  };

  /** A disconnect after the reads began is one after the end, if that had come by then: it changes nothing any more. */
  const surroundingsFor = async (grant: Grant, together: ReadTogether | undefined): Promise<Surroundings> => {
    const isOver = together && grant.expiresAt !== null && grant.expiresAt <= together.since;
    if (!isOver) return surroundingsOf(table, grant);
    const use = together.uses?.(grant.id) ?? (await useOf(table, grant.id));
    return { ...(await together.surroundings.of(grant)), use };
  };
  const readWith = (key: Key, together: ReadTogether | undefined): Grant | undefined => {
    const item = together?.grants.get(keyText(key));
    return item && grantItem.parse(item);
  };

  return (key: Key, correlationId: string, together?: ReadTogether): Promise<void> =>
    settle({
      name: key.pk,
      clock,
      first: readWith(key, together),
      load: () => grantItem.read(table, key),
      next,
      isLast: ({ kind }) => kind === 'expire',
      carryOut: async (grant, action) => {
        const now = clock();
        const surroundings = await surroundingsFor(grant, together);
        const planning = { surroundings, now, intervalId: ids.next('evt') };
        // A disconnect may have ended it first: then it neither starts nor ends by its own time.
        const present = asOf(grant, surroundings.connection, now);
        if (action.kind === 'expire' && present.endedAt === null) return; // the clock was set back: it is still due
        if (action.kind === 'expire' || present.endedAt !== null)
          return commit(planEnd(grant, present, planning), causeOf(now, correlationId));
        switch (action.kind) {
          case 'start': {
            const after = await startedOrNot(grant, now);
            const plan = after.endedAt === null ? planStart(after, planning) : planEnd(grant, after, planning);
            return commit(plan, causeOf(now, correlationId));
          }
          case 'warn':
            return commit(planWarning(warned(grant, now), planning), causeOf(now, correlationId));
          case 'review':
            return commit(planReview(grant, reviewTold(grant, now), planning), causeOf(now, correlationId));
        }
      },
    });
};

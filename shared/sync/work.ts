/** What the queue asks of a presence: that the cluster has what is wanted there, no more and no less. */
import type { Connectors } from '../connectors/connector.ts';
import { asOf } from '../grants/rules.ts';
import { grantItem, grantKey } from '../grants/store.ts';
import { surroundingsReader } from '../grants/surroundings.ts';
import { type Commit, Stale } from '../platform/commit.ts';
import type { Log } from '../platform/log.ts';
import { settle } from '../platform/settle.ts';
import { type Key, keyText, type Table } from '../platform/table.ts';
import { type Clock, type Instant, SECOND_MS } from '../platform/time.ts';
import { applierWith } from './apply.ts';
import { factsOf } from './facts.ts';
import { planAttempt, planFailure, planForgetting, planRecord, type Told } from './plans.ts';
import { begun, failed, next, recorded, type Situation } from './rules.ts';
import type { Attempt, Presence } from './schema.ts';
import { presenceItem, presenceKey } from './store.ts';
import { type Facts, wantedOf } from './wanted.ts';
import { CLUSTER_STUCK } from './words.ts';

export interface SyncWorkParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly log: Log;
  readonly connectors: Connectors;
}

/** No step is begun later, and each ends within its own limit, so that all end within the function's minute. */
const BEGIN_MS = 25 * SECOND_MS;

export const syncWork = (parts: SyncWorkParts) => {
  const { table, commit, clock, log } = parts;
  const apply = applierWith(parts);

  const told = async (ids: readonly string[]): Promise<Told[]> => {
    if (ids.length === 0) return [];
    const found = await table.batchGet(ids.map(grantKey));
    const reader = surroundingsReader(table);
    const views = ids.map(async (id): Promise<Told[]> => {
      const item = found.get(keyText(grantKey(id)));
      if (!item) return [];
      const grant = grantItem.parse(item);
      return [{ grant, surroundings: await reader.of(grant) }];
    });
    return (await Promise.all(views)).flat();
  };
  const hasEnded = ({ grant, surroundings }: Told, now: Instant): boolean =>
    asOf(grant, surroundings.connection, now).endedAt !== null;

  const record = async (situation: Situation, send: Send): Promise<void> => {
    const now = clock();
    const after = recorded(situation, now);
    const ended = (await told(after.gone)).filter((one) => hasEnded(one, now));
    await send(planRecord(after, ended, now), now);
  };

  const recordFailure = async (
    situation: Situation & { presence: Tried },
    fault: string,
    send: Send,
  ): Promise<void> => {
    const now = clock();
    const { presence, isStuck, news } = failed(situation, fault, now);
    // At every try, so that the alarm goes on for as long as nothing moves.
    if (isStuck) log.error({ clusterId: presence.clusterId, since: presence.attempt?.since, fault }, CLUSTER_STUCK);
    await send(planFailure(presence, await told(news), now), now);
  };

  /** One try, under a lease that was committed before: who else looks meanwhile waits for it. */
  const tryToApply = async (situation: Situation, facts: Facts, send: Send): Promise<void> => {
    const now = clock();
    const attempted = begun(situation, facts.identityProvider?.shortName, now);
    await send(planAttempt(attempted), now);
    const outcome = await apply(attempted, situation.wanted, facts);
    await whileMine({ ...attempted, version: attempted.version + 1 }, async (presence) => {
      if (outcome.ok) await record({ ...situation, presence }, send);
      else await recordFailure({ ...situation, presence }, outcome.fault, send);
    });
  };

  /**
   * What a try has shown is kept even if somebody asked to look again meanwhile: then it is looked again. Another's try is
   * left alone: the lease of this one had ended.
   */
  const whileMine = async (leased: Tried, keep: (presence: Tried) => Promise<void>): Promise<void> => {
    let presence = leased;
    for (let round = 0; ; round++) {
      try {
        return await keep(presence);
      } catch (error) {
        if (!(error instanceof Stale) || round === KEEPING_ROUNDS) throw error;
      }
      const found = await presenceItem.read(table, presenceKey(leased.id));
      if (!found?.attempt || found.attempt.at !== leased.attempt.at) return;
      presence = { ...found, attempt: found.attempt };
    }
  };

  return (key: Key, correlationId: string): Promise<void> => {
    const send: Send = (plan, now) =>
      commit(plan, { actor: { type: 'SYSTEM', id: 'sync-work' }, now, correlationId, source: null });
    return settle({
      name: key.pk,
      clock,
      budgetMs: BEGIN_MS,
      load: async () => {
        const loaded = await factsOf(parts, key);
        return loaded && { ...loaded, wanted: wantedOf(loaded.facts, clock()) };
      },
      next,
      carryOut: async ({ facts, ...situation }, { kind }) => {
        switch (kind) {
          case 'apply':
            return tryToApply(situation, facts, send);
          case 'record':
            return record(situation, send);
          case 'forget':
            return send(planForgetting(situation.presence), clock());
        }
      },
    });
  };
};

type Send = (plan: Parameters<Commit>[0], now: Instant) => Promise<void>;
type Tried = Presence & { readonly attempt: Attempt };

/** Each is somebody who asked to look in the moment between a read and a write. */
const KEEPING_ROUNDS = 10;

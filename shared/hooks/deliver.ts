/** A delivery, from the bytes that came to its answer. */
import { transact } from '../api/transact.ts';
import { CALLS_PER_MINUTE, type Use } from '../callers/use.ts';
import type { Ids } from '../platform/ids.ts';
import { type AuditEntry, type Cause, NOTHING } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Write } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import { type ActParts, actions, type Beside, callOf, onlyWrites } from './act.ts';
import { identitiesOf } from './identity.ts';
import { readPayload } from './payload.ts';
import { type ProvingParts, proverOf, type Shown } from './prove.ts';
import { declinedBy, type ReadDelivery, readDelivery } from './reading.ts';
import { refusalOf } from './refusals.ts';
import type { Hook } from './schema.ts';
import { standingOf, ticketOf } from './standing.ts';
import {
  answerTo,
  answerWrites,
  type HookAnswer,
  hookItem,
  hookKey,
  ticketEndItem,
  ticketEndKey,
  ticketState,
} from './store.ts';
import type { EndTicket } from './ticket-end.ts';

export interface DeliverParts extends ActParts, ProvingParts {
  readonly ids: Ids;
  readonly use: Use;
  readonly endTicket: EndTicket;
}

export interface Delivery extends Shown {
  /** Address of the sender. */
  readonly source: string;
  readonly correlationId: string;
}

/**
 * Deliveries of one address in a minute, to whatever hook, before anything is proven: some systems send all of theirs from
 * one. Counted by address and not by hook, so that a stranger cannot use up what the true sender may.
 */
export const DELIVERIES_PER_MINUTE_OF_ADDRESS = 600;

/** Another delivery with one of the same identities was first. */
class Answered extends Error {
  readonly answer: HookAnswer;
  constructor(answer: HookAnswer) {
    super('answered already');
    this.answer = answer;
  }
}
/** By what has happened since the guards were looked at. */
class Declined extends Error {}

const delivered = (hook: Hook, answer: HookAnswer): AuditEntry => ({
  federationId: hook.federationId,
  action: answer.declined === undefined ? 'hook.deliver' : 'hook.decline',
  resource: { type: 'hook', id: hook.id },
  before: null,
  after: { delivery: answer.id, action: hook.doing.action, ...(answer.declined && { declined: answer.declined }) },
});

/** Once its deletion has been answered, nothing of a hook's is done any more, whatever had been proven before. */
const stillThere = ({ id }: Hook): Write => hookItem.exists(hookKey(id), () => new Problem('invalid-signature', {}));

export const hookDeliveries = (parts: DeliverParts) => {
  const { table, commit, clock, ids, use, endTicket } = parts;
  const prove = proverOf(parts);
  const acts = actions(parts);

  /** Keeps the answer of what does nothing. */
  const keep = (hook: Hook, identities: readonly string[], answer: HookAnswer, cause: Cause): Promise<HookAnswer> =>
    transact({ table, commit, clock, cause, dryRun: false, alongside: () => [] }, async (now) => {
      const first = await answerTo(table, hook.id, identities);
      if (first) return { plan: NOTHING, view: first };
      const writes = answerWrites(hook.id, identities, answer, now);
      return { plan: { writes, audit: [delivered(hook, answer)], events: [] }, view: answer };
    });

  /** Answers as the first did; what that one left undone is gone on with. */
  const again = async ({ doing }: Hook, answer: HookAnswer, { correlationId }: Cause): Promise<HookAnswer> => {
    if (doing.action === 'END_GRANTS_OF_TICKET') await endTicket(ticketEndKey(answer.id), correlationId);
    return answer;
  };

  const act = async (hook: Hook, read: ReadDelivery, answer: HookAnswer, cause: Cause, beside: Beside) => {
    const call = callOf(parts, hook, cause, { dryRun: false, beside });
    const { doing } = hook;
    switch (doing.action) {
      case 'REVOKE_JWKS':
        return acts.revoke(call, hook, doing, read.fields);
      case 'CREATE_GRANT':
        return acts.create(call, doing, read.fields);
      case 'END_GRANTS_OF_TICKET': {
        const project = await acts.project(call, doing.projectId);
        const ticket = ticketOf(read.fields);
        if (!ticket) throw new Error(`${hook.id} was stored without a ticket's system and key`);
        const { federationId, organizationId, id: projectId } = project;
        await call.transact(async (now) => {
          const state = await ticketState(table, projectId, ticket, now);
          const order = {
            ...{ id: answer.id, version: 1, hookId: hook.id, federationId, organizationId, projectId, ticket },
            ...{ position: null, finishedAt: null, source: cause.source, createdAt: now },
          };
          // No grant of the ticket by a hook comes after this; those before it are found from here on.
          const ordered = ticketEndItem.create(order, () => 'stale');
          return { plan: onlyWrites([state.close(read.occurredAt), ordered]), view: undefined };
        });
        return endTicket(ticketEndKey(answer.id), cause.correlationId);
      }
    }
  };

  const carryOut = async (hook: Hook, delivery: Delivery, payload: unknown, now: Instant): Promise<HookAnswer> => {
    const { source, correlationId } = delivery;
    const cause: Cause = { actor: { type: 'CALLER', id: hook.id }, now, correlationId, source };
    const identities = identitiesOf(hook.signing, { ...delivery, payload });
    const known = await answerTo(table, hook.id, identities);
    if (known) return again(hook, known, cause);

    const answer = { id: ids.next('hdl') };
    const decline = (declined: string) => keep(hook, identities, { ...answer, declined }, cause);
    const read = readDelivery(hook, payload, now);
    const declined = declinedBy(read.guards);
    if (declined !== undefined) return decline(declined);
    if (read.faults.length > 0) throw new Problem('payload-does-not-fit', {}, { errors: read.faults });

    const beside: Beside = async (at) => {
      const first = await answerTo(table, hook.id, identities);
      if (first) throw new Answered(first);
      const standing = await standingOf(table, hook, read, at);
      const reason = declinedBy(standing.guards);
      if (reason !== undefined) throw new Declined(reason);
      const writes = [stillThere(hook), ...standing.writes(), ...answerWrites(hook.id, identities, answer, at)];
      return { writes, audit: [delivered(hook, answer)], events: [] };
    };
    try {
      await act(hook, read, answer, cause, beside);
      return answer;
    } catch (error) {
      if (error instanceof Answered) return again(hook, error.answer, cause);
      if (error instanceof Declined) return decline(error.message);
      throw refusalOf(hook, error);
    }
  };

  return {
    /**
     * Does what the hook says, once, and answers the same to each who sends it again.
     * @throws Problem `rate-limited` · `invalid-signature`, the same for every reason · `invalid-json` ·
     * `payload-does-not-fit` · `hook-target-gone`, and whatever refuses the action: nothing is kept then
     */
    async deliver(delivery: Delivery): Promise<HookAnswer> {
      await use.count(`deliveries from ${delivery.source}`, DELIVERIES_PER_MINUTE_OF_ADDRESS, clock());
      const hook = await prove(delivery, clock());
      const now = clock();
      await use.count(hook.id, CALLS_PER_MINUTE, now);
      return carryOut(hook, delivery, readPayload(delivery.body), now);
    },
  };
};
export type HookDeliveries = ReturnType<typeof hookDeliveries>;

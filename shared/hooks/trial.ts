/** What a pasted payload would do: its fields, how each guard stands, and the plan. Nothing is stored. */
import type { Call } from '../api/call.ts';
import { asOf } from '../grants/rules.ts';
import { grantItem, grantKey } from '../grants/store.ts';
import { surroundingsReader } from '../grants/surroundings.ts';
import { grantsOfTicket } from '../grants/tickets.ts';
import { NOTHING } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import { keyText, type Table } from '../platform/table.ts';
import { formatInstantOrNull, type Instant } from '../platform/time.ts';
import { type ActParts, actions, callOf } from './act.ts';
import { declinedBy, type ReadDelivery, readDelivery } from './reading.ts';
import { refusalOf } from './refusals.ts';
import type { Hook } from './schema.ts';
import { standingOf, ticketOf } from './standing.ts';
import type { TicketName } from './store.ts';
import type { HookTrialView } from './view-schema.ts';

/** Grants of a ticket that a trial looks at. */
const SHOWN_MAX = 100;

type Effect = Pick<HookTrialView, 'creates' | 'ends' | 'revokes'>;
const NO_EFFECT: Effect = { creates: null, ends: null, revokes: null };

export const hookTrials = (parts: ActParts) => {
  const { table } = parts;
  const acts = actions(parts);

  const effectOf = async (call: Call, hook: Hook, { fields }: ReadDelivery): Promise<Effect> => {
    const acting = callOf(parts, hook, call, { dryRun: true, beside: async () => NOTHING });
    const { doing } = hook;
    switch (doing.action) {
      case 'REVOKE_JWKS': {
        const { identityProviderId, reason, incident } = await acts.revoke(acting, hook, doing, fields);
        return { ...NO_EFFECT, revokes: { identityProviderId, reason, incident } };
      }
      case 'CREATE_GRANT': {
        const {
          projectId,
          identityProviderId,
          principal,
          roles,
          scope,
          status,
          startsAt,
          expiresAt,
          ticket,
          policyRule,
        } = await acts.create(acting, doing, fields);
        const timed = { status, startsAt, expiresAt, ticket, policyRule };
        return { ...NO_EFFECT, creates: { projectId, identityProviderId, principal, roles, scope, ...timed } };
      }
      case 'END_GRANTS_OF_TICKET': {
        const { id } = await acts.project(acting, doing.projectId);
        const ticket = ticketOf(fields);
        return { ...NO_EFFECT, ends: ticket ? await liveOf(table, id, ticket, call.now) : [] };
      }
    }
  };

  return async (call: Call, hook: Hook, payload: unknown): Promise<HookTrialView> => {
    const read = readDelivery(hook, payload, call.now);
    const standing = await standingOf(table, hook, read, call.now);
    const guards = [...read.guards, ...standing.guards];
    const declined = declinedBy(guards);
    if (declined === undefined && read.faults.length > 0) {
      throw new Problem('payload-does-not-fit', {}, { errors: read.faults });
    }
    const effect = declined === undefined ? await effectOf(call, hook, read).catch(refused(hook)) : NO_EFFECT;
    return {
      dryRun: true,
      ...(declined !== undefined && { declined }),
      occurredAt: formatInstantOrNull(read.occurredAt),
      fields: { ...read.fields },
      guards,
      ...effect,
    };
  };
};
export type HookTrial = ReturnType<typeof hookTrials>;

const refused = (hook: Hook) => (error: unknown) => {
  throw refusalOf(hook, error);
};

/** The first that would end. */
async function liveOf(table: Table, projectId: string, ticket: TicketName, now: Instant): Promise<string[]> {
  const { grantIds } = await grantsOfTicket(table, projectId, ticket, { limit: SHOWN_MAX });
  const found = await table.batchGet(grantIds.map(grantKey));
  const reader = surroundingsReader(table);
  const live = await Promise.all(
    grantIds.map(async (id) => {
      const stored = found.get(keyText(grantKey(id)));
      if (!stored) return [];
      const grant = grantItem.parse(stored);
      const { connection } = await reader.of(grant);
      return asOf(grant, connection, now).endedAt === null ? [id] : [];
    }),
  );
  return live.flat();
}

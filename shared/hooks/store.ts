import { createHash } from 'node:crypto';
import * as z from 'zod';
import { childrenOf, itemKind } from '../platform/item.ts';
import { absence, type Key, keyText, type Table, type Write } from '../platform/table.ts';
import { DAY_MS, HOUR_MS, type Instant, SECOND_MS } from '../platform/time.ts';
import { Hook } from './schema.ts';

export const hookItem = itemKind<Hook>({
  name: 'HOOK',
  schema: Hook,
  key: ({ id }) => hookKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'HOOK'),
});
export const hookKey = (id: string): Key => ({ pk: id, sk: 'HOOK' });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** What a delivery was answered. */
export const HookAnswer = z.object({ id: z.string(), declined: z.string().optional() });
export type HookAnswer = z.infer<typeof HookAnswer>;

/** A delivery that was taken on or declined, under one of the identities that it may come back with. */
const KeptDelivery = z.object({
  version: z.number(),
  hookId: z.string(),
  /** Hashed: a sender's identifier may be anything. */
  identity: z.string(),
  answer: HookAnswer,
  at: z.number(),
});
type KeptDelivery = z.infer<typeof KeptDelivery>;

/**
 * Never forgotten: most formats sign no time, so that whoever once saw a delivery could show it again in a year. Some 300
 * bytes each.
 */
const deliveryItem = itemKind<KeptDelivery>({
  name: 'HOOK_DELIVERY',
  schema: KeptDelivery,
  key: ({ hookId, identity }) => deliveryKey(hookId, identity),
});
const deliveryKey = (hookId: string, identity: string): Key => ({
  pk: `HOOK_DELIVERY#${hookId}#${identity}`,
  sk: 'HOOK_DELIVERY',
});

/** The first answer under any of these identities (consistent reads), or undefined. */
export async function answerTo(
  table: Table,
  hookId: string,
  identities: readonly string[],
): Promise<HookAnswer | undefined> {
  const keys = identities.map((identity) => deliveryKey(hookId, sha256(identity)));
  const found = await table.batchGet(keys);
  const [first] = keys.map((key) => found.get(keyText(key))).filter((item) => item !== undefined);
  return first && deliveryItem.parse(first).answer;
}

/** Keeps the answer under each identity; refused as stale once another delivery has one of them. */
export const answerWrites = (hookId: string, identities: readonly string[], answer: HookAnswer, at: Instant): Write[] =>
  identities.map((identity) =>
    deliveryItem.create({ version: 1, hookId, identity: sha256(identity), answer, at }, () => 'stale'),
  );

/** When a hook with a limit acted in the last hour: one by one, so that any 60 minutes are counted. */
const HookActions = z.object({ version: z.number(), hookId: z.string(), at: z.array(z.number()) });
type HookActions = z.infer<typeof HookActions>;
const actionsItem = itemKind<HookActions>({
  name: 'HOOK_ACTIONS',
  schema: HookActions,
  key: ({ hookId }) => actionsKey(hookId),
});
export const actionsKey = (hookId: string): Key => ({ pk: hookId, sk: 'HOOK_ACTIONS' });

export interface ActionsOfHour {
  readonly count: number;
  /** Counts one more; refused as stale when another was counted meanwhile. */
  readonly countOneMore: () => Write;
}

export async function actionsOfHour(table: Table, hookId: string, now: Instant): Promise<ActionsOfHour> {
  const known = await actionsItem.read(table, actionsKey(hookId));
  const recent = (known?.at ?? []).filter((at) => at > now - HOUR_MS);
  const next = { version: known?.version ?? 1, hookId, at: [...recent, now] };
  return {
    count: recent.length,
    countOneMore: () => (known ? actionsItem.replace(next) : actionsItem.create(next, () => 'stale')),
  };
}

export interface TicketName {
  readonly system: string;
  readonly key: string;
}

/** That a ticket was closed: an 'approved' that was sent before and comes later gives no access. */
export const ClosedTicket = z.object({
  version: z.number(),
  projectId: z.string(),
  ticket: z.string(),
  /** By the word of the payload, or when it was seen. */
  closedAt: z.number(),
  seenAt: z.number(),
});
export type ClosedTicket = z.infer<typeof ClosedTicket>;

/** Far longer than anybody sends a delivery again (Standard Webhooks: three days). */
export const CLOSED_KEPT_MS = 30 * DAY_MS;
export const closedTicketItem = itemKind<ClosedTicket>({
  name: 'CLOSED_TICKET',
  schema: ClosedTicket,
  key: ({ projectId, ticket }) => ({ pk: `CLOSED_TICKET#${projectId}#${ticket}`, sk: 'CLOSED_TICKET' }),
  forgetAt: ({ seenAt }) => seenAt + CLOSED_KEPT_MS,
});
export const ticketHash = ({ system, key }: TicketName): string => sha256(JSON.stringify([system, key]));
const closedTicketKey = (projectId: string, ticket: TicketName): Key =>
  closedTicketItem.key({ version: 0, projectId, ticket: ticketHash(ticket), closedAt: 0, seenAt: 0 });

export interface TicketState {
  /** As long as it is remembered. */
  readonly closed: ClosedTicket | undefined;
  /** Refuses the plan when it has been closed, or closed again, since. */
  readonly unchanged: () => Write;
  /** Remembers that it is closed. */
  readonly close: (occurredAt: Instant | null) => Write;
}

/** As of now (consistent read). TTL deletes late: the time is compared here. */
export async function ticketState(
  table: Table,
  projectId: string,
  ticket: TicketName,
  now: Instant,
): Promise<TicketState> {
  const key = closedTicketKey(projectId, ticket);
  const known = await closedTicketItem.read(table, key);
  return {
    closed: known && now < known.seenAt + CLOSED_KEPT_MS ? known : undefined,
    unchanged: () => (known ? closedTicketItem.unchanged(known) : absence(key)),
    close(occurredAt) {
      // A payload's clock that runs ahead closes for no longer than our own says.
      const closedAt = Math.max(Math.min(occurredAt ?? now, now), known?.closedAt ?? 0);
      const closed = { version: known?.version ?? 1, projectId, ticket: ticketHash(ticket), closedAt, seenAt: now };
      return known ? closedTicketItem.replace(closed) : closedTicketItem.create(closed, () => 'stale');
    },
  };
}

/** An order to end every grant of a ticket: from its delivery until the last one has ended. */
export const TicketEnd = z.object({
  /** The delivery's. */
  id: z.string(),
  version: z.number(),
  hookId: z.string(),
  federationId: z.string(),
  organizationId: z.string(),
  projectId: z.string(),
  ticket: z.object({ system: z.string(), key: z.string() }),
  /** The last grant that has been seen to; null: none yet. */
  position: z.string().nullable(),
  finishedAt: z.number().nullable(),
  source: z.string().nullable(),
  createdAt: z.number(),
});
export type TicketEnd = z.infer<typeof TicketEnd>;

/** Longer than an API call can run (30 s): the call itself ends the grants, and this is for what it left. */
const LEFT_TO_WORKER_AFTER_MS = 35 * SECOND_MS;

export const ticketEndItem = itemKind<TicketEnd>({
  name: 'TICKET_END',
  schema: TicketEnd,
  key: ({ id }) => ticketEndKey(id),
  dueAt: ({ finishedAt, createdAt }) => (finishedAt === null ? createdAt + LEFT_TO_WORKER_AFTER_MS : null),
});
export const ticketEndKey = (deliveryId: string): Key => ({ pk: deliveryId, sk: 'TICKET_END' });

/** What the table says for or against an action: how often the hook has acted, and whether the ticket is still open. */
import type { Table, Write } from '../platform/table.ts';
import { formatInstant, type Instant } from '../platform/time.ts';
import type { Filled } from './fields.ts';
import type { GuardCheck, ReadDelivery } from './reading.ts';
import type { Hook } from './schema.ts';
import { actionsOfHour, type ClosedTicket, type TicketName, ticketState } from './store.ts';

export interface Standing {
  readonly guards: readonly GuardCheck[];
  /** For the action's own transaction: counts it, and refuses it when the ticket is closed meanwhile. */
  readonly writes: () => Write[];
}

type Check = { readonly guard: GuardCheck; readonly write: () => Write };

export async function standingOf(table: Table, hook: Hook, read: ReadDelivery, now: Instant): Promise<Standing> {
  const checks = await Promise.all([hourCheck(table, hook, now), ticketCheck(table, hook, read, now)]);
  const made = checks.filter((one) => one !== undefined);
  return { guards: made.map(({ guard }) => guard), writes: () => made.map(({ write }) => write()) };
}

/** The ticket that the fields name, or undefined. */
export function ticketOf(fields: Filled): TicketName | undefined {
  const [system, key] = [fields['ticket.system'], fields['ticket.key']];
  if (typeof system !== 'string' || typeof key !== 'string') return undefined;
  return { system: system.trim(), key: key.trim() }; // as a grant keeps it
}

async function hourCheck(table: Table, { id, guards }: Hook, now: Instant): Promise<Check | undefined> {
  const { maxActionsPerHour: most } = guards;
  if (most === null) return undefined;
  const hour = await actionsOfHour(table, id, now);
  const outcome = hour.count < most ? 'PASS' : 'FAIL';
  const detail = `${hour.count} of at most ${most} actions of the last 60 minutes were made.`;
  return { guard: { guard: 'maxActionsPerHour', outcome, detail }, write: hour.countOneMore };
}

async function ticketCheck(
  table: Table,
  { doing }: Hook,
  { fields, occurredAt }: ReadDelivery,
  now: Instant,
): Promise<Check | undefined> {
  const ticket = ticketOf(fields);
  if (doing.action !== 'CREATE_GRANT' || !ticket) return undefined;
  const { closed, unchanged } = await ticketState(table, doing.projectId, ticket, now);
  const isOpen = !closed || isAfter(occurredAt, closed);
  const detail = isOpen
    ? 'The ticket has not been closed.'
    : `The ticket was closed at ${formatInstant(closed.closedAt)}: only an event that says it happened later opens it again.`;
  return { guard: { guard: 'ticketOpen', outcome: isOpen ? 'PASS' : 'FAIL', detail }, write: unchanged };
}

/** Deliveries overtake each other: what was sent before the closing and comes after it must give no access. */
const isAfter = (occurredAt: Instant | null, { closedAt }: ClosedTicket): boolean =>
  occurredAt !== null && occurredAt > closedAt;

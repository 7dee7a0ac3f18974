/** The only function that writes. One plan is one DynamoDB transaction: items, audit, events, the idempotent answer. */
import {
  type CancellationReason,
  type ConditionCheck,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { auditWrite } from './audit-item.ts';
import { eventWrite } from './event-item.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import type { Nudger } from './nudge.ts';
import type { Cause, Plan } from './plan.ts';
import { Problem } from './problems.ts';
import { itemOf, pause, type Table, toAttributes, type Write } from './table.ts';
import { MINUTE_MS } from './time.ts';

/**
 * What falls due sooner is nudged by the committing function itself, since the dispatcher may have looked already:
 * schedule jitter (60 s) + index lag + one missed run.
 */
export const LOOK_AHEAD_MS = 3 * MINUTE_MS;
/** Tries against conflicts and throttling of the table itself, about two seconds in all. */
const TRIES_MAX = 8;
/** The same token on every try: an answer that was lost on the way is not carried out twice (10 minutes, 36 characters). */
const REQUEST_TOKEN_CHARACTERS = 32;

/** The plan was made from items that have changed since: make it again from what is there now. */
export class Stale extends Error {
  readonly keys: readonly string[];
  constructor(keys: readonly string[]) {
    super(`changed since it was read: ${keys.join(', ')}`);
    this.keys = keys;
  }
}

export interface CommitParts {
  readonly table: Table;
  readonly nudger: Nudger;
  readonly ids: Ids;
  readonly log: Log;
}

/**
 * Carries out the plan, or nothing of it.
 * @throws Stale when an item is not as it was read; Problem as the refused write says; Problem `unavailable` when the
 * table stays busy.
 */
export type Commit = (plan: Plan, cause: Cause, alongside?: readonly Write[]) => Promise<void>;

export const commitWith =
  ({ table, nudger, ids, log }: CommitParts): Commit =>
  async (plan, cause, alongside = []) => {
    const writes = [
      ...plan.writes,
      ...plan.audit.map((entry) => auditWrite(entry, cause, ids)),
      ...plan.events.map((event) => eventWrite(event, cause, ids)),
      ...alongside,
    ];
    if (writes.length === 0) return;
    await send(table, writes, ids.secret(REQUEST_TOKEN_CHARACTERS));
    const due = writes.flatMap(({ key, dueAt }) =>
      typeof dueAt === 'number' && dueAt <= cause.now + LOOK_AHEAD_MS ? [{ key, dueAt }] : [],
    );
    if (due.length === 0) return;
    try {
      await nudger.nudge(due, cause.now, cause.correlationId);
    } catch (error) {
      // Nothing is lost: the dispatcher finds the items within a minute. The change itself has happened.
      log.warn({ err: error, items: due.length }, 'nudge failed');
    }
  };

/**
 * Whether the plan could be carried out as things are: its conditions are checked, and nothing is written.
 * @throws as `commit`
 */
export async function rehearse(table: Table, { writes }: Plan): Promise<void> {
  const conditions = writes.filter((write) => conditionOf(write, table.name) !== undefined);
  if (conditions.length === 0) return;
  const checks = conditions.map((write) => ({
    ...write,
    change: (name: string) => ({ ConditionCheck: conditionOf(write, name) }),
  }));
  await send(table, checks);
}

/** The condition of a write without what it writes; undefined when it has none. */
function conditionOf({ key, change }: Write, tableName: string): ConditionCheck | undefined {
  const { Put, Delete, Update, ConditionCheck } = change(tableName);
  const write = Put ?? Delete ?? Update ?? ConditionCheck;
  if (write?.ConditionExpression === undefined) return undefined;
  return {
    TableName: tableName,
    Key: toAttributes(key),
    ConditionExpression: write.ConditionExpression,
    // The table refuses names and values that only what is written would use.
    ...namedIn(write.ConditionExpression, write),
    ReturnValuesOnConditionCheckFailure: write.ReturnValuesOnConditionCheckFailure,
  };
}

type Placeholders = Pick<ConditionCheck, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

/** The placeholders that an expression uses; a map without any is left out, as the table wants it. */
function namedIn(
  expression: string,
  { ExpressionAttributeNames, ExpressionAttributeValues }: Placeholders,
): Placeholders {
  const used = new Set(expression.match(/[#:]\w+/g));
  const only = <T>(all: Record<string, T> = {}) => Object.entries(all).filter(([name]) => used.has(name));
  const [names, values] = [only(ExpressionAttributeNames), only(ExpressionAttributeValues)];
  return {
    ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
    ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
  };
}

async function send(table: Table, writes: readonly Write[], ClientRequestToken?: string): Promise<void> {
  const TransactItems = writes.map(({ change }) => change(table.name));
  for (let attempt = 1; ; attempt++) {
    try {
      await table.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error; // the SDK has tried again by itself
      const refusal = judge(writes, error.CancellationReasons ?? []);
      if (refusal) throw refusal;
      if (attempt === TRIES_MAX) throw new Problem('unavailable', { what: 'The table' }, { cause: error });
      await pause(attempt);
    }
  }
}

/** A condition that does not hold, or an item that would outgrow the 400 KB that the table takes. */
const isRefusal = ({ Code, Message }: CancellationReason): boolean =>
  Code === 'ConditionalCheckFailed' || (Code === 'ValidationError' && /item size/i.test(Message ?? ''));

/** A problem before 'stale': a caller learns what stands in the way rather than that the plan was old. */
function judge(writes: readonly Write[], reasons: readonly CancellationReason[]): Problem | Stale | undefined {
  const staleKeys: string[] = [];
  for (const [index, reason] of reasons.entries()) {
    const write = writes[index];
    if (!write || !isRefusal(reason)) continue;
    const refusal = write.refused(reason.Item && itemOf(reason.Item));
    if (refusal instanceof Problem) return refusal;
    staleKeys.push(`${write.key.pk} ${write.key.sk}`);
  }
  return staleKeys.length > 0 ? new Stale(staleKeys) : undefined;
}

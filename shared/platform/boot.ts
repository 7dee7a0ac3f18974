/** What a function is made of when it starts: clients, clock, identifiers, log. Made once for each instance. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type * as z from 'zod';
import { type Commit, commitWith } from './commit.ts';
import { type Ids, idsOn } from './ids.ts';
import { type Log, logTo } from './log.ts';
import { type Nudger, nudgerOn, type Queues } from './nudge.ts';
import type { WRITER } from './settings.ts';
import { type Table, tableOn } from './table.ts';
import type { Clock } from './time.ts';

/** The one clock. Read on every call: on one machine a test moves it. */
export const clock: Clock = () => Date.now();

export const logOf = (functionName: string): Log => logTo((line) => process.stdout.write(line), functionName);

/** A table that is slow beyond this is asked again by the SDK: an API call has 30 s in all. */
const TABLE_REQUEST_MS = 3000;
const CONNECT_MS = 1000;
const requestHandler = { requestTimeout: TABLE_REQUEST_MS, connectionTimeout: CONNECT_MS };

export const bootTable = (name: string): Table => tableOn(new DynamoDBClient({ requestHandler }), name);

/**
 * The same table, and over the same connections, for writes that must not happen twice: one whose answer was lost is not
 * sent again.
 */
export const withoutRetries = ({ client, name }: Table): Table =>
  tableOn(new DynamoDBClient({ requestHandler: client.config.requestHandler, maxAttempts: 1 }), name);

type Writer = z.infer<z.ZodObject<typeof WRITER>>;
export interface WriterParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
  readonly nudger: Nudger;
}

/** For every kind of item that changes by itself, the queue of the function that looks at it. */
export const queuesOf = (env: Omit<Writer, 'TABLE'>): Queues =>
  new Map([
    ['DOMAIN', env.QUEUE_DOMAINS],
    ['IDENTITY_PROVIDER', env.QUEUE_IDENTITY_PROVIDERS],
    ['GRANT', env.QUEUE_GRANTS],
    ['TICKET_END', env.QUEUE_GRANTS],
    ['CONNECTION', env.QUEUE_CONNECTIONS],
    ['REVOCATION', env.QUEUE_REVOCATIONS],
    ['EVENT', env.QUEUE_EVENTS],
    ['LANE', env.QUEUE_DELIVERIES],
    ['SYNC_ORDER', env.QUEUE_SYNC_ORDERS],
    ['PRESENCE', env.QUEUE_SYNC_ORDERS],
  ]);

/** Kinds of which each item is looked at by one at a time. */
const inTurnOf = (env: Omit<Writer, 'TABLE'>): Queues => new Map([['PRESENCE', env.QUEUE_SYNCS]]);

export function bootWriter(env: Writer, functionName: string): WriterParts {
  const log = logOf(functionName);
  const table = bootTable(env.TABLE);
  const ids = idsOn(clock);
  const nudger = nudgerOn(new SQSClient({ requestHandler }), queuesOf(env), inTurnOf(env));
  return { table, ids, clock, log, nudger, commit: commitWith({ table, nudger, ids, log }) };
}

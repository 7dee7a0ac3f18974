/** What a function is made of when it starts: clients, clock, identifiers, log. Made once for each instance. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type * as z from 'zod';
import { type Commit, commitWith } from './commit.ts';
import { dnsClient } from './dns.ts';
import { outsideClient } from './http.ts';
import { type Ids, idsOn } from './ids.ts';
import { type Log, logTo } from './log.ts';
import { type Nudger, nudgerOn, type Queues } from './nudge.ts';
import type { OUTSIDE, WRITER } from './settings.ts';
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
    ['GRANT', env.QUEUE_GRANTS],
    ['CONNECTION', env.QUEUE_CONNECTIONS],
    ['REVOCATION', env.QUEUE_REVOCATIONS],
  ]);

export function bootWriter(env: Writer, functionName: string): WriterParts {
  const log = logOf(functionName);
  const table = bootTable(env.TABLE);
  const ids = idsOn(clock);
  const nudger = nudgerOn(new SQSClient({ requestHandler }), queuesOf(env));
  return { table, ids, clock, log, nudger, commit: commitWith({ table, nudger, ids, log }) };
}

/** Each resolver is asked this long, this often, before the next one: two servers fit into the deadline of one look-up. */
const DNS_TIMEOUT_MS = 1000;
const DNS_TRIES_MAX = 2;
const USER_AGENT = 'Sallyport';
/** Where verification files are: on AWS always there. */
const PUBLIC_SITE = { scheme: 'https', port: null } as const;

type Outside = z.infer<z.ZodObject<typeof OUTSIDE>> & { readonly SITE_PORT?: number | undefined };

export function bootOutside(env: Outside) {
  const trustLoopback = env.TRUST_LOOPBACK;
  const dnsOf = (servers: readonly string[]) =>
    dnsClient({ servers, timeoutMs: DNS_TIMEOUT_MS, triesMax: DNS_TRIES_MAX });
  const dns = dnsOf(env.RESOLVERS);
  /** Each on its own, for what they must agree on. */
  const resolvers = env.RESOLVERS.map((server) => dnsOf([server]));
  const site = trustLoopback ? ({ scheme: 'http', port: env.SITE_PORT ?? null } as const) : PUBLIC_SITE;
  const outside = outsideClient({ dns, trustLoopback, userAgent: USER_AGENT });
  return { dns, resolvers, outside, trustLoopback, site };
}

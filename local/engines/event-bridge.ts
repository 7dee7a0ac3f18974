/** Answers PutEvents, the one call of EventBridge that functions make, and keeps what it gets in a file. */
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { codeOf } from '../start-fault.ts';
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts';

/** Of one call, as EventBridge counts: time, source, type and detail (User Guide, 'Calculating entry size'). */
const BYTES_MAX = 256 * 1024;
const Entry = z.strictObject({
  EventBusName: z.string(),
  Source: z.string().min(1),
  DetailType: z.string().min(1).max(128),
  Detail: z.string(),
  Time: z.number(),
});
type Entry = z.infer<typeof Entry>;
const PutEvents = z.strictObject({ Entries: z.array(Entry).min(1).max(10) });

type Append = (entries: readonly object[]) => Promise<void>;

export interface EventLog {
  readonly append: Append;
  /** Oldest first. */
  readonly read: () => Promise<readonly unknown[]>;
}

/** One JSON object a line, for `tail -f` and for tests. */
export function eventLog(file: string): EventLog {
  return {
    async append(entries) {
      await mkdir(dirname(file), { recursive: true });
      await appendFile(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    },
    async read() {
      try {
        const lines = (await readFile(file, 'utf8')).split('\n');
        return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      }
    },
  };
}

/** @param buses names of those that exist */
export const startEventBridge = (buses: ReadonlySet<string>, append: Append): Promise<LoopbackServer> =>
  listenOnLoopback(async (request, response) => {
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') {
      return answer(response, 400, { __type: 'UnknownOperationException', message: 'Only PutEvents is known here.' });
    }
    const body = await text(request);
    const call = PutEvents.safeParse(JSON.parse(body));
    if (!call.success) {
      return answer(response, 400, { __type: 'ValidationException', message: z.prettifyError(call.error) });
    }
    if (Buffer.byteLength(body) > BYTES_MAX) {
      return answer(response, 400, {
        __type: 'ValidationException',
        message: 'Total size of the entries is too large.',
      });
    }
    const judged = call.data.Entries.map((entry) => ({ entry, refusal: refusalOf(entry, buses) }));
    const taken = judged.filter(({ refusal }) => refusal === undefined).map(({ entry }) => shown(entry));
    if (taken.length > 0) await append(taken);
    const Entries = judged.map(({ refusal }) => refusal ?? { EventId: randomUUID() });
    answer(response, 200, { Entries, FailedEntryCount: judged.length - taken.length });
  });

function refusalOf({ EventBusName, Detail }: Entry, buses: ReadonlySet<string>) {
  if (!buses.has(EventBusName)) {
    return { ErrorCode: 'InternalFailure', ErrorMessage: `There is no event bus ${EventBusName}.` };
  }
  try {
    if (typeof JSON.parse(Detail) === 'object') return undefined;
  } catch {
    // said below
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

/** As a rule's target would get it. */
const shown = ({ EventBusName, Source, DetailType, Detail, Time }: Entry) => ({
  bus: EventBusName,
  source: Source,
  'detail-type': DetailType,
  time: new Date(Time * 1000).toISOString(),
  detail: JSON.parse(Detail),
});

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

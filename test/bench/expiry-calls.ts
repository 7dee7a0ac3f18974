/**
 * What one end costs in calls: the real bundles of the grant worker and the event worker in this process, one message of
 * a hundred each, and every request that they send counted by its operation.
 */
import diagnostics from 'node:diagnostics_channel';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { grantKey } from '../../shared/grants/store.ts';
import { DUE_SHARDS } from '../../shared/platform/item.ts';
import type { Key } from '../../shared/platform/table.ts';
import { setForThisProcess } from '../rig/environment.ts';
import type { Rig } from '../rig/rig.ts';
import type { FunctionRecipe, GrantMaker } from './engine.ts';

/** By worker and operation, for each grant. */
export type Calls = Readonly<Record<'grantWork' | 'eventWork', Readonly<Record<string, number>>>>;

/** As many as one message has at most. */
const GRANTS = 100;

export async function callsForEach({ system }: Rig, maker: GrantMaker): Promise<Calls> {
  await system.setDelivering(false); // the system's own workers leave them to us
  try {
    const grants = await maker.create(GRANTS, () => Date.now() - 1);
    const grantWork = await counted(
      maker,
      'GrantWork',
      grants.map(({ id }) => grantKey(id)),
    );
    const eventWork = await counted(maker, 'EventWork', await dueEvents(maker));
    return { grantWork, eventWork };
  } finally {
    await system.setDelivering(true);
  }
}

async function dueEvents({ table }: GrantMaker): Promise<Key[]> {
  const upTo = Date.now() + 1000;
  const pages = await Promise.all(DUE_SHARDS.map((partition) => table.due({ partition, upTo, limit: 1000 })));
  return pages.flat().flatMap(({ key }) => (key.sk === 'EVENT' ? [key] : []));
}

async function counted({ engine }: GrantMaker, name: string, items: readonly Key[]): Promise<Record<string, number>> {
  const recipe = Object.entries(engine.functions).find(([id]) => id.startsWith(name))?.[1];
  if (!recipe) throw new Error(`the template has no function ${name}`);
  const handler = await handlerOf(recipe);
  await looked(handler, name, [{ pk: 'grt_none', sk: 'GRANT' }]); // its first calls are slow
  const calls = new Map<string, number>();
  const count = (message: unknown): void => {
    const operation = Sent.parse(message).request.getHeader('x-amz-target').split('.').at(-1) ?? '';
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
  };
  diagnostics.subscribe('http.client.request.start', count);
  try {
    await looked(handler, name, items);
  } finally {
    diagnostics.unsubscribe('http.client.request.start', count);
  }
  return Object.fromEntries([...calls].map(([operation, times]) => [operation, times / items.length]));
}

async function looked(handler: z.infer<typeof Handler>, functionName: string, items: readonly Key[]): Promise<void> {
  const body = JSON.stringify({ items, correlationId: 'bench' });
  const answer = await handler({ Records: [{ messageId: 'bench', body }] }, { functionName });
  if (JSON.stringify(answer) !== '{"batchItemFailures":[]}')
    throw new Error(`${functionName}: ${JSON.stringify(answer)}`);
}

const Sent = z.object({
  request: z.custom<{ getHeader(name: string): string }>((value) => typeof Object(value).getHeader === 'function'),
});
const Handler = z.custom<(event: unknown, context: unknown) => Promise<unknown>>(
  (value) => typeof value === 'function',
);

async function handlerOf({ module, handler, environment }: FunctionRecipe) {
  setForThisProcess(environment);
  const exports: Record<string, unknown> = await import(pathToFileURL(module).href);
  return Handler.parse(exports[handler]);
}

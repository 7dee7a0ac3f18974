import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { readPage, sourceOf } from '../../shared/audit/read.ts';
import { auditItem, auditKey, auditTrail } from '../../shared/platform/audit-item.ts';
import { firstIdAt } from '../../shared/platform/ids.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine, aTableOfItsOwn } from '../rig/engine.ts';
import { anAuditEvent } from './an-audit-event.ts';

it('of one thing shows what is under the key of an event of the federation only, whatever the index names', async () => {
  const { table, commit } = anEngine(T0, await aTableOfItsOwn());
  const event = anAuditEvent({ id: firstIdAt('evt', T0) });
  await commit(
    { writes: [auditItem.create(event, () => 'stale')], audit: [], events: [] },
    { actor: event.actor, now: T0, correlationId: 'c', source: null },
  );
  const put = (number: number, item: object) => {
    const id = firstIdAt('evt', T0 + number);
    const forged = { ...auditKey({ ...event, id }), ...event, id, liveUnder: auditTrail('fed_1', 'grt_1'), ...item };
    return table.client.send(new PutItemCommand({ TableName: table.name, Item: marshall(forged) }));
  };
  await put(1, { pk: 'ELSEWHERE' });
  await put(2, { pk: 'AUDIT#fed_2#0', federationId: 'fed_2' });
  await put(3, { pk: 'AUDIT#fed_1#16', shard: 16 });
  await put(4, { shard: 1 });
  await put(5, { sk: 'evt_other' });
  await put(6, { federationId: 'fed_2' });
  await put(7, { pk: 'ELSEWHERE', shard: 'not an event at all' });
  const filter = { resource: 'grt_1' };
  const room = { after: undefined, limit: 100, bytes: 1e6, textOf: () => 'x' };
  const page = await readPage(sourceOf(table, 'fed_1', filter, 100), filter, room);
  expect(page).toEqual({ events: [event], texts: ['x'], last: undefined });
});

import { describe, expect, it } from 'vitest';
import { eventWork } from '../../shared/events/work.ts';
import { eventItem, eventKey } from '../../shared/platform/event-item.ts';
import { MINUTE_MS } from '../../shared/platform/time.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEngine } from '../rig/engine.ts';
import { anEvent } from '../webhooks/a-webhook.ts';

const CAUSE = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'test', source: null } as const;

describe('A7 an event that the bus does not take', () => {
  it('waits, is offered again, and rests once it is taken', async () => {
    const engine = anEngine(T0);
    const event = anEvent({ id: engine.ids.next('evt'), federationId: engine.ids.next('fed') });
    await engine.commit({ writes: [eventItem.create(event, () => 'stale')], audit: [], events: [] }, CAUSE);
    let isAway = true;
    let offers = 0;
    const publish = async () => {
      offers += 1;
      if (isAway) throw new Error('away');
    };
    const work = eventWork({ ...engine, publish });
    const key = eventKey(event.id);
    await work(key, 'test');
    await work(key, 'test'); // the message comes twice
    expect(offers).toBe(1);
    expect(await eventItem.read(engine.table, key)).toMatchObject({ refusals: 1, retryAt: T0 + MINUTE_MS });
    isAway = false;
    engine.time.pass(MINUTE_MS);
    await work(key, 'test');
    expect(offers).toBe(2);
    expect(await eventItem.read(engine.table, key)).toMatchObject({ publishedAt: T0 + MINUTE_MS });
  });
});

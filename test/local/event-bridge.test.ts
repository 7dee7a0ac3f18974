import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busesOf } from '../../local/buses.ts';
import { type EventLog, eventLog, startEventBridge } from '../../local/engines/event-bridge.ts';
import type { LoopbackServer } from '../../local/engines/loopback-server.ts';
import { CREDENTIALS, REGION, resolverFor } from '../../local/identities.ts';
import { busOn } from '../../shared/events/bus.ts';
import { cloudEventText } from '../../shared/events/cloud-event.ts';
import { anEvent } from '../webhooks/a-webhook.ts';

describe('an event bus', () => {
  const template = {
    Resources: { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'SallyportBus' } } },
    Outputs: {},
  };
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bus-'));
  const file = join(folder, 'log', 'events.jsonl');
  let bridge: LoopbackServer;
  let events: EventLog;
  let client: EventBridgeClient;
  beforeAll(async () => {
    events = eventLog(file);
    bridge = await startEventBridge(busesOf(template, resolverFor(template, '')), events.append);
    client = new EventBridgeClient({
      endpoint: bridge.endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    await bridge.stop();
    rmSync(folder, { recursive: true });
  });

  it('is empty before anything was put', async () => {
    expect(await events.read()).toEqual([]);
  });

  it('keeps what the real client puts, one line for each', async () => {
    const publish = busOn(client, 'Bus');
    const event = anEvent({ data: { id: 'grt_1', text: 'ä\n' } });
    await publish(event);
    await publish(event); // at least once: the same id
    const line = {
      bus: 'Bus',
      source: 'sallyport',
      'detail-type': 'sallyport.grant.created',
      time: '2025-11-25T00:00:00.000Z',
      detail: JSON.parse(cloudEventText(event)),
    };
    expect(await events.read()).toMatchObject([{ ...line, time: expect.any(String) }, { detail: line.detail }]);
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });

  it('refuses what is for no bus of the template, as EventBridge does: with 200', async () => {
    await expect(busOn(client, 'Other')(anEvent())).rejects.toThrow('There is no event bus Other');
    const entry = { EventBusName: 'Bus', Source: 'x', DetailType: 'y', Detail: 'no JSON', Time: new Date(0) };
    const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    expect([FailedEntryCount, Entries?.[0]?.ErrorCode]).toEqual([1, 'MalformedDetail']);
  });

  it('takes no more than EventBridge does, and knows no other call', async () => {
    const Detail = JSON.stringify({ text: 'x'.repeat(256 * 1024) });
    const entry = { EventBusName: 'Bus', Source: 'x', DetailType: 'y', Detail, Time: new Date(0) };
    await expect(client.send(new PutEventsCommand({ Entries: [entry] }))).rejects.toThrow('too large');
    await expect(client.send(new PutRuleCommand({ Name: 'x' }))).rejects.toThrow('Only PutEvents');
  });
});

import { describe, expect, it } from 'vitest';
import { cloudEventText, EVENT_BYTES_MAX } from '../../shared/events/cloud-event.ts';
import { isStuck, next, refused } from '../../shared/events/rules.ts';
import { T0 } from '../grants/a-grant.ts';
import { anEvent } from '../webhooks/a-webhook.ts';

describe('A7 a CloudEvent', () => {
  it('is in structured mode, with the item as its data', () => {
    const event = anEvent();
    expect(JSON.parse(cloudEventText(event))).toEqual({
      specversion: '1.0',
      id: event.id,
      source: `/federations/${event.federationId}`,
      type: 'sallyport.grant.created',
      subject: event.subject,
      time: new Date(event.at).toISOString(),
      datacontenttype: 'application/json',
      data: event.data,
    });
  });

  it('of more than 20 KB says where its data is, and stays small', () => {
    const bare = Buffer.byteLength(cloudEventText(anEvent({ data: '' })));
    const fits = anEvent({ data: 'x'.repeat(EVENT_BYTES_MAX - bare) });
    expect(Buffer.byteLength(cloudEventText(fits))).toBe(EVENT_BYTES_MAX);
    const text = cloudEventText({ ...fits, data: `${fits.data}x` });
    expect(JSON.parse(text)).toMatchObject({ id: fits.id, dataref: `/v1/grants/${fits.subject}` });
    expect(JSON.parse(text)).not.toHaveProperty('data');
    expect(Buffer.byteLength(text)).toBeLessThan(1024);
  });
});

describe('A7 an event', () => {
  it('goes to webhooks first, then to the bus, then rests', () => {
    expect(next(anEvent(), T0)).toEqual({ kind: 'fan-out', after: null });
    expect(next(anEvent({ after: 'whk_1' }), T0)).toEqual({ kind: 'fan-out', after: 'whk_1' });
    expect(next(anEvent({ fannedOutAt: 1 }), T0)).toEqual({ kind: 'publish' });
    expect(next(anEvent({ fannedOutAt: 1, publishedAt: 2 }), T0)).toEqual({ kind: 'rest' });
  });

  it('that the bus does not take is offered again at a bounded pace, and somebody is told', () => {
    let event = anEvent({ fannedOutAt: 1 });
    let now = T0;
    const pauses: number[] = [];
    for (let refusals = 1; refusals <= 8; refusals++) {
      event = refused(event, now);
      const at = event.retryAt ?? 0;
      expect(next(event, at - 1)).toEqual({ kind: 'wait', until: at });
      expect(next(event, at)).toEqual({ kind: 'publish' });
      expect(isStuck(event)).toBe(refusals >= 3);
      pauses.push((at - now) / 60_000);
      now = at;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 15, 15, 15, 15]);
  });
});

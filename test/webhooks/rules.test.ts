import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/platform/time.ts';
import {
  changed,
  DISABLE_AFTER_MS,
  heard,
  liveSecrets,
  rotated,
  viewWebhook,
  wants,
} from '../../shared/webhooks/rules.ts';
import type { Webhook } from '../../shared/webhooks/schema.ts';
import { T0 } from '../grants/a-grant.ts';
import { aWebhook } from './a-webhook.ts';

/** Fails at each of these instants. */
const failing = (instants: readonly number[], from = aWebhook()): Webhook =>
  instants.reduce((webhook, at) => heard(webhook, 'FAILED', at), from);
const hourly = (from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / HOUR_MS) + 1 }, (_, hour) => from + hour * HOUR_MS);

describe('A7 what a webhook wants', () => {
  it('is all, or what it names, and nothing while it is disabled', () => {
    expect(wants(aWebhook(), 'grant.of-a-later-release')).toBe(true);
    expect(wants(aWebhook({ events: ['grant.ended'] }), 'grant.ended')).toBe(true);
    expect(wants(aWebhook({ events: ['grant.ended'] }), 'grant.created')).toBe(false);
    expect(wants(aWebhook({ status: 'DISABLED' }), 'grant.created')).toBe(false);
  });
});

describe('A7 a webhook that fails', () => {
  it('is disabled after five days in which nothing got through, and not a millisecond before', () => {
    const before = failing(hourly(T0, T0 + DISABLE_AFTER_MS - HOUR_MS));
    expect(heard(before, 'FAILED', T0 + DISABLE_AFTER_MS - 1).status).toBe('ENABLED');
    expect(heard(before, 'FAILED', T0 + DISABLE_AFTER_MS)).toMatchObject({
      status: 'DISABLED',
      disabledReason: 'FAILING',
      failingSince: T0,
    });
  });

  it('is well again with one success', () => {
    const well = heard(failing(hourly(T0, T0 + 4 * DAY_MS)), 'RECEIVED', T0 + 4 * DAY_MS);
    expect(well).toMatchObject({ failingSince: null, lastFailureAt: null });
    expect(failing([T0 + 6 * DAY_MS], well).status).toBe('ENABLED');
  });

  it('has last month’s failure not held against it', () => {
    expect(failing([T0, T0 + 30 * DAY_MS])).toMatchObject({ status: 'ENABLED', failingSince: T0 + 30 * DAY_MS });
  });

  it('is not written by every attempt', () => {
    const once = failing([T0]);
    expect(heard(once, 'FAILED', T0 + 59 * MINUTE_MS)).toBe(once);
    expect(heard(aWebhook(), 'RECEIVED', T0)).toEqual(aWebhook());
  });

  it('is disabled by 410 at once, and nothing that comes later changes that', () => {
    const gone = heard(aWebhook(), 'GONE', T0);
    expect(gone).toMatchObject({ status: 'DISABLED', disabledReason: 'GONE', disabledAt: T0, revision: 1 });
    for (const kind of ['RECEIVED', 'FAILED', 'GONE'] as const) expect(heard(gone, kind, T0 + 1)).toBe(gone);
    expect(viewWebhook(gone).findings).toMatchObject([{ code: 'webhook-gone', severity: 'ERROR' }]);
  });

  it('begins anew when it is enabled', () => {
    const gone = heard(failing(hourly(T0, T0 + DAY_MS)), 'GONE', T0 + DAY_MS);
    const again = changed(gone, { status: 'ENABLED' }, T0 + 2 * DAY_MS);
    expect(again).toMatchObject({ status: 'ENABLED', failingSince: null, disabledAt: null, disabledReason: null });
    expect(viewWebhook(again).findings).toEqual([]);
  });
});

describe('A7 a change', () => {
  it('that changes nothing is none', () => {
    const webhook = aWebhook({ events: ['grant.ended', 'grant.created'] });
    const same = { name: null, events: ['grant.created' as const, 'grant.ended' as const], status: 'ENABLED' as const };
    expect(changed(webhook, same, T0 + 1)).toBe(webhook);
    expect(changed(webhook, { events: null }, T0 + 1)).toMatchObject({ events: null, revision: 2 });
  });
});

describe('A7 secrets', () => {
  const live = (webhook: Webhook, at: number) => liveSecrets(webhook, at).map(({ sealed }) => sealed);
  it('are two for a day after a rotation, newest first, and never three', () => {
    const once = rotated(aWebhook(), 'second', T0);
    expect(live(once, T0 + DAY_MS - 1)).toEqual(['second', 'sealed']);
    expect(live(once, T0 + DAY_MS)).toEqual(['second']);
    expect(live(rotated(once, 'third', T0 + 1), T0 + 2)).toEqual(['third', 'second']);
  });
});

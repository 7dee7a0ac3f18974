import { describe, expect, it } from 'vitest';
import type { Answered } from '../../shared/platform/http.ts';
import { judge, RETRY_AFTER_MAX_MS, retryAfter } from '../../shared/webhooks/judge.ts';
import { T0 } from '../grants/a-grant.ts';

const answered = (status: number, headers: Record<string, string> = {}): Answered => ({
  kind: 'answered',
  status,
  headers,
  body: new Uint8Array(),
  url: 'https://hooks.acme.com/',
  address: '203.0.113.7',
});

describe('A7 an answer', () => {
  it.each([
    [200, 'RECEIVED'],
    [204, 'RECEIVED'],
    [299, 'RECEIVED'],
    [199, 'FAILED'],
    [301, 'FAILED'],
    [304, 'FAILED'],
    [308, 'FAILED'],
    [400, 'FAILED'],
    [404, 'FAILED'],
    [410, 'GONE'],
    [429, 'SLOW_DOWN'],
    [500, 'FAILED'],
    [502, 'SLOW_DOWN'],
    [503, 'FAILED'],
    [504, 'SLOW_DOWN'],
  ] as const)('%i means %s', (status, kind) => {
    const outcome = judge(answered(status), T0);
    expect(outcome).toMatchObject({ kind, status });
    expect(outcome.finding === null).toBe(kind === 'RECEIVED');
  });

  it('of any failure may ask to slow down', () => {
    expect(judge(answered(503, { 'retry-after': '120' }), T0)).toMatchObject({
      kind: 'SLOW_DOWN',
      retryAfterMs: 120_000,
    });
  });

  it('that did not come tells what may be told, and no address', () => {
    const failed = {
      kind: 'failed',
      code: 'refused',
      detail: 'hooks.acme.com: has the address 10.0.0.1, which may not be dialled',
      publicCode: 'unreachable',
      publicDetail: 'hooks.acme.com gave no complete answer in time.',
    } as const;
    const outcome = judge(failed, T0);
    expect(outcome).toMatchObject({ kind: 'FAILED', status: null, finding: { code: 'unreachable' } });
    expect(JSON.stringify(outcome)).not.toContain('10.0.0.1');
  });
});

describe('A7 Retry-After', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['soon', null],
    ['-5', null],
    ['0', 0],
    ['120', 120_000],
    ['99999999', RETRY_AFTER_MAX_MS],
    [new Date(T0 + 60_000).toUTCString(), 60_000],
    [new Date(T0 - 60_000).toUTCString(), 0],
  ])('%s is %s', (text, ms) => {
    expect(retryAfter(text, T0)).toBe(ms);
  });
});

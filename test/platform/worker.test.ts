import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { logTo } from '../../shared/platform/log.ts';
import { BEGIN_WITHIN_MS, workerOf } from '../../shared/platform/worker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A batch as large as it gets: ten messages of a hundred items. */
const batch = (): SQSEvent => {
  const record = (message: number) => {
    const items = Array.from({ length: 100 }, (_, item) => ({ pk: `dom_${message}_${item}`, sk: 'DOMAIN' }));
    return { messageId: `m${message}`, body: JSON.stringify({ items, correlationId: 'test' }) };
  };
  return { Records: Array.from({ length: 10 }, (_, message) => record(message) as SQSRecord) };
};

describe('a batch of items that are all slow', () => {
  it('ends well before the function does, and gives nothing back', async () => {
    const lines: string[] = [];
    const looked = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 10_000)));
    const answered = workerOf(
      looked,
      logTo((line) => lines.push(line), 'test'),
    )(batch());
    await vi.advanceTimersByTimeAsync(BEGIN_WITHIN_MS + 15_000);
    const answer = await Promise.race([answered, new Promise((resolve) => setImmediate(() => resolve('still at it')))]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(looked.mock.calls.length).toBeLessThan(1000);
    expect(lines.join('')).toContain('no time for these');
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atMost } from '../../shared/platform/at-most.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what is waited for at most so long', () => {
  it('holds nobody up when it hangs', async () => {
    let isOver = false;
    const waiting = atMost(50, new Promise(() => {})).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(49);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
  });

  it('is over as soon as it is done, and leaves no timer behind', async () => {
    await atMost(50, Promise.resolve());
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** What an answer to a delivery means. Pure. */
import type { Answered, Failed } from '../platform/http.ts';
import { HOUR_MS, type Instant, SECOND_MS } from '../platform/time.ts';

/**
 * RECEIVED: 2xx. GONE: 410, which disables the webhook. SLOW_DOWN: 429, 502, 504, or whoever says `Retry-After`. FAILED:
 * all else, redirects included.
 */
export interface Outcome {
  readonly kind: 'RECEIVED' | 'GONE' | 'SLOW_DOWN' | 'FAILED';
  readonly status: number | null;
  /** What may be told to the tenant; null: received. */
  readonly finding: { readonly code: string; readonly message: string } | null;
  /** How long the receiver wants to be left alone; null: it did not say. */
  readonly retryAfterMs: number | null;
}

/** Who asks for more may have made a mistake, and events would come days late. */
export const RETRY_AFTER_MAX_MS = HOUR_MS;
const OVERLOADED: readonly number[] = [429, 502, 504];

export function judge(answer: Answered | Failed, now: Instant): Outcome {
  if (answer.kind === 'failed') {
    const finding = { code: answer.publicCode, message: answer.publicDetail };
    return { kind: 'FAILED', status: null, finding, retryAfterMs: null };
  }
  const { status, headers } = answer;
  const judged = (kind: Outcome['kind'], code: string, message: string, retryAfterMs: number | null = null) => ({
    kind,
    status,
    finding: { code, message },
    retryAfterMs,
  });
  if (status >= 200 && status < 300) return { kind: 'RECEIVED', status, finding: null, retryAfterMs: null };
  if (status === 410) return judged('GONE', 'gone', 'It answered 410, gone: nothing more is sent to it.');
  if (status >= 300 && status < 400) {
    const message = `It answered ${status}, a redirect, and redirects are not followed. Give the address it leads to.`;
    return judged('FAILED', 'redirect', message);
  }
  const retryAfterMs = retryAfter(headers['retry-after'], now);
  if (OVERLOADED.includes(status) || retryAfterMs !== null) {
    return judged('SLOW_DOWN', 'slow-down', `It answered ${status}: it is sent less for a while.`, retryAfterMs);
  }
  return judged('FAILED', 'not-2xx', `It answered ${status}. Only 2xx says that it was received.`);
}

/** RFC 9110 section 10.2.3: seconds, or a date. Bounded; null when it is neither. */
export function retryAfter(text: string | undefined, now: Instant): number | null {
  if (text === undefined) return null;
  const isDate = /^[A-Z][a-z]{2}, /.test(text); // Date.parse takes almost anything
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * SECOND_MS : isDate ? Date.parse(text) - now : Number.NaN;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS) : null;
}

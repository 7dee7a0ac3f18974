/** How long a gateway may hold a verdict. Pure. */
import { type Instant, SECOND_MS } from '../platform/time.ts';
import type { Verdict } from './verdict.ts';

/**
 * `no-store`, unless the cluster allows an answer to be held: then for so long, and never past its end (RFC 9111
 * section 5.2.2). A 'no' is never held: access that is granted next works at once.
 */
export function cacheControlOf(verdict: Verdict, verdictMaxAge: number, now: Instant): string {
  if (!verdict.active || verdictMaxAge === 0) return 'no-store';
  const untilEnd = Math.floor((Date.parse(verdict.expiresAt) - now) / SECOND_MS);
  const seconds = Math.min(verdictMaxAge, untilEnd);
  return seconds > 0 ? `private, max-age=${seconds}` : 'no-store';
}

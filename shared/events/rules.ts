/**
 * An event is a fact that has happened: it changes nothing any more, and is told. First every webhook that wants it gets
 * a delivery of its own, page by page; then the bus gets it; then it rests. Whoever dies in between begins that step
 * again, so the bus may get an event twice, under the same `id`. Pure.
 */
import type { OutgoingEvent } from '../platform/event-item.ts';
import type { Rest } from '../platform/settle.ts';
import { type Instant, MINUTE_MS } from '../platform/time.ts';

export type Action =
  | { readonly kind: 'fan-out'; readonly after: string | null } // the webhooks after this one, a page
  | { readonly kind: 'publish' };

export function next({ after, fannedOutAt, publishedAt, retryAt }: OutgoingEvent, now: Instant): Action | Rest {
  if (publishedAt !== null) return { kind: 'rest' };
  if (retryAt !== null && now < retryAt) return { kind: 'wait', until: retryAt };
  return fannedOutAt === null ? { kind: 'fan-out', after } : { kind: 'publish' };
}

/** The facts after a page of webhooks; `last` is null when there is no further page. */
export const fannedOut = (event: OutgoingEvent, last: string | null, now: Instant): OutgoingEvent =>
  last === null ? { ...event, fannedOutAt: now } : { ...event, after: last };

export const published = (event: OutgoingEvent, now: Instant): OutgoingEvent => ({ ...event, publishedAt: now });

/** A bus that is away or may not be used is offered each event at a bounded pace: else a month of them comes every minute. */
const RETRY_MS_MAX = 15 * MINUTE_MS;

export const refused = (event: OutgoingEvent, now: Instant): OutgoingEvent => ({
  ...event,
  refusals: event.refusals + 1,
  retryAt: now + Math.min(RETRY_MS_MAX, MINUTE_MS * 2 ** event.refusals),
});

/** From this many refusals of one event on, somebody has to look. */
const REFUSALS_TOLD = 3;
export const isStuck = ({ refusals }: OutgoingEvent): boolean => refusals >= REFUSALS_TOLD;

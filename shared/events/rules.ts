/**
 * An event is a fact that has happened: it changes nothing any more, and is told. First every webhook that wants it gets
 * a delivery of its own, page by page; then the bus gets it; then it rests. Whoever dies in between begins that step
 * again, so the bus may get an event twice, under the same `id`. Pure.
 */
import type { OutgoingEvent } from '../platform/event-item.ts';
import type { Rest } from '../platform/settle.ts';
import type { Instant } from '../platform/time.ts';

export type Action =
  | { readonly kind: 'fan-out'; readonly after: string | null } // the webhooks after this one, a page
  | { readonly kind: 'publish' };

export function next({ after, fannedOutAt, publishedAt }: OutgoingEvent): Action | Rest {
  if (publishedAt !== null) return { kind: 'rest' };
  return fannedOutAt === null ? { kind: 'fan-out', after } : { kind: 'publish' };
}

/** The facts after a page of webhooks; `last` is null when there is no further page. */
export const fannedOut = (event: OutgoingEvent, last: string | null, now: Instant): OutgoingEvent =>
  last === null ? { ...event, fannedOutAt: now } : { ...event, after: last };

export const published = (event: OutgoingEvent, now: Instant): OutgoingEvent => ({ ...event, publishedAt: now });

/** Events on their way out: items of the same transaction, so that none is lost between a change and its message. */
import * as z from 'zod';
import type { Ids } from './ids.ts';
import { itemKind } from './item.ts';
import type { Cause, DomainEvent } from './plan.ts';
import { Problem } from './problems.ts';
import type { Key, Write } from './table.ts';
import { DAY_MS } from './time.ts';

/** Long enough to replay a month that a receiver missed. */
export const EVENT_KEPT_MS = 30 * DAY_MS;

export const OutgoingEvent = z.object({
  id: z.string(),
  version: z.number(),
  federationId: z.string(),
  type: z.string(),
  subject: z.string(),
  data: z.unknown(),
  at: z.number(),
  correlationId: z.string(),
  /** The last webhook of the page that has been seen to; null: none yet. */
  after: z.string().nullable().default(null),
  /** When every webhook that wants it had its delivery. */
  fannedOutAt: z.number().nullable().default(null),
  /** When the bus had it; then it rests. */
  publishedAt: z.number().nullable().default(null),
  /** Times that the bus did not take it, and when it is offered again. */
  refusals: z.number().default(0),
  retryAt: z.number().nullable().default(null),
});
export type OutgoingEvent = z.infer<typeof OutgoingEvent>;

/** Due from the instant at which it happened until the bus has it; how it gets there is decided in `events/rules.ts`. */
export const eventItem = itemKind<OutgoingEvent>({
  name: 'EVENT',
  schema: OutgoingEvent,
  key: ({ id }) => eventKey(id),
  dueAt: ({ at, publishedAt, retryAt }) => (publishedAt === null ? (retryAt ?? at) : null),
  forgetAt: ({ at }) => at + EVENT_KEPT_MS,
});

export const eventKey = (id: string): Key => ({ pk: id, sk: 'EVENT' });

export const eventWrite = (event: DomainEvent, cause: Cause, ids: Ids): Write =>
  eventItem.create(
    {
      id: ids.next('evt'),
      version: 1,
      at: cause.now,
      correlationId: cause.correlationId,
      after: null,
      fannedOutAt: null,
      publishedAt: null,
      refusals: 0,
      retryAt: null,
      ...event,
    },
    () => new Problem('unavailable', { what: 'The event store' }),
  );

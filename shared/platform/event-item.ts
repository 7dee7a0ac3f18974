/** Events on their way out: items of the same transaction, so that none is lost between a change and its message. */
import * as z from 'zod';
import type { Ids } from './ids.ts';
import { itemKind } from './item.ts';
import type { Cause, DomainEvent } from './plan.ts';
import { Problem } from './problems.ts';
import type { Write } from './table.ts';
import { DAY_MS } from './time.ts';

/** Long enough to replay a month that a receiver missed. */
const KEPT_MS = 30 * DAY_MS;

export const OutgoingEvent = z.object({
  id: z.string(),
  version: z.number(),
  federationId: z.string(),
  type: z.string(),
  subject: z.string(),
  data: z.unknown(),
  at: z.number(),
  correlationId: z.string(),
});
export type OutgoingEvent = z.infer<typeof OutgoingEvent>;

/** No `dueAt` yet: nothing subscribes before webhooks and the bus do, and they get what happens from then on. */
export const eventItem = itemKind<OutgoingEvent>({
  name: 'EVENT',
  schema: OutgoingEvent,
  key: ({ id }) => ({ pk: id, sk: 'EVENT' }),
  forgetAt: ({ at }) => at + KEPT_MS,
});

export const eventWrite = (event: DomainEvent, cause: Cause, ids: Ids): Write =>
  eventItem.create(
    { id: ids.next('evt'), version: 1, at: cause.now, correlationId: cause.correlationId, ...event },
    () => new Problem('unavailable', { what: 'The event store' }),
  );

import * as z from 'zod';
import { EVENT_TYPES } from '../events/types.ts';
import type { Trust } from '../platform/addresses.ts';
import { idOf } from '../platform/ids.ts';
import { parseOutsideUrl, URL_CHARS_MAX } from '../platform/outside-url.ts';
import { Name } from '../tenants/schema.ts';

export const EventType = z.enum(EVENT_TYPES).meta({ id: 'EventType', description: 'What happened, by its name.' });
export type EventType = z.infer<typeof EventType>;

export const WebhookStatus = z.enum(['ENABLED', 'DISABLED']).meta({
  id: 'WebhookStatus',
  description:
    'DISABLED: nothing is sent, and what happens meanwhile is not kept for it. What was waiting before goes on once it is enabled again.',
});
export type WebhookStatus = z.infer<typeof WebhookStatus>;

/** GONE: the receiver answered 410. FAILING: it took nothing for days. OWNER: somebody asked for it. */
export const DisabledReason = z.enum(['GONE', 'FAILING', 'OWNER']);
export type DisabledReason = z.infer<typeof DisabledReason>;

/** A signing secret, sealed; `endsAt` of one that a newer has replaced. */
const Secret = z.object({ sealed: z.string(), endsAt: z.number().nullable() });
export type Secret = z.infer<typeof Secret>;

export const Webhook = z.object({
  id: idOf('whk'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  name: z.string().nullable(),
  url: z.string(),
  /** Null: all, those of later releases too. Kept as text: an older release may read what a newer one wrote. */
  events: z.array(z.string()).nullable(),
  status: WebhookStatus,
  disabledAt: z.number().nullable(),
  disabledReason: DisabledReason.nullable(),
  /** Newest first; two at most. */
  secrets: z.array(Secret),
  /** The first attempt that failed since the last that did not; and one of the last, to the hour. */
  failingSince: z.number().nullable(),
  lastFailureAt: z.number().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Webhook = z.infer<typeof Webhook>;

export const DeliveryStatus = z.enum(['PENDING', 'DELIVERED', 'FAILED']).meta({
  id: 'DeliveryStatus',
  description: 'FAILED: after its last attempt. It can be replayed for 30 days.',
});
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

export const AttemptFinding = z.object({ code: z.string(), message: z.string() });
/** One sending, and what came of it. */
export const Attempt = z.object({
  at: z.number(),
  durationMs: z.number(),
  /** Of the answer; null: there was none. */
  status: z.number().nullable(),
  /** Null: received. */
  finding: AttemptFinding.nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

/** One event on its way to one webhook. */
export const Delivery = z.object({
  id: idOf('dlv'),
  version: z.number(),
  federationId: idOf('fed'),
  webhookId: idOf('whk'),
  eventId: idOf('evt'),
  type: z.string(),
  subject: z.string(),
  /** When it happened; from then on it is kept for 30 days. */
  at: z.number(),
  status: DeliveryStatus,
  /** Null: none is planned. */
  nextAttemptAt: z.number().nullable(),
  /** Attempts that failed since the schedule began: with it, or with the last replay. */
  failures: z.number(),
  /** Replays so far: what an attempt of an earlier one learns decides nothing any more. */
  turn: z.number(),
  attemptCount: z.number(),
  /** The last ones, oldest first. */
  attempts: z.array(Attempt),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Delivery = z.infer<typeof Delivery>;

/** What waits for one webhook is taken from one end by one worker at a time: this says when it is next needed. */
export const Lane = z.object({
  webhookId: idOf('whk'),
  version: z.number(),
  /** When the soonest delivery is due, or earlier; null: none waits. */
  nextAt: z.number().nullable(),
  /** Whoever holds it is about to let it sleep: a delivery that was added now must wake it. */
  isDrowsy: z.boolean(),
  leaseUntil: z.number().nullable(),
  /** Until when the receiver is left alone: it asked for it, or nothing gets through. */
  heldUntil: z.number().nullable(),
  /** Rounds in a row in which nothing got through. */
  failures: z.number(),
  /** Runs since it last slept for longer than the dispatcher looks ahead. */
  runs: z.number(),
});
export type Lane = z.infer<typeof Lane>;

/** Where in its lane a delivery waits. */
export const Waiting = z.object({
  webhookId: idOf('whk'),
  deliveryId: idOf('dlv'),
  version: z.number(),
  at: z.number(),
  forgetAt: z.number(),
});
export type Waiting = z.infer<typeof Waiting>;

const Events = z
  .array(EventType)
  .min(1, 'Name at least one event, or leave it out for all.')
  .max(EVENT_TYPES.length, 'Name each event once.')
  .refine((events) => new Set(events).size === events.length, 'Name each event once.')
  .nullable()
  .describe('Null, or left out: all, those of later releases too.');

/** The bodies, for a system that trusts its own loopback or does not. */
export const webhookBodies = (trust: Trust) => {
  const url = z
    .string()
    .max(URL_CHARS_MAX, `Give a URL of at most ${URL_CHARS_MAX} characters.`)
    .superRefine((text, context) => {
      const parsed = parseOutsideUrl(text, trust);
      if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.fault });
    })
    .meta({ format: 'uri', examples: ['https://hooks.acme.com/sallyport'] })
    .describe('HTTPS, on the public internet. Redirects are not followed.');
  return {
    NewWebhook: z
      .strictObject({ name: Name.nullable().optional(), url, events: Events.optional() })
      .meta({ id: 'NewWebhook' }),
    WebhookChange: z
      .strictObject({
        name: Name.nullable().optional(),
        url: url.optional(),
        events: Events.optional(),
        status: WebhookStatus.optional(),
      })
      .meta({ id: 'WebhookChange' }),
  };
};
type Bodies = ReturnType<typeof webhookBodies>;
export type NewWebhook = z.infer<Bodies['NewWebhook']>;
export type WebhookChange = z.infer<Bodies['WebhookChange']>;

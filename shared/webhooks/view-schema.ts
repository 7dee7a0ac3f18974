import * as z from 'zod';
import { frame } from '../api/view.ts';
import { Finding } from '../platform/finding.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { AttemptFinding, DeliveryStatus, WebhookStatus } from './schema.ts';

export const WebhookView = z
  .object({
    ...frame('whk'),
    name: z.string().nullable(),
    url: z.string(),
    events: z.array(z.string()).nullable().describe('Null: all, those of later releases too.'),
    status: WebhookStatus,
    disabledAt: InstantShown.nullable().describe('Since when nothing is sent; why is in `findings`.'),
    failingSince: InstantShown.nullable().describe('Since when no attempt has got through.'),
    olderSecretEndsAt: InstantShown.nullable().describe('Until then events are signed with the secret of before, too.'),
    findings: z.array(Finding),
    federationId: idOf('fed'),
  })
  .meta({ id: 'Webhook', description: 'Where events are sent to, without the secret that signs them.' });
export type WebhookView = z.infer<typeof WebhookView>;

export const NewWebhookView = WebhookView.extend({
  secret: z.string().optional().describe('Signs what is sent (Standard Webhooks 1.0.0). Shown this once.'),
}).meta({ id: 'NewWebhookAnswer', description: 'The webhook with its secret, which is shown this once.' });
export type NewWebhookView = z.infer<typeof NewWebhookView>;

export const AttemptView = z
  .object({
    at: InstantShown,
    durationMs: z.number().int(),
    status: z.number().int().nullable().describe('HTTP status of the answer; null: there was none.'),
    finding: AttemptFinding.nullable().describe('What was wrong, and what to do about it; null: it was received.'),
  })
  .meta({ id: 'DeliveryAttempt', description: 'One sending, and what came of it.' });
export type AttemptView = z.infer<typeof AttemptView>;

export const DeliveryView = z
  .object({
    ...frame('dlv'),
    webhookId: idOf('whk'),
    eventId: idOf('evt').describe('The `webhook-id`, and the `id` of the CloudEvent: the same on every attempt.'),
    type: z.string().describe('The `type` of the CloudEvent.'),
    subject: z.string().describe('What it is about.'),
    status: DeliveryStatus,
    nextAttemptAt: InstantShown.nullable().describe('Null: none is planned.'),
    attemptCount: z.number().int(),
    attempts: z.array(AttemptView).describe('The last ones, oldest first.'),
  })
  .meta({ id: 'WebhookDelivery', description: 'One event on its way to one webhook.' });
export type DeliveryView = z.infer<typeof DeliveryView>;

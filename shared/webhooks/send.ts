/** One sending: asks the receiver, judges nothing. */
import { CLOUD_EVENT_MEDIA_TYPE, cloudEventText } from '../events/cloud-event.ts';
import type { OutgoingEvent } from '../platform/event-item.ts';
import type { Answered, Failed, OutsideClient } from '../platform/http.ts';
import type { Sealer } from '../platform/seal.ts';
import { type Instant, SECOND_MS } from '../platform/time.ts';
import { liveSecrets } from './rules.ts';
import type { Webhook } from './schema.ts';
import { signatureHeaders } from './signature.ts';

/** Of the whole exchange (Standard Webhooks 1.0.0: 15 to 30 s). */
export const SEND_MS_MAX = 15 * SECOND_MS;

/** What a secret is sealed for: one of another webhook cannot be put in its place. */
export const secretPurpose = (webhookId: string): string => `webhook secret ${webhookId}`;

export type Send = (webhook: Webhook, event: OutgoingEvent, now: Instant) => Promise<Answered | Failed>;

export const senderOn =
  (outside: OutsideClient, sealer: Sealer): Send =>
  (webhook, event, now) => {
    const secrets = liveSecrets(webhook, now).map(({ sealed }) => {
      const secret = sealer.open(sealed, secretPurpose(webhook.id));
      if (secret === undefined)
        throw new Error(`a secret of ${webhook.id} cannot be opened: was the sealing key changed?`);
      return secret;
    });
    const body = cloudEventText(event);
    return outside.request({
      method: 'POST',
      url: webhook.url,
      headers: { 'content-type': CLOUD_EVENT_MEDIA_TYPE, ...signatureHeaders({ id: event.id, body, now }, secrets) },
      body,
      isBodyUnread: true,
      timeoutMs: SEND_MS_MAX,
    });
  };

/**
 * A webhook is ENABLED until its owner, a 410 or days of nothing but failures disable it. Only an attempt that was *seen*
 * to fail changes it: our own outage disables nobody. Pure.
 */
import { firstVersion, frameOf } from '../api/view.ts';
import type { Finding } from '../platform/finding.ts';
import { DAY_MS, formatInstant, formatInstantOrNull, HOUR_MS, type Instant } from '../platform/time.ts';
import type { Outcome } from './judge.ts';
import type { DisabledReason, NewWebhook, Secret, Webhook, WebhookChange } from './schema.ts';
import type { WebhookView } from './view-schema.ts';

/** Two live while rotating: receivers have a day to take the new one. */
export const OLDER_SECRET_MS = DAY_MS;
/** Longer than one delivery is tried (three days and a bit): not one stubborn event alone disables a webhook. */
export const DISABLE_AFTER_MS = 5 * DAY_MS;
/** Longer than the longest wait between two attempts: a failure of last month says nothing about today. */
const FAILURES_APART_MAX_MS = 2 * DAY_MS;
/** How exactly the last failure is kept: not every attempt writes the webhook. */
const SAMPLED_MS = HOUR_MS;

export const newWebhook = (
  id: string,
  federationId: string,
  wish: NewWebhook,
  sealed: string,
  now: Instant,
): Webhook => ({
  id,
  ...firstVersion(now),
  federationId,
  name: wish.name ?? null,
  url: wish.url,
  events: wish.events ?? null,
  status: 'ENABLED',
  disabledAt: null,
  disabledReason: null,
  secrets: [{ sealed, endsAt: null }],
  failingSince: null,
  lastFailureAt: null,
});

export const wants = ({ status, events }: Webhook, type: string): boolean =>
  status === 'ENABLED' && (events === null || events.includes(type));

/** The webhook as the change makes it; itself when nothing changes. */
export function changed(before: Webhook, change: WebhookChange, now: Instant): Webhook {
  const { name = before.name, url = before.url, events = before.events, status = before.status } = change;
  const isSame =
    name === before.name && url === before.url && status === before.status && sameEvents(events, before.events);
  if (isSame) return before;
  const after = { ...before, name, url, events, revision: before.revision + 1, updatedAt: now };
  if (status === before.status) return after;
  return status === 'ENABLED' ? enabled(after) : disabled(after, 'OWNER', now);
}

const sameEvents = (one: Webhook['events'], other: Webhook['events']): boolean =>
  one === other ||
  (one !== null && other !== null && one.length === other.length && one.every((e) => other.includes(e)));

/** What was held against the receiver is forgotten with it. */
const enabled = (webhook: Webhook): Webhook => ({
  ...webhook,
  status: 'ENABLED',
  disabledAt: null,
  disabledReason: null,
  failingSince: null,
  lastFailureAt: null,
});
const disabled = (webhook: Webhook, reason: DisabledReason, now: Instant): Webhook => ({
  ...webhook,
  status: 'DISABLED',
  disabledAt: now,
  disabledReason: reason,
});

/** The newest secret and the one before, which lives on for a day; an older one ends at once. */
export const rotated = (before: Webhook, sealed: string, now: Instant): Webhook => {
  const [newest] = before.secrets;
  const older: Secret[] = newest ? [{ ...newest, endsAt: now + OLDER_SECRET_MS }] : [];
  return {
    ...before,
    secrets: [{ sealed, endsAt: null }, ...older],
    revision: before.revision + 1,
    updatedAt: now,
  };
};

/** Those to sign with, newest first. */
export const liveSecrets = ({ secrets }: Webhook, now: Instant): Secret[] =>
  secrets.filter(({ endsAt }) => endsAt === null || now < endsAt);

/** The facts after one attempt; itself when nothing worth a write was learnt. */
export function heard(webhook: Webhook, kind: Outcome['kind'], now: Instant): Webhook {
  if (webhook.status === 'DISABLED') return webhook;
  if (kind === 'RECEIVED') {
    return webhook.failingSince === null ? webhook : { ...webhook, failingSince: null, lastFailureAt: null };
  }
  const { failingSince, lastFailureAt } = webhook;
  const goesOn = failingSince !== null && lastFailureAt !== null && now - lastFailureAt <= FAILURES_APART_MAX_MS;
  const failing = { ...webhook, failingSince: goesOn ? failingSince : now, lastFailureAt: now };
  if (kind === 'GONE') return disabled(failing, 'GONE', now);
  if (now - failing.failingSince >= DISABLE_AFTER_MS) return disabled(failing, 'FAILING', now);
  return goesOn && now - lastFailureAt < SAMPLED_MS ? webhook : failing;
}

export const viewWebhook = (webhook: Webhook): WebhookView => ({
  ...frameOf(webhook),
  name: webhook.name,
  url: webhook.url,
  events: webhook.events,
  status: webhook.status,
  disabledAt: formatInstantOrNull(webhook.disabledAt),
  failingSince: formatInstantOrNull(webhook.failingSince),
  olderSecretEndsAt: formatInstantOrNull(webhook.secrets[1]?.endsAt ?? null),
  findings: findingsOf(webhook),
  federationId: webhook.federationId,
});

const ENABLE = 'Then PATCH it with {"status": "ENABLED"}: what was waiting goes on.';
function findingsOf({ disabledAt, disabledReason, failingSince }: Webhook): Finding[] {
  const finding = (severity: Finding['severity'], code: string, message: string, fix: string): Finding[] => [
    { severity, code, message, fix },
  ];
  const since = disabledAt === null ? '' : formatInstant(disabledAt);
  switch (disabledReason) {
    case 'GONE':
      return finding(
        'ERROR',
        'webhook-gone',
        `The receiver answered 410, gone. Nothing is sent since ${since}.`,
        `Give the receiver’s present address, or delete the webhook. ${ENABLE}`,
      );
    case 'FAILING':
      return finding(
        'ERROR',
        'webhook-failing-for-days',
        `No attempt got through from ${formatInstant(failingSince ?? 0)} on. Nothing is sent since ${since}.`,
        `Mend the receiver: the deliveries say what was wrong. ${ENABLE}`,
      );
    case 'OWNER':
      return finding('INFO', 'webhook-paused', `It was disabled by a caller. Nothing is sent since ${since}.`, ENABLE);
    case null:
      if (failingSince === null) return [];
      return finding(
        'WARNING',
        'webhook-failing',
        `No attempt has got through since ${formatInstant(failingSince)}; it is disabled on ${formatInstant(failingSince + DISABLE_AFTER_MS)} if that goes on.`,
        'Mend the receiver: the deliveries say what was wrong.',
      );
  }
}

/** What the systems that call hooks send: payloads cut to what matters, and each one's signature. */
import { createHmac, randomUUID } from 'node:crypto';

/** A delivery as it goes out. */
export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const hmac = (key: string | Buffer, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha256', key).update(text).digest(encoding);

const JSON_TYPE = { 'content-type': 'application/json' };

/** Standard Webhooks 1.0.0; `svix` for Svix’s header names. */
export function standardWebhook(
  secret: string,
  payload: unknown,
  { now, id = `msg_${randomUUID()}`, family = 'webhook' }: { now: number; id?: string; family?: 'webhook' | 'svix' },
): Sent {
  const body = JSON.stringify(payload);
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const timestamp = String(Math.floor(now / 1000));
  return {
    headers: {
      ...JSON_TYPE,
      [`${family}-id`]: id,
      [`${family}-timestamp`]: timestamp,
      [`${family}-signature`]: `v1,${hmac(key, `${id}.${timestamp}.${body}`, 'base64')}`,
    },
    body,
  };
}

export function pagerDuty(secret: string, payload: unknown): Sent {
  const body = JSON.stringify(payload);
  return { headers: { ...JSON_TYPE, 'x-pagerduty-signature': `v1=${hmac(secret, body, 'hex')}` }, body };
}

export function jira(secret: string, payload: unknown, id: string = randomUUID()): Sent {
  const body = JSON.stringify(payload);
  const signature = `sha256=${hmac(secret, body, 'hex')}`;
  return { headers: { ...JSON_TYPE, 'x-hub-signature': signature, 'x-atlassian-webhook-identifier': id }, body };
}

export function gitHub(secret: string, payload: unknown, id: string = randomUUID()): Sent {
  const body = JSON.stringify(payload);
  const older = createHmac('sha1', secret).update(body).digest('hex');
  return {
    headers: {
      ...JSON_TYPE,
      'x-github-delivery': id,
      'x-hub-signature': `sha1=${older}`,
      'x-hub-signature-256': `sha256=${hmac(secret, body, 'hex')}`,
    },
    body,
  };
}

/** A header of one's own: what ServiceNow scripts, or `openssl dgst -sha256 -hmac`, send. */
export function signedBy(
  secret: string,
  payload: unknown,
  { header, prefix = '', encoding = 'hex' }: { header: string; prefix?: string; encoding?: 'hex' | 'base64' },
): Sent {
  const body = JSON.stringify(payload);
  return { headers: { ...JSON_TYPE, [header]: prefix + hmac(secret, body, encoding) }, body };
}

/** PagerDuty, V3 webhook payload. */
export const anIncident = (now: number, more: { id?: string; type?: string; title?: string } = {}) => ({
  event: {
    id: more.id ?? randomUUID(),
    event_type: more.type ?? 'incident.triggered',
    resource_type: 'incident',
    occurred_at: new Date(now).toISOString(),
    agent: null,
    data: {
      id: 'Q1KDXUJ3T5Z3SI',
      type: 'incident',
      title: more.title ?? 'Signing key of Acme leaked',
      urgency: 'high',
    },
  },
});

/** Jira Cloud, Webhooks. */
export const anIssue = (now: number, key: string, status: string) => ({
  timestamp: now,
  webhookEvent: 'jira:issue_updated',
  issue_event_type_name: 'issue_generic',
  issue: {
    id: '10002',
    key,
    fields: { summary: 'Database access', status: { name: status }, reporter: { displayName: 'Alice' } },
  },
  changelog: { items: [{ field: 'status', toString: status }] },
});

/** As a business rule of ServiceNow writes it. */
export const aRequestedItem = (now: number, number: string, more: Record<string, unknown> = {}) => ({
  number,
  approval: 'approved',
  sys_updated_on: new Date(now).toISOString(),
  url: `https://acme.service-now.com/sc_req_item.do?sys_id=${number}`,
  requested_for: { email: 'alice@acme.com' },
  approver: { email: 'bob@acme.com' },
  variables: { group: 'db-oncall', duration: 'PT6H', reason: 'Failed "payments"\nof 25 November' },
  ...more,
});

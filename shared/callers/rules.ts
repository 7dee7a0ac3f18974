/** Who a key is, and plans for keys. Pure. */
import { frameOf } from '../api/view.ts';
import type { Plan } from '../platform/plan.ts';
import { formatInstantOrNull, type Instant } from '../platform/time.ts';
import { parentExists } from '../tenants/rules.ts';
import { formatClientSecret, formatKey, hashSecret, sameSecret } from './keys.ts';
import type { ApiKey, Caller, Held, NewApiKey } from './schema.ts';
import { apiKeyItem } from './store.ts';
import type { ApiKeyView } from './view-schema.ts';

export const viewApiKey = (key: ApiKey, lastUsedAt: Instant | null = null): ApiKeyView => ({
  ...frameOf({ ...key, updatedAt: key.createdAt, revision: 1 }),
  name: key.name,
  role: key.role,
  scope: key.scope,
  kind: key.kind,
  ...(key.kind === 'CLIENT_CREDENTIALS' && { clientId: key.id }),
  expiresAt: formatInstantOrNull(key.expiresAt),
  requestsPerMinute: key.requestsPerMinute,
  lastUsedAt: formatInstantOrNull(lastUsedAt),
  federationId: key.federationId,
});

/** What is shown this once. */
export const secretOf = (key: ApiKey, secret: string) =>
  key.kind === 'API_KEY'
    ? { key: formatKey(key.id, secret) }
    : { clientId: key.id, clientSecret: formatClientSecret(key.id, secret) };

const isLive = ({ expiresAt }: ApiKey, now: Instant): boolean => expiresAt === null || now < expiresAt;
const hasSecret = (key: ApiKey, secret: string): boolean => sameSecret(key.secretHash, hashSecret(secret));

/** Who a live key makes a caller, whatever proved it. At its end a key has ended. */
export function callerOf(key: ApiKey | undefined, now: Instant): Caller | undefined {
  if (!key || !isLive(key, now)) return undefined;
  const { id, role, scope, federationId, organizationId, projectId, requestsPerMinute } = key;
  const place = { federationId, organizationId, projectId };
  return { kind: 'CLIENT', id, actor: { type: 'CALLER', id }, holds: [{ role, scope, place }], requestsPerMinute };
}

/** The caller whom a stored key and a presented secret prove, or undefined. Client credentials prove by their token. */
export const callerOfKey = (key: ApiKey | undefined, secret: string, now: Instant): Caller | undefined =>
  key?.kind === 'API_KEY' && hasSecret(key, secret) ? callerOf(key, now) : undefined;

/** Whether the secret is that of live client credentials. */
export const isClient = (key: ApiKey | undefined, secret: string, now: Instant): key is ApiKey =>
  key?.kind === 'CLIENT_CREDENTIALS' && hasSecret(key, secret) && isLive(key, now);

export const newApiKey = (id: string, wish: NewApiKey, secret: string, held: Held, now: Instant): ApiKey => ({
  id,
  version: 1,
  ...held.place,
  name: wish.name,
  role: wish.role,
  scope: wish.scope,
  kind: wish.kind,
  secretHash: hashSecret(secret),
  expiresAt: wish.expiresAt ?? null,
  requestsPerMinute: wish.requestsPerMinute ?? null,
  createdAt: now,
});

const audit = (verb: string, before: ApiKey | null, after: ApiKey | null, { id, federationId }: ApiKey) => ({
  federationId,
  action: `api-key.${verb}`,
  resource: { type: 'api-key', id },
  before: before && viewApiKey(before),
  after: after && viewApiKey(after),
});

export const planCreation = (key: ApiKey): Plan => ({
  writes: [apiKeyItem.create(key, () => 'stale'), parentExists.federation(key.federationId)],
  audit: [audit('create', null, key, key)],
  events: [],
});

export const planRemoval = (key: ApiKey): Plan => ({
  writes: [apiKeyItem.remove(key)],
  audit: [audit('delete', key, null, key)],
  events: [],
});

/** Who a key is, and plans for keys. Pure. */
import { frameOf } from '../api/view.ts';
import type { Plan } from '../platform/plan.ts';
import { formatInstantOrNull, type Instant } from '../platform/time.ts';
import { parentExists } from '../tenants/rules.ts';
import { hashSecret, sameSecret } from './keys.ts';
import type { Place } from './rights.ts';
import type { ApiKey, Caller, NewApiKey } from './schema.ts';
import { apiKeyItem } from './store.ts';

export const viewApiKey = (key: ApiKey) => ({
  ...frameOf({ ...key, updatedAt: key.createdAt, revision: 1 }),
  name: key.name,
  role: key.role,
  scope: key.scope,
  kind: 'API_KEY',
  expiresAt: formatInstantOrNull(key.expiresAt),
  federationId: key.federationId,
});

/** The caller whom a stored key and a presented secret prove, or undefined. At its end a key has ended. */
export function callerOf(key: ApiKey | undefined, secret: string, now: Instant): Caller | undefined {
  if (!key || !sameSecret(key.secretHash, hashSecret(secret))) return undefined;
  if (key.expiresAt !== null && now >= key.expiresAt) return undefined;
  const { id, role, scope, federationId, organizationId, projectId } = key;
  const place = { federationId, organizationId, projectId };
  return { kind: 'CLIENT', id, actor: { type: 'CALLER', id }, holds: [{ role, scope, place }] };
}

export const newApiKey = (id: string, wish: NewApiKey, secret: string, place: Place, now: Instant): ApiKey => ({
  id,
  version: 1,
  federationId: place.federationId,
  organizationId: place.organizationId,
  projectId: place.projectId,
  name: wish.name,
  role: wish.role,
  scope: wish.scope,
  secretHash: hashSecret(secret),
  expiresAt: wish.expiresAt ?? null,
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

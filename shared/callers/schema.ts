import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import type { Actor } from '../platform/plan.ts';
import { InstantText } from '../platform/time.ts';
import { Name } from '../tenants/schema.ts';

export const Role = z.enum([
  'OWNER',
  'ACCESS_ADMINISTRATOR',
  'REQUESTER',
  'INCIDENT_RESPONDER',
  'AUDITOR',
  'DATA_PLANE',
]);
export type Role = z.infer<typeof Role>;

export const Scope = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('FEDERATION'), id: idOf('fed') }),
  z.strictObject({ type: z.literal('ORGANIZATION'), id: idOf('org') }),
  z.strictObject({ type: z.literal('PROJECT'), id: idOf('prj') }),
  z.strictObject({ type: z.literal('CLUSTER'), id: idOf('cls') }),
]);
export type Scope = z.infer<typeof Scope>;

/** Where a scope's thing stands, so that a caller of a project can be shown what its project uses. */
const PLACE = {
  federationId: idOf('fed'),
  organizationId: idOf('org').optional(),
  projectId: idOf('prj').optional(),
};

/** One role in one scope, and where the scope's thing stands: stored as it is held. */
export const Held = z.object({ role: Role, scope: Scope, place: z.object(PLACE) });
export type Held = z.infer<typeof Held>;

export const ApiKeyKind = z.enum(['API_KEY', 'CLIENT_CREDENTIALS']);

/** Calls a minute. What is not set is bounded by `CALLS_PER_MINUTE` (use.ts). */
export const RequestsPerMinute = z.number().int().min(1).max(60_000);

/** A stored key: of the secret only its SHA-256 is kept. */
export const ApiKey = z.object({
  id: idOf('key'),
  version: z.number(),
  ...PLACE,
  name: z.string(),
  role: Role,
  scope: Scope,
  kind: ApiKeyKind.default('API_KEY'),
  secretHash: z.string(),
  expiresAt: z.number().nullable(),
  requestsPerMinute: z.number().nullable().default(null),
  createdAt: z.number(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const NewApiKey = z.strictObject({
  name: Name,
  role: Role,
  scope: Scope,
  kind: ApiKeyKind.default('API_KEY'),
  expiresAt: InstantText.nullable().optional(),
  requestsPerMinute: RequestsPerMinute.nullable().optional(),
});
export type NewApiKey = z.infer<typeof NewApiKey>;

/** Who calls, once proven. */
export interface Caller {
  /** BOOTSTRAP: an OWNER of everything, whatever it holds. */
  readonly kind: 'BOOTSTRAP' | 'CLIENT' | 'PERSON';
  /** Tells callers apart: whose idempotency keys, whose own grants, whose calls are counted. */
  readonly id: string;
  /** As the audit names it. */
  readonly actor: Actor;
  readonly holds: readonly Held[];
  /** Null: the limit that all have. */
  readonly requestsPerMinute: number | null;
}

export const BOOTSTRAP: Caller = {
  kind: 'BOOTSTRAP',
  id: 'bootstrap',
  actor: { type: 'CALLER', id: 'bootstrap' },
  holds: [],
  requestsPerMinute: null,
};

import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import type { Actor } from '../platform/plan.ts';
import { InstantText } from '../platform/time.ts';

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

/** A stored API key: of the secret only its SHA-256 is kept. */
export const ApiKey = z.object({
  id: idOf('key'),
  version: z.number(),
  federationId: idOf('fed'),
  /** Where the scope's thing stands, so that a key of a project can be shown what its project uses. */
  organizationId: idOf('org').optional(),
  projectId: idOf('prj').optional(),
  name: z.string(),
  role: Role,
  scope: Scope,
  secretHash: z.string(),
  expiresAt: z.number().nullable(),
  createdAt: z.number(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const NewApiKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: Role,
  scope: Scope,
  kind: z.literal('API_KEY').default('API_KEY'),
  expiresAt: InstantText.nullable().optional(),
});
export type NewApiKey = z.infer<typeof NewApiKey>;

/** One role in one scope, and where the scope's thing stands. */
export interface Held {
  readonly role: Role;
  readonly scope: Scope;
  readonly place: {
    readonly federationId: string;
    readonly organizationId?: string | undefined;
    readonly projectId?: string | undefined;
  };
}

/** Who calls, once proven. */
export interface Caller {
  /** BOOTSTRAP: an OWNER of everything, whatever it holds. */
  readonly kind: 'BOOTSTRAP' | 'CLIENT' | 'PERSON';
  /** Tells callers apart: whose idempotency keys, whose own grants. */
  readonly id: string;
  /** As the audit names it. */
  readonly actor: Actor;
  readonly holds: readonly Held[];
}

export const BOOTSTRAP: Caller = {
  kind: 'BOOTSTRAP',
  id: 'bootstrap',
  actor: { type: 'CALLER', id: 'bootstrap' },
  holds: [],
};

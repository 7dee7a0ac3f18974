/** Roles of people: what users and groups of a connected identity provider may do here (O1). */
import * as z from 'zod';
import { Held, Role, Scope } from '../callers/schema.ts';
import { Principal } from '../grants/schema.ts';
import { idOf } from '../platform/ids.ts';

export const RoleBinding = z.object({
  id: idOf('rbd'),
  version: z.number(),
  federationId: idOf('fed'),
  identityProviderId: idOf('idp'),
  principal: Principal,
  held: Held,
  createdBy: z.string(),
  createdAt: z.number(),
});
export type RoleBinding = z.infer<typeof RoleBinding>;

/** What one principal holds by its bindings: what is read when a person calls. */
export const PersonRoles = z.object({
  version: z.number(),
  /** A hash of the principal; where a page of the identity provider's principals goes on. */
  id: z.string(),
  identityProviderId: idOf('idp'),
  principal: Principal,
  bindings: z.array(z.object({ id: idOf('rbd'), held: Held })),
});
export type PersonRoles = z.infer<typeof PersonRoles>;

export const NewRoleBinding = z
  .strictObject({
    identityProviderId: idOf('idp'),
    principal: Principal,
    role: Role,
    scope: Scope,
  })
  .meta({ id: 'NewRoleBinding' });
export type NewRoleBinding = z.infer<typeof NewRoleBinding>;

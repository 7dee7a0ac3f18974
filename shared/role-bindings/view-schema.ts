import * as z from 'zod';
import { frame } from '../api/view.ts';
import { Role, Scope } from '../callers/schema.ts';
import { Principal } from '../grants/schema.ts';
import { idOf } from '../platform/ids.ts';

export const RoleBindingView = z
  .object({
    ...frame('rbd'),
    federationId: idOf('fed'),
    identityProviderId: idOf('idp'),
    principal: Principal,
    role: Role,
    scope: Scope,
    createdBy: z.string(),
  })
  .meta({ id: 'RoleBinding', description: 'What a user or group of an identity provider may do here.' });
export type RoleBindingView = z.infer<typeof RoleBindingView>;

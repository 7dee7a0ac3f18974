/** What several grants give together: the union of their roles, with custom roles resolved. Pure. */
import * as z from 'zod';
import { isForCluster, type Roles } from '../grants/roles.ts';
import { resolve } from './rules.ts';
import { type CustomRoles, RoleAction } from './schema.ts';

export const Union = z.object({
  roles: z.array(z.object({ role: z.string(), database: z.string() })),
  privileges: z.array(z.object({ role: z.string(), database: z.string(), collection: z.string().optional() })),
  /** What each custom role allows, with the custom roles that it inherits. */
  customRoles: z.array(z.object({ role: z.string(), actions: z.array(RoleAction) })),
});
export type Union = z.infer<typeof Union>;

/**
 * Each role once. Built-in and custom roles are given on `admin`; what custom roles inherit stands beside them, and their
 * actions under `customRoles`.
 */
export function unionOf(given: readonly Roles[], all: Pick<CustomRoles, 'roles'>): Union {
  const custom = resolve(
    all,
    given.flatMap((roles) => roles.custom),
  );
  const names = [
    ...given.flatMap(({ builtIn }) => builtIn ?? []),
    ...custom.customRoles.map(({ role }) => role),
    ...custom.builtIn.filter(({ role }) => isForCluster(role)).map(({ role }) => role),
  ];
  const privileges: Union['privileges'] = [
    ...given.flatMap((roles) => roles.privileges),
    ...custom.builtIn.filter(({ role }) => !isForCluster(role)),
  ];
  const byText = new Map(
    privileges.map((privilege) => [`${privilege.role}|${privilege.database}|${privilege.collection ?? ''}`, privilege]),
  );
  return {
    roles: [...new Set(names)].map((role) => ({ role, database: 'admin' })),
    privileges: [...byText.values()],
    customRoles: [...custom.customRoles.map(({ role, actions }) => ({ role, actions: [...actions] }))],
  };
}

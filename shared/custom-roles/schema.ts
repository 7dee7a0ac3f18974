import * as z from 'zod';
import { BuiltInRole, CustomRoleName, isBuiltIn, isForCluster } from '../grants/roles.ts';
import { idOf } from '../platform/ids.ts';
import { ACTIONS } from './actions.ts';

/** As Atlas bounds them, and so that all roles of a project fit into one item. */
export const CUSTOM_ROLES_MAX = 100;
const ACTIONS_MAX = ACTIONS.length;
const RESOURCES_MAX = 50;
const INHERITED_MAX = 50;

/** `""` is every database, or every collection. */
const DatabaseOrAll = z
  .string()
  .regex(/^[^/\\. "$*<>:|?\p{Cc}]{0,63}$/u, 'Give a database name of at most 63 characters, or "" for all.');
const CollectionOrAll = z
  .string()
  .regex(/^[^$\p{Cc}]{0,255}$/u, 'Give a collection name of at most 255 characters, or "" for all.');

export const Resource = z
  .union(
    [
      z.strictObject({ database: DatabaseOrAll, collection: CollectionOrAll }),
      z.strictObject({ cluster: z.literal(true) }),
    ],
    'Give {"database": …, "collection": …}, with "" for all, or {"cluster": true}.',
  )
  .meta({ id: 'Resource', description: 'A collection, a whole database, all of them (`""`), or the cluster itself.' });
export type Resource = z.infer<typeof Resource>;

export const RoleAction = z
  .strictObject({ action: z.enum(ACTIONS), resources: z.array(Resource).min(1).max(RESOURCES_MAX) })
  .meta({ id: 'RoleAction', description: 'One action, and what it is allowed on.' });
export type RoleAction = z.infer<typeof RoleAction>;

export const InheritedRole = z
  .strictObject({
    role: z.union([BuiltInRole, CustomRoleName]).describe('A built-in role, or a custom role of the same project.'),
    database: DatabaseOrAll.min(1, 'Give the database.').optional(),
  })
  .superRefine(({ role, database }, context) => {
    const message = inheritedFault(role, database);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['database'], message });
  })
  .meta({
    id: 'InheritedRole',
    description:
      'A built-in role with its database (`admin`, or left out, for one of a whole cluster), or a custom role.',
  });
export type InheritedRole = z.infer<typeof InheritedRole>;

function inheritedFault(role: string, database: string | undefined): string | undefined {
  if (!isBuiltIn(role)) return database === undefined ? undefined : 'A custom role has no database. Leave it out.';
  if (isForCluster(role)) {
    return database === undefined || database === 'admin' ? undefined : `${role} is inherited on the database admin.`;
  }
  return database === undefined ? `Give the database on which ${role} holds.` : undefined;
}

const definition = {
  actions: z.array(RoleAction).max(ACTIONS_MAX).default([]),
  inheritedRoles: z.array(InheritedRole).max(INHERITED_MAX).default([]),
};
const EMPTY = 'Give at least one action or inherited role.';
const isEmpty = ({ actions, inheritedRoles }: { actions: unknown[]; inheritedRoles: unknown[] }) =>
  actions.length + inheritedRoles.length === 0;

export const NewCustomRole = z
  .strictObject({ name: CustomRoleName, ...definition })
  .superRefine((role, context) => {
    if (isEmpty(role)) context.addIssue({ code: 'custom', path: ['actions'], message: EMPTY });
    if (isBuiltIn(role.name) || role.name.startsWith('xgen-')) {
      const message = `"${role.name}" is a name of MongoDB's own. Choose another one.`;
      context.addIssue({ code: 'custom', path: ['name'], message });
    }
  })
  .meta({ id: 'NewCustomRole' });
export type NewCustomRole = z.infer<typeof NewCustomRole>;

export const CustomRoleReplacement = z
  .strictObject({
    name: CustomRoleName.describe('If given, the one in the path: it is fixed.').optional(),
    ...definition,
  })
  .superRefine((role, context) => {
    if (isEmpty(role)) context.addIssue({ code: 'custom', path: ['actions'], message: EMPTY });
  })
  .meta({ id: 'CustomRoleReplacement' });
export type CustomRoleReplacement = z.infer<typeof CustomRoleReplacement>;

export const CustomRole = z.object({
  name: z.string(),
  revision: z.number(),
  actions: z.array(RoleAction),
  inheritedRoles: z.array(InheritedRole),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type CustomRole = z.infer<typeof CustomRole>;

/** All custom roles of a project in one item: what they inherit from each other is checked against what is there. */
export const CustomRoles = z.object({
  version: z.number(),
  projectId: idOf('prj'),
  roles: z.array(CustomRole),
});
export type CustomRoles = z.infer<typeof CustomRoles>;

/** What a grant gives (A1): at most one built-in role, custom roles, roles on a database or a collection. Pure. */
import * as z from 'zod';

/** MongoDB's built-in roles that hold for a whole cluster (MongoDB manual, Built-In Roles; Atlas, Built-in Roles). */
const CLUSTER_WIDE = [
  'atlasAdmin',
  'readAnyDatabase',
  'readWriteAnyDatabase',
  'dbAdminAnyDatabase',
  'userAdminAnyDatabase',
  'clusterAdmin',
  'clusterManager',
  'clusterMonitor',
  'hostManager',
  'enableSharding',
  'backup',
  'restore',
  'root',
] as const;
/** Those that are given on one database; the first two also on one collection. */
const ON_COLLECTION = ['read', 'readWrite'] as const;
const ON_DATABASE = [...ON_COLLECTION, 'dbAdmin', 'dbOwner', 'userAdmin'] as const;

export const BuiltInRole = z.enum([...ON_DATABASE, ...CLUSTER_WIDE]);
const clusterWide: readonly string[] = CLUSTER_WIDE;
const builtIn: readonly string[] = BuiltInRole.options;
/** Whether the role is one of MongoDB's own. */
export const isBuiltIn = (role: string): boolean => builtIn.includes(role);
/** Whether it is a built-in role that holds for a whole cluster, and is given on `admin`. */
export const isForCluster = (role: string): boolean => clusterWide.includes(role);

/** MongoDB refuses these characters in database names on any platform; 63 bytes at most. */
const DatabaseName = z
  .string()
  .regex(/^[^/\\. "$*<>:|?\p{Cc}]{1,63}$/u, 'Give a database name without /\\. "$*<>:|? of at most 63 characters.');
const CollectionName = z
  .string()
  .regex(/^[^$\p{Cc}]{1,255}$/u, 'Give a collection name without $ of at most 255 characters.');

const Privilege = z
  .strictObject({
    role: BuiltInRole,
    database: DatabaseName,
    collection: CollectionName.optional(),
  })
  .superRefine(({ role, database, collection }, context) => {
    const onCollection: readonly string[] = ON_COLLECTION;
    if (collection !== undefined && !onCollection.includes(role)) {
      const message = `${role} holds for a whole database. Leave the collection out, or give read or readWrite.`;
      context.addIssue({ code: 'custom', path: ['collection'], message });
    }
    if (isForCluster(role) && database !== 'admin') {
      context.addIssue({ code: 'custom', path: ['database'], message: `${role} is given on the database admin.` });
    }
  })
  .meta({
    id: 'Privilege',
    description: 'A built-in role on one database, or (read and readWrite) on one collection.',
  });
export type Privilege = z.infer<typeof Privilege>;

export const CustomRoleName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,100}$/, 'Give a name of 1 to 100 letters, digits, - and _.');

/** More in one grant is a custom role. */
const MOST = 100;

export const Roles = z
  .strictObject({
    builtIn: z.enum(CLUSTER_WIDE).describe('For a whole cluster.').optional(),
    custom: z.array(CustomRoleName).max(MOST).describe('Custom roles of the project, by name.').default([]),
    privileges: z.array(Privilege).max(MOST).default([]),
  })
  .refine(({ builtIn, custom, privileges }) => builtIn !== undefined || custom.length + privileges.length > 0, {
    message: 'Give at least one role: builtIn, custom or privileges.',
  })
  .meta({ id: 'Roles', description: 'What a grant gives: at least one role, of whatever kind.' });
export type Roles = z.infer<typeof Roles>;

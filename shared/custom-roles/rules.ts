/** Custom roles of a project: what they may inherit, who needs them, and what they come to. Pure. */
import { etagOf } from '../api/etag.ts';
import { isBuiltIn, isForCluster } from '../grants/roles.ts';
import type { FieldError } from '../platform/problems.ts';
import { formatInstant, type Instant } from '../platform/time.ts';
import type { Project } from '../tenants/schema.ts';
import type { CustomRole, CustomRoles, InheritedRole, RoleAction } from './schema.ts';
import type { CustomRoleView } from './view-schema.ts';

/** An item holds 400 KB; the rest is for what stands beside the roles. */
const BYTES_MAX = 300_000;
/** The audit keeps one role before and after a change in one item. */
const ROLE_BYTES_MAX = 180_000;

export const newCustomRoles = (projectId: string): CustomRoles => ({ version: 0, projectId, roles: [] });

export const roleNamed = ({ roles }: Pick<CustomRoles, 'roles'>, name: string): CustomRole | undefined =>
  roles.find((role) => role.name === name);

export const viewCustomRole = ({ id, federationId }: Project, role: CustomRole): CustomRoleView => ({
  id: role.name,
  name: role.name,
  createdAt: formatInstant(role.createdAt),
  updatedAt: formatInstant(role.updatedAt),
  etag: etagOf(role.revision),
  projectId: id,
  federationId,
  actions: role.actions,
  inheritedRoles: role.inheritedRoles,
});

export const newRole = (wish: Pick<CustomRole, 'name' | 'actions' | 'inheritedRoles'>, now: Instant): CustomRole => ({
  ...wish,
  revision: 1,
  createdAt: now,
  updatedAt: now,
});

/** The roles with this one in its place, or added. */
export const withRole = (all: CustomRoles, role: CustomRole): CustomRoles => ({
  ...all,
  roles: [...all.roles.filter(({ name }) => name !== role.name), role],
});
export const withoutRole = (all: CustomRoles, name: string): CustomRoles => ({
  ...all,
  roles: all.roles.filter((role) => role.name !== name),
});

/** What keeps the role from standing among the others: an inherited role that is not there, or a cycle. */
export function roleFaults(all: CustomRoles, role: CustomRole): FieldError[] {
  const after = withRole(all, role);
  const inherited = role.inheritedRoles.flatMap((one, index): FieldError[] => {
    const pointer = `/inheritedRoles/${index}/role`;
    if (isBuiltIn(one.role)) return [];
    if (!roleNamed(after, one.role)) {
      return [{ pointer, message: `The project has no custom role "${one.role}", and MongoDB no such built-in one.` }];
    }
    const path = pathBetween(after, one.role, role.name);
    if (!path) return [];
    const message = `"${role.name}" would inherit itself: ${[role.name, ...path].join(' → ')}. Take one of them out.`;
    return [{ pointer, message }];
  });
  return [...inherited, ...sizeFaults(after, role)];
}

function sizeFaults(all: CustomRoles, role: CustomRole): FieldError[] {
  const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  const faults = (message: string): FieldError[] => [{ pointer: '/actions', message }];
  if (bytesOf(role) > ROLE_BYTES_MAX) {
    return faults(`A custom role has at most ${ROLE_BYTES_MAX} bytes. Name fewer resources, or make two of it.`);
  }
  if (bytesOf(all) <= BYTES_MAX) return [];
  return faults(`The custom roles of one project have at most ${BYTES_MAX} bytes together. Name fewer resources.`);
}

/** Along which names the one inherits the other; undefined: it does not. */
function pathBetween(all: CustomRoles, from: string, to: string): string[] | undefined {
  const paths = [[from]];
  const seen = new Set<string>();
  for (let path = paths.shift(); path; path = paths.shift()) {
    const last = path.at(-1) ?? from;
    if (last === to) return path;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const { role } of roleNamed(all, last)?.inheritedRoles ?? [])
      if (!isBuiltIn(role)) paths.push([...path, role]);
  }
  return undefined;
}

/** Custom roles that inherit this one directly. */
export const heirsOf = ({ roles }: CustomRoles, name: string): string[] =>
  roles.filter(({ inheritedRoles }) => inheritedRoles.some(({ role }) => role === name)).map((role) => role.name);

/** What custom roles come to, with all that they inherit. */
export interface Resolved {
  /** Of each that was named: its actions and those of the custom roles that it inherits. */
  readonly customRoles: readonly { readonly role: string; readonly actions: readonly RoleAction[] }[];
  /** Built-in roles that are inherited, each with its database. */
  readonly builtIn: readonly { readonly role: string; readonly database: string }[];
}

/** A name that is not there gives nothing: a role cannot be deleted while a grant names it, and if it were, it is gone. */
export function resolve(all: Pick<CustomRoles, 'roles'>, names: readonly string[]): Resolved {
  const known = [...new Set(names)].filter((name) => roleNamed(all, name));
  const builtIn = new Map<string, { role: string; database: string }>();
  const customRoles = known.map((name) => {
    const closure = closureOf(all, name);
    for (const { inheritedRoles } of closure) {
      for (const inherited of inheritedRoles) {
        if (!isBuiltIn(inherited.role)) continue;
        const given = { role: inherited.role, database: databaseOf(inherited) };
        builtIn.set(`${given.role}|${given.database}`, given);
      }
    }
    return { role: name, actions: closure.flatMap(({ actions }) => actions) };
  });
  return { customRoles, builtIn: [...builtIn.values()] };
}

const databaseOf = ({ role, database }: InheritedRole): string =>
  isForCluster(role) ? 'admin' : (database ?? 'admin');

/** The role and every custom role that it inherits, each once. */
function closureOf(all: Pick<CustomRoles, 'roles'>, name: string): CustomRole[] {
  const found = new Map<string, CustomRole>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const role = roleNamed(all, next);
    if (!role || found.has(next)) continue;
    found.set(next, role);
    waiting.push(...role.inheritedRoles.map((inherited) => inherited.role));
  }
  return [...found.values()];
}

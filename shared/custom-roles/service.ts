/** What callers ask of custom roles. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import { orderSync } from '../sync/orders.ts';
import { parentExists } from '../tenants/rules.ts';
import type { Project } from '../tenants/schema.ts';
import { planCustomRoles } from './plans.ts';
import { heirsOf, newRole, roleFaults, roleNamed, viewCustomRole, withoutRole, withRole } from './rules.ts';
import { CUSTOM_ROLES_MAX, type CustomRole, type CustomRoleReplacement, type NewCustomRole } from './schema.ts';
import { customRolesOf } from './store.ts';

export interface CustomRoleParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  /** Live grants of the project that name the role, up to `limit`. */
  readonly grantsWithRole: (project: Project, name: string, limit: number) => Promise<string[]>;
}

/** What a refusal to delete names of each kind; the message says that there are more. */
const NAMED_MAX = 3;
const named = (all: readonly string[]): string =>
  `${all.slice(0, NAMED_MAX).join(', ')}${all.length > NAMED_MAX ? ' and more' : ''}`;

export const customRoleService = ({ table, ids, pager, grantsWithRole }: CustomRoleParts) => {
  /** @throws Problem `not-found` */
  const present = async (project: Project, name: string) => {
    const all = await customRolesOf(table, project.id);
    const role = roleNamed(all, name);
    if (!role) throw new Problem('not-found', {});
    return { all, role };
  };

  const checkFaults = (all: Parameters<typeof roleFaults>[0], role: CustomRole): void => {
    const errors = roleFaults(all, role);
    if (errors.length > 0) throw new Problem('invalid-body', {}, { errors });
  };

  return {
    /** @throws Problem `name-taken` · `invalid-body` for a cycle or what is not there */
    create: (call: Call, project: Project, wish: NewCustomRole) =>
      call.transact(async (now) => {
        const all = await customRolesOf(table, project.id);
        if (roleNamed(all, wish.name)) throw new Problem('name-taken', { name: wish.name, heldBy: 'a custom role' });
        if (all.roles.length >= CUSTOM_ROLES_MAX) {
          throw refuseField('/name', `A project has at most ${CUSTOM_ROLES_MAX} custom roles.`);
        }
        const role = newRole(wish, now);
        checkFaults(all, role);
        const plan = planCustomRoles(project, withRole(all, role), { verb: 'create', before: null, after: role });
        const writes = [...plan.writes, parentExists.project(project.id)];
        return { plan: { ...plan, writes }, view: viewCustomRole(project, role) };
      }),

    /** Takes effect on running grants at once: verdicts read the role as it is, and clusters that hold it are looked at. @throws as `create`, and `not-found` */
    replace: (call: Call, project: Project, name: string, wish: CustomRoleReplacement) =>
      call.transact(async (now) => {
        const { all, role: before } = await present(project, name);
        checkIfMatch(call.ifMatch, before.revision);
        if (wish.name !== undefined && wish.name !== name) {
          throw refuseField('/name', `The name is fixed: "${name}". Create another role instead.`);
        }
        const { actions, inheritedRoles } = wish;
        const after = { ...before, actions, inheritedRoles, revision: before.revision + 1, updatedAt: now };
        checkFaults(all, after);
        const changed = planCustomRoles(project, withRole(all, after), { verb: 'change', before, after });
        const look = orderSync({ kind: 'PROJECT', projectId: project.id }, ids.next('evt'), now);
        const plan = { ...changed, writes: [...changed.writes, look] };
        return { plan, view: viewCustomRole(project, after) };
      }),

    /** @throws Problem `still-in-use` while a live grant or another role names it */
    remove: (call: Call, project: Project, name: string) =>
      call.transact(async () => {
        const { all, role } = await present(project, name);
        checkIfMatch(call.ifMatch, role.revision);
        const [heirs, grants] = [heirsOf(all, name), await grantsWithRole(project, name, NAMED_MAX + 1)];
        const users = [
          ...(grants.length > 0 ? [`live grants (${named(grants)})`] : []),
          ...(heirs.length > 0 ? [`roles that inherit it (${named(heirs)})`] : []),
        ];
        if (users.length > 0) throw new Problem('still-in-use', { id: name, users: users.join(' and ') });
        const plan = planCustomRoles(project, withoutRole(all, name), { verb: 'delete', before: role, after: null });
        return { plan, view: viewCustomRole(project, role) };
      }),

    show: async (project: Project, name: string) => viewCustomRole(project, (await present(project, name)).role),

    async list(project: Project, query: ListQuery) {
      const { roles } = await customRolesOf(table, project.id);
      return pager.cut(roles, query, `custom-roles ${project.id}`, {
        idOf: ({ name }) => name,
        view: (role) => viewCustomRole(project, role),
      });
    },
  };
};
export type CustomRoleService = ReturnType<typeof customRoleService>;

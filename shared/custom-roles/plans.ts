/** Plans for custom roles. Pure. */
import type { Plan } from '../platform/plan.ts';
import type { Project } from '../tenants/schema.ts';
import { viewCustomRole } from './rules.ts';
import type { CustomRole, CustomRoles } from './schema.ts';
import { customRolesItem } from './store.ts';

export const planCustomRoles = (
  project: Project,
  all: CustomRoles,
  change: { readonly verb: string; readonly before: CustomRole | null; readonly after: CustomRole | null },
): Plan => {
  const { before, after, verb } = change;
  const view = (role: CustomRole | null) => role && viewCustomRole(project, role);
  return {
    writes: [
      all.version === 0 ? customRolesItem.create({ ...all, version: 1 }, () => 'stale') : customRolesItem.replace(all),
    ],
    audit: [
      {
        federationId: project.federationId,
        action: `custom-role.${verb}`,
        resource: { type: 'custom-role', id: `${project.id}/${(after ?? before)?.name}` },
        before: view(before),
        after: view(after),
      },
    ],
    events: [],
  };
};

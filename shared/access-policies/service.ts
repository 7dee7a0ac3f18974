/** What callers ask of a project's access policy. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { clusterKey } from '../clusters/store.ts';
import { customRolesOf } from '../custom-roles/store.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import { keyText, type Table } from '../platform/table.ts';
import { parentExists } from '../tenants/rules.ts';
import type { Project } from '../tenants/schema.ts';
import { newPolicy, replaced, viewPolicy } from './rules.ts';
import type { AccessPolicy, AccessPolicyReplacement } from './schema.ts';
import { accessPolicyItem, accessPolicyKey } from './store.ts';

export const accessPolicyService = ({ table }: { readonly table: Table }) => {
  const present = async (project: Project, now: number): Promise<AccessPolicy> =>
    (await accessPolicyItem.read(table, accessPolicyKey(project.id))) ?? newPolicy(project, now);

  /** Clusters and custom roles that rules name and the project does not have: such a rule would match nothing. */
  const namingFaults = async (project: Project, { rules }: AccessPolicyReplacement): Promise<FieldError[]> => {
    const clusterIds = [...new Set(rules.flatMap((rule) => rule.clusterIds ?? []))];
    const [clusters, { roles }] = await Promise.all([
      table.batchGet(clusterIds.map(clusterKey)),
      customRolesOf(table, project.id),
    ]);
    return rules.flatMap((rule, index) => [
      ...(rule.clusterIds ?? []).flatMap((id, at) =>
        clusters.get(keyText(clusterKey(id)))?.projectId === project.id
          ? []
          : [{ pointer: `/rules/${index}/clusterIds/${at}`, message: `${project.id} has no cluster ${id}.` }],
      ),
      ...(rule.customRoles ?? []).flatMap((name, at) =>
        roles.some((role) => role.name === name)
          ? []
          : [{ pointer: `/rules/${index}/customRoles/${at}`, message: `The project has no custom role "${name}".` }],
      ),
    ]);
  };

  return {
    show: async (call: Call, project: Project) => viewPolicy(await present(project, call.now)),

    /** Counts for grants and extensions from now on; grants that run go on. @throws Problem `invalid-body` */
    replace: (call: Call, project: Project, wish: AccessPolicyReplacement) =>
      call.transact(async (now) => {
        const before = await present(project, now);
        checkIfMatch(call.ifMatch, before.revision);
        const errors = await namingFaults(project, wish);
        if (errors.length > 0) throw new Problem('invalid-body', {}, { errors });
        const after = replaced(before, wish, now);
        const isNew = before.version === 0;
        const write = isNew
          ? [accessPolicyItem.create({ ...after, version: 1 }, () => 'stale'), parentExists.project(project.id)]
          : [accessPolicyItem.replace(after)];
        const audit = {
          federationId: project.federationId,
          action: 'access-policy.change',
          resource: { type: 'access-policy', id: project.id },
          before: isNew ? null : viewPolicy(before),
          after: viewPolicy(after),
        };
        return { plan: { writes: write, audit: [audit], events: [] }, view: viewPolicy(after) };
      }),
  };
};
export type AccessPolicyService = ReturnType<typeof accessPolicyService>;

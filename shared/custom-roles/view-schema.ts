import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { InheritedRole, RoleAction } from './schema.ts';

export const CustomRoleView = z
  .object({
    id: z.string().describe('Its name: unique in the project, and fixed.'),
    name: z.string(),
    createdAt: InstantShown,
    updatedAt: InstantShown,
    etag: z.string().describe('Entity tag, also in the header `ETag`: give it to `If-Match`.'),
    projectId: idOf('prj'),
    federationId: idOf('fed'),
    actions: z.array(RoleAction),
    inheritedRoles: z.array(InheritedRole),
  })
  .meta({ id: 'CustomRole', description: 'A role of the project’s own: actions on resources, and roles it inherits.' });
export type CustomRoleView = z.infer<typeof CustomRoleView>;

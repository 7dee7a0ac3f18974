import { itemKind } from '../platform/item.ts';
import type { Key, Table } from '../platform/table.ts';
import { newCustomRoles } from './rules.ts';
import { CustomRoles } from './schema.ts';

export const customRolesItem = itemKind<CustomRoles>({
  name: 'CUSTOM_ROLES',
  schema: CustomRoles,
  key: ({ projectId }) => customRolesKey(projectId),
});
export const customRolesKey = (projectId: string): Key => ({ pk: projectId, sk: 'CUSTOM_ROLES' });

/** As of now (consistent read); none if there never was one. */
export const customRolesOf = async (table: Table, projectId: string): Promise<CustomRoles> =>
  (await customRolesItem.read(table, customRolesKey(projectId))) ?? newCustomRoles(projectId);

import { itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { AccessPolicy } from './schema.ts';

export const accessPolicyItem = itemKind<AccessPolicy>({
  name: 'ACCESS_POLICY',
  schema: AccessPolicy,
  key: ({ projectId }) => accessPolicyKey(projectId),
});
export const accessPolicyKey = (projectId: string): Key => ({ pk: projectId, sk: 'ACCESS_POLICY' });

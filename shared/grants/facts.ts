/** What is read before a grant is made, or looked at again: everything that may speak against it (consistent reads). */
import type { AccessPolicy } from '../access-policies/schema.ts';
import { accessPolicyItem, accessPolicyKey } from '../access-policies/store.ts';
import { clusterKey } from '../clusters/store.ts';
import type { Connection } from '../connections/schema.ts';
import { connectionItem, connectionKey } from '../connections/store.ts';
import { newCustomRoles } from '../custom-roles/rules.ts';
import type { CustomRoles } from '../custom-roles/schema.ts';
import { customRolesItem, customRolesKey } from '../custom-roles/store.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import { absence, keyText, type Table, type Write } from '../platform/table.ts';
import type { Project } from '../tenants/schema.ts';

export interface Facts {
  readonly project: Pick<Project, 'id' | 'federationId' | 'organizationId'>;
  readonly identityProvider: IdentityProvider | undefined;
  readonly connection: Connection | undefined;
  /** Of the clusters that the wish names, those that the project has. */
  readonly presentClusterIds: ReadonlySet<string>;
  readonly customRoles: CustomRoles;
  readonly policy: AccessPolicy | undefined;
}

export async function factsFor(
  table: Table,
  project: Facts['project'],
  { identityProviderId, clusterIds }: { readonly identityProviderId: string; readonly clusterIds: readonly string[] },
): Promise<Facts> {
  const keys = {
    identityProvider: identityProviderKey(identityProviderId),
    connection: connectionKey(project.organizationId, identityProviderId),
    customRoles: customRolesKey(project.id),
    policy: accessPolicyKey(project.id),
  };
  const found = await table.batchGet([...Object.values(keys), ...clusterIds.map(clusterKey)]);
  const identityProvider = found.get(keyText(keys.identityProvider));
  const connection = found.get(keyText(keys.connection));
  const customRoles = found.get(keyText(keys.customRoles));
  const policy = found.get(keyText(keys.policy));
  return {
    project,
    identityProvider: identityProvider && identityProviderItem.parse(identityProvider),
    connection: connection && connectionItem.parse(connection),
    presentClusterIds: new Set(clusterIds.filter((id) => found.get(keyText(clusterKey(id)))?.projectId === project.id)),
    customRoles: customRoles ? customRolesItem.parse(customRoles) : newCustomRoles(project.id),
    policy: policy && accessPolicyItem.parse(policy),
  };
}

/** Refuses the plan when the policy that it was held against is another one by now. */
export const policyUnchanged = ({ project, policy }: Pick<Facts, 'project' | 'policy'>): Write =>
  policy ? accessPolicyItem.unchanged(policy) : absence(accessPolicyKey(project.id));

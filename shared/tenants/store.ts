import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';
import { Federation, Organization, Project } from './schema.ts';

/** All federations hang under one root, so that the bootstrap key can list them. */
export const ROOT = 'ROOT';

export const federationItem = itemKind<Federation>({
  name: 'FEDERATION',
  schema: Federation,
  key: ({ id }) => federationKey(id),
  parentKey: () => childrenOf(ROOT, 'FEDERATION'),
});
export const federationKey = (id: string): Key => ({ pk: id, sk: 'FEDERATION' });

export const organizationItem = itemKind<Organization>({
  name: 'ORGANIZATION',
  schema: Organization,
  key: ({ id }) => organizationKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'ORGANIZATION'),
});
export const organizationKey = (id: string): Key => ({ pk: id, sk: 'ORGANIZATION' });

export const projectItem = itemKind<Project>({
  name: 'PROJECT',
  schema: Project,
  key: ({ id }) => projectKey(id),
  parentKey: ({ organizationId }) => childrenOf(organizationId, 'PROJECT'),
});
export const projectKey = (id: string): Key => ({ pk: id, sk: 'PROJECT' });

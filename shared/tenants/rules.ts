/** Plans for the tree of tenants. Pure. */
import { firstVersion, frameOf } from '../api/view.ts';
import { claim, release } from '../platform/claim.ts';
import type { ItemKind } from '../platform/item.ts';
import type { Plan } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Write } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import type { Federation, Organization, Project, TenantChange } from './schema.ts';
import { federationItem, federationKey, organizationItem, organizationKey, projectItem, projectKey } from './store.ts';
import type { FederationView, OrganizationView, ProjectView } from './view-schema.ts';

export const viewFederation = (federation: Federation): FederationView => ({
  ...frameOf(federation),
  name: federation.name,
});
export const viewOrganization = (organization: Organization): OrganizationView => ({
  ...frameOf(organization),
  name: organization.name,
  federationId: organization.federationId,
});
export const viewProject = (project: Project): ProjectView => ({
  ...frameOf(project),
  name: project.name,
  organizationId: project.organizationId,
  federationId: project.federationId,
});

interface Named {
  readonly id: string;
  readonly version: number;
  readonly revision: number;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How a kind of tenant is written and shown. */
interface TenantKind<T extends Named, View = unknown> {
  /** As audit and problems call it. */
  readonly word: string;
  readonly item: ItemKind<T>;
  readonly view: (thing: T) => View;
  readonly federationOf: (thing: T) => string;
  /** Within which names are unique; null: they need not be. */
  readonly parentOf: (thing: T) => string | null;
}

const asIs = <T extends Named, View>(kind: TenantKind<T, View>): TenantKind<T, View> => kind;
export const FEDERATION = asIs<Federation, FederationView>({
  word: 'federation',
  item: federationItem,
  view: viewFederation,
  federationOf: ({ id }) => id,
  parentOf: () => null, // federations are strangers to each other: one must not learn another's name by trying it
});
export const ORGANIZATION = asIs<Organization, OrganizationView>({
  word: 'organization',
  item: organizationItem,
  view: viewOrganization,
  federationOf: ({ federationId }) => federationId,
  parentOf: ({ federationId }) => federationId,
});
export const PROJECT = asIs<Project, ProjectView>({
  word: 'project',
  item: projectItem,
  view: viewProject,
  federationOf: ({ federationId }) => federationId,
  parentOf: ({ organizationId }) => organizationId,
});

export const newFederation = (id: string, name: string, now: Instant): Federation => ({
  id,
  name,
  ...firstVersion(now),
});
export const newOrganization = (id: string, name: string, parent: Federation, now: Instant): Organization => ({
  id,
  federationId: parent.id,
  name,
  ...firstVersion(now),
});
export const newProject = (id: string, name: string, parent: Organization, now: Instant): Project => ({
  id,
  federationId: parent.federationId,
  organizationId: parent.id,
  name,
  ...firstVersion(now),
});

/** The parent must still be there when its child is written. */
export const parentExists = {
  federation: (id: string): Write => federationItem.exists(federationKey(id), () => new Problem('not-found', {})),
  organization: (id: string): Write => organizationItem.exists(organizationKey(id), () => new Problem('not-found', {})),
  project: (id: string): Write => projectItem.exists(projectKey(id), () => new Problem('not-found', {})),
};

const nameScope = (parentId: string, word: string): string => `${parentId}#${word}`;

/** Names are unique under their parent. */
export const claimName = (parentId: string, word: string, name: string, id: string): Write =>
  claim(nameScope(parentId, word), name, id, (heldBy) => new Problem('name-taken', { name, heldBy }));
export const releaseName = (parentId: string, word: string, name: string, id: string): Write =>
  release(nameScope(parentId, word), name, id);

const audit = <T extends Named>(kind: TenantKind<T>, verb: string, before: T | null, after: T | null) => {
  const thing = after ?? before;
  if (!thing) throw new Error('a change has a before or an after');
  return {
    federationId: kind.federationOf(thing),
    action: `${kind.word}.${verb}`,
    resource: { type: kind.word, id: thing.id },
    before: before && kind.view(before),
    after: after && kind.view(after),
  };
};

export function planCreation<T extends Named>(kind: TenantKind<T>, thing: T, parent: readonly Write[]): Plan {
  const parentId = kind.parentOf(thing);
  const name = parentId === null ? [] : [claimName(parentId, kind.word, thing.name, thing.id)];
  const created = kind.item.create(thing, () => 'stale');
  return { writes: [created, ...parent, ...name], audit: [audit(kind, 'create', null, thing)], events: [] };
}

/** The thing as the change makes it; itself when nothing changes. */
export const changed = <T extends Named>(thing: T, change: TenantChange, now: Instant): T =>
  change.name === undefined || change.name === thing.name
    ? thing
    : { ...thing, name: change.name, revision: thing.revision + 1, updatedAt: now };

export function planChange<T extends Named>(kind: TenantKind<T>, before: T, after: T): Plan {
  if (after === before) return { writes: [kind.item.unchanged(before)], audit: [], events: [] };
  const parentId = kind.parentOf(after);
  const names =
    parentId === null
      ? []
      : [
          releaseName(parentId, kind.word, before.name, before.id),
          claimName(parentId, kind.word, after.name, after.id),
        ];
  return { writes: [kind.item.replace(after), ...names], audit: [audit(kind, 'change', before, after)], events: [] };
}

export function planRemoval<T extends Named>(kind: TenantKind<T>, thing: T): Plan {
  const parentId = kind.parentOf(thing);
  const name = parentId === null ? [] : [releaseName(parentId, kind.word, thing.name, thing.id)];
  return { writes: [kind.item.remove(thing), ...name], audit: [audit(kind, 'delete', thing, null)], events: [] };
}

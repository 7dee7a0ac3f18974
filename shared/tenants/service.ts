/** What callers ask of federations, organizations and projects. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { List, ListQuery, Pager } from '../api/paging.ts';
import { allows, authorize, type Place } from '../callers/rights.ts';
import { apiKeyItem } from '../callers/store.ts';
import { childrenPage, firstChildren } from '../platform/children.ts';
import type { Ids } from '../platform/ids.ts';
import type { ItemKind } from '../platform/item.ts';
import { Problem } from '../platform/problems.ts';
import type { Key, Table, Write } from '../platform/table.ts';
import * as rules from './rules.ts';
import type { Federation, NewTenant, Organization, Project, TenantChange } from './schema.ts';
import * as store from './store.ts';
import type { FederationView } from './view-schema.ts';

export interface TenantParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  /** Identity providers that an organization is connected to, or whose access there is still being ended. */
  readonly connectedTo: (organizationId: string) => Promise<string[]>;
}

/** What a refusal to delete names of each kind; the message says that there are more. */
const NAMED_MAX = 3;
const namedText = (ids: readonly string[]): string =>
  `${ids.slice(0, NAMED_MAX).join(', ')}${ids.length > NAMED_MAX ? ' and more' : ''}`;

/** API keys that go with their federation in one transaction, which takes 100 items. */
const KEYS_MAX = 50;

/** What keeps a tenant from being deleted: the kinds of its children, and how a message calls them. */
type Children = Readonly<Record<string, string>>;
const FEDERATION_CHILDREN: Children = {
  ORGANIZATION: 'organizations',
  IDENTITY_PROVIDER: 'identity providers',
  DOMAIN: 'domains',
  CALLER_ISSUER: 'caller issuers',
  FREEZE: 'freezes',
  WEBHOOK: 'webhooks',
  HOOK: 'hooks',
};
const ORGANIZATION_CHILDREN: Children = { PROJECT: 'projects' };
const PROJECT_CHILDREN: Children = { CLUSTER: 'clusters' };

const placeOf = {
  federation: ({ id }: Federation): Place => ({ federationId: id }),
  organization: ({ id, federationId }: Organization): Place => ({ federationId, organizationId: id }),
  project: ({ id, federationId, organizationId }: Project): Place => ({ federationId, organizationId, projectId: id }),
};

export const tenantService = ({ table, ids, pager, connectedTo }: TenantParts) => {
  /** @throws Problem `not-found` · `forbidden` */
  const found = async <T extends { version: number }>(
    call: Call,
    item: ItemKind<T>,
    key: Key,
    place: (thing: T) => Place,
  ): Promise<T> => {
    const thing = await item.read(table, key);
    if (!thing) throw new Problem('not-found', {});
    authorize(call, place(thing));
    return thing;
  };
  const federation = (call: Call, id: string) =>
    found(call, store.federationItem, store.federationKey(id), placeOf.federation);
  const organization = (call: Call, id: string) =>
    found(call, store.organizationItem, store.organizationKey(id), placeOf.organization);
  const project = (call: Call, id: string) => found(call, store.projectItem, store.projectKey(id), placeOf.project);

  type Kind<T extends Federation, View> = Parameters<typeof rules.planCreation<T>>[0] & { view(thing: T): View };

  const change = <T extends Federation, View>(call: Call, kind: Kind<T, View>, id: string, wish: TenantChange) =>
    call.transact(async (now) => {
      const before = await fresh(kind, id);
      checkIfMatch(call.ifMatch, before.revision);
      const after = rules.changed(before, wish, now);
      return { plan: rules.planChange(kind, before, after), view: kind.view(after) };
    });

  /** Its keys open nothing without it, and one of them may be what deletes it: they go with it. */
  const removalOfKeys = async (federationId: string): Promise<Write[]> => {
    const { items, last } = await childrenPage(table, apiKeyItem, federationId, { limit: KEYS_MAX });
    if (last !== undefined)
      throw new Problem('still-in-use', { id: federationId, users: `more than ${KEYS_MAX} API keys` });
    return items.map((key) => apiKeyItem.remove(key));
  };

  const remove = <T extends Federation, View>(
    call: Call,
    kind: Kind<T, View>,
    id: string,
    children: Children,
    more: { readonly users?: () => Promise<string[]>; readonly alongside?: () => Promise<Write[]> } = {},
  ) =>
    call.transact(async () => {
      const thing = await fresh(kind, id);
      checkIfMatch(call.ifMatch, thing.revision);
      const present = await Promise.all(
        Object.entries(children).map(async ([name, word]) => {
          const some = await firstChildren(table, id, name, NAMED_MAX + 1);
          return some.length === 0 ? [] : [`${word} (${namedText(some)})`];
        }),
      );
      const users = [...present.flat(), ...((await more.users?.()) ?? [])];
      if (users.length > 0) throw new Problem('still-in-use', { id, users: users.join(' and ') });
      const plan = rules.planRemoval(kind, thing);
      const alongside = (await more.alongside?.()) ?? [];
      return { plan: { ...plan, writes: [...plan.writes, ...alongside] }, view: kind.view(thing) };
    });

  /** As of now; it was there when the caller was let in. */
  const fresh = async <T extends Federation, View>(kind: Kind<T, View>, id: string): Promise<T> => {
    const thing = await kind.item.read(table, { pk: id, sk: kind.item.name });
    if (!thing) throw new Problem('not-found', {});
    return thing;
  };

  const list = <T extends Federation, View>(kind: Kind<T, View>, parentId: string, query: ListQuery) =>
    listChildren({ table, pager }, kind.item, parentId, query, (all) => all.map(kind.view));

  return {
    federation,
    organization,
    project,

    createFederation: (call: Call, { name }: NewTenant) =>
      call.transact(async (now) => {
        const created = rules.newFederation(ids.next('fed'), name, now);
        return { plan: rules.planCreation(rules.FEDERATION, created, []), view: rules.viewFederation(created) };
      }),
    createOrganization: (call: Call, parent: Federation, { name }: NewTenant) =>
      call.transact(async (now) => {
        const created = rules.newOrganization(ids.next('org'), name, parent, now);
        const plan = rules.planCreation(rules.ORGANIZATION, created, [rules.parentExists.federation(parent.id)]);
        return { plan, view: rules.viewOrganization(created) };
      }),
    createProject: (call: Call, parent: Organization, { name }: NewTenant) =>
      call.transact(async (now) => {
        const created = rules.newProject(ids.next('prj'), name, parent, now);
        const plan = rules.planCreation(rules.PROJECT, created, [rules.parentExists.organization(parent.id)]);
        return { plan, view: rules.viewProject(created) };
      }),

    /** The bootstrap key sees all federations, another caller its own. */
    async listFederations(call: Call, query: ListQuery): Promise<List<FederationView>> {
      if (call.caller.kind === 'BOOTSTRAP') return list(rules.FEDERATION, store.ROOT, query);
      const own = call.caller.holds
        .filter(({ role, scope }) => scope.type === 'FEDERATION' && allows(role, call.action))
        .map(({ scope }) => store.federationKey(scope.id));
      const found = await table.batchGet(own);
      const federations = [...found.values()].map((item) => store.federationItem.parse(item));
      return pager.cut(federations, query, `federation ${call.caller.id}`, {
        idOf: ({ id }) => id,
        view: rules.viewFederation,
      });
    },
    listOrganizations: (parent: Federation, query: ListQuery) => list(rules.ORGANIZATION, parent.id, query),
    listProjects: (parent: Organization, query: ListQuery) => list(rules.PROJECT, parent.id, query),

    changeFederation: (call: Call, { id }: Federation, wish: TenantChange) => change(call, rules.FEDERATION, id, wish),
    changeOrganization: (call: Call, { id }: Organization, wish: TenantChange) =>
      change(call, rules.ORGANIZATION, id, wish),
    changeProject: (call: Call, { id }: Project, wish: TenantChange) => change(call, rules.PROJECT, id, wish),

    removeFederation: (call: Call, { id }: Federation) =>
      remove(call, rules.FEDERATION, id, FEDERATION_CHILDREN, { alongside: () => removalOfKeys(id) }),
    removeOrganization: (call: Call, { id }: Organization) =>
      remove(call, rules.ORGANIZATION, id, ORGANIZATION_CHILDREN, {
        users: async () => {
          const connected = await connectedTo(id);
          return connected.length === 0 ? [] : [`connections (${namedText(connected)})`];
        },
      }),
    removeProject: (call: Call, { id }: Project) => remove(call, rules.PROJECT, id, PROJECT_CHILDREN),
  };
};
export type TenantService = ReturnType<typeof tenantService>;

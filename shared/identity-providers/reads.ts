/** Reads of identity providers, with who may see them. */
import type { Call } from '../api/call.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize } from '../callers/rights.ts';
import { isConnected, isShown } from '../connections/rules.ts';
import { connectionItem, connectionKey, connectionsOf } from '../connections/store.ts';
import { everyChild } from '../platform/children.ts';
import { Problem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { federationItem, federationKey, organizationItem, organizationKey } from '../tenants/store.ts';
import { type Gate, gateItem, gateKey } from './gate.ts';
import { viewIdentityProvider } from './rules.ts';
import type { IdentityProvider } from './schema.ts';
import { identityProviderItem, identityProviderKey } from './store.ts';
import { authorizeBelow, heldBelow, holdsFederation, organizationsOf } from './visibility.ts';

export const identityProviderReads = (table: Table, pager: Pager) => {
  /** As of now. @throws Problem `not-found` */
  const fresh = async (id: string): Promise<IdentityProvider> => {
    const idp = await identityProviderItem.read(table, identityProviderKey(id));
    if (!idp) throw new Problem('not-found', {});
    return idp;
  };

  /** Those that one of the organizations is connected to, each once. */
  const connectedTo = async (organizationIds: readonly string[]): Promise<IdentityProvider[]> => {
    const connections = await Promise.all(organizationIds.map((id) => connectionsOf(table, id)));
    const connected = connections.flat().filter(isConnected);
    const ids = new Set(connected.map(({ identityProviderId }) => identityProviderId));
    const found = await table.batchGet([...ids].map(identityProviderKey));
    return [...found.values()].map((stored) => identityProviderItem.parse(stored));
  };

  const isThere = async (organizationId: string): Promise<boolean> =>
    (await organizationItem.read(table, organizationKey(organizationId))) !== undefined;

  return {
    fresh,

    /** As of now; it is made and removed together with its identity provider. @throws Problem `not-found` */
    async gate(id: string): Promise<Gate> {
      const gate = await gateItem.read(table, gateKey(id));
      if (!gate) throw new Problem('not-found', {});
      return gate;
    },

    /** @throws Problem `not-found` for what the caller may not see · `forbidden` */
    async find(call: Call, id: string): Promise<IdentityProvider> {
      const idp = await fresh(id);
      const { federationId } = idp;
      if (holdsFederation(call.caller, federationId)) {
        authorize(call, { federationId });
        return idp;
      }
      const held = heldBelow(call.caller, federationId);
      const keys = organizationsOf(held).map((organizationId) => connectionKey(organizationId, id));
      const found = [...(await table.batchGet(keys)).values()].map((item) => connectionItem.parse(item));
      const connected = found.filter(isConnected).map(({ organizationId }) => organizationId);
      const seeing = held.filter(({ place }) => place.organizationId && connected.includes(place.organizationId));
      if (seeing.length === 0) throw new Problem('not-found', {});
      authorizeBelow(call, seeing);
      return idp;
    },

    /** The federation whose identity providers the caller may list. @throws Problem `not-found` · `forbidden` */
    async listed(call: Call, federationId: string): Promise<Federation> {
      const federation = await federationItem.read(table, federationKey(federationId));
      if (!federation) throw new Problem('not-found', {});
      const held = heldBelow(call.caller, federationId);
      if (holdsFederation(call.caller, federationId) || held.length === 0) authorize(call, { federationId });
      else authorizeBelow(call, held);
      return federation;
    },

    /** All of the federation; from below it, those that the caller's organizations are connected to. */
    async list(call: Call, federation: Federation, query: ListQuery) {
      const below = holdsFederation(call.caller, federation.id)
        ? undefined
        : organizationsOf(heldBelow(call.caller, federation.id));
      if (!below) {
        const views = (all: readonly IdentityProvider[]) => all.map(viewIdentityProvider);
        return listChildren({ table, pager }, identityProviderItem, federation.id, query, views);
      }
      const name = `identity-providers ${federation.id} ${below.join(' ')}`;
      return pager.cut(await connectedTo(below), query, name, { idOf: ({ id }) => id, view: viewIdentityProvider });
    },

    /** Up to `limit` organizations that are connected, or whose disconnect is not done yet. */
    async organizationsOf(id: string, limit: number): Promise<string[]> {
      const organizationIds: string[] = [];
      for await (const connection of everyChild(table, connectionItem, id)) {
        // One that was made in the instant of its organization's deletion connects nothing, and nobody could end it.
        if (isShown(connection) && (await isThere(connection.organizationId))) {
          organizationIds.push(connection.organizationId);
        }
        if (organizationIds.length === limit) break;
      }
      return organizationIds;
    },
  };
};
export type IdentityProviderReads = ReturnType<typeof identityProviderReads>;

/** Reads of identity providers, with who may see them. */
import type { Call } from '../api/call.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { type Action, authorize } from '../callers/rights.ts';
import { isConnected, isShown } from '../connections/rules.ts';
import { connectionItem, connectionKey, connectionsOf } from '../connections/store.ts';
import { childrenPage, everyChild } from '../platform/children.ts';
import { Problem } from '../platform/problems.ts';
import { keyText, type Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { federationItem, federationKey } from '../tenants/store.ts';
import { type Gate, gateItem, gateKey } from './gate.ts';
import { viewIdentityProvider } from './rules.ts';
import type { IdentityProvider } from './schema.ts';
import { identityProviderItem, identityProviderKey } from './store.ts';
import { authorizeBelow, type Below, standsBelow } from './visibility.ts';

export const identityProviderReads = (table: Table, pager: Pager) => {
  /** As of now. @throws Problem `not-found` */
  const fresh = async (id: string): Promise<IdentityProvider> => {
    const idp = await identityProviderItem.read(table, identityProviderKey(id));
    if (!idp) throw new Problem('not-found', {});
    return idp;
  };

  /** Those that an organization is connected to, in order of creation: at most as many as it may have connections. */
  const connectedTo = async ({ organizationId }: Below): Promise<IdentityProvider[]> => {
    const connections = (await connectionsOf(table, organizationId)).filter(isConnected);
    const keys = connections.map(({ identityProviderId }) => identityProviderKey(identityProviderId));
    const found = await table.batchGet(keys);
    return keys.flatMap((key) => {
      const stored = found.get(keyText(key));
      return stored ? [identityProviderItem.parse(stored)] : [];
    });
  };

  return {
    fresh,

    /** As of now; it is made and removed together with its identity provider. @throws Problem `not-found` */
    async gate(id: string): Promise<Gate> {
      const gate = await gateItem.read(table, gateKey(id));
      if (!gate) throw new Problem('not-found', {});
      return gate;
    },

    /** @throws Problem `not-found` for what the caller may not see · `forbidden` */
    async find(call: Call, action: Action, id: string): Promise<IdentityProvider> {
      const idp = await fresh(id);
      const below = standsBelow(call.caller);
      if (!below) {
        authorize(call.caller, action, { federationId: idp.federationId });
        return idp;
      }
      const connection = await connectionItem.read(table, connectionKey(below.organizationId, id));
      if (!isConnected(connection)) throw new Problem('not-found', {});
      authorizeBelow(call.caller, action);
      return idp;
    },

    /** The federation whose identity providers the caller may list. @throws Problem `not-found` · `forbidden` */
    async listed(call: Call, federationId: string): Promise<Federation> {
      const federation = await federationItem.read(table, federationKey(federationId));
      const below = standsBelow(call.caller);
      if (!federation || (below && below.federationId !== federationId)) throw new Problem('not-found', {});
      if (below) authorizeBelow(call.caller, 'identity-provider.read');
      else authorize(call.caller, 'identity-provider.read', { federationId });
      return federation;
    },

    /** All of the federation; from below it, those that the caller's organization is connected to. */
    async list(call: Call, federation: Federation, query: ListQuery) {
      const below = standsBelow(call.caller);
      const name = `identity-providers ${federation.id} ${below?.organizationId ?? ''}`;
      const after = pager.after(query, name);
      if (!below) {
        const page = await childrenPage(table, identityProviderItem, federation.id, { after, limit: query.limit });
        return pager.answer(page.items.map(viewIdentityProvider), name, page.last);
      }
      const rest = (await connectedTo(below)).filter(({ id }) => after === undefined || id > after);
      const items = rest.slice(0, query.limit);
      const last = rest.length > items.length ? items.at(-1)?.id : undefined;
      return pager.answer(items.map(viewIdentityProvider), name, last);
    },

    /** Up to `limit` organizations that are connected, or whose disconnect is not done yet. */
    async organizationsOf(id: string, limit: number): Promise<string[]> {
      const organizationIds: string[] = [];
      for await (const connection of everyChild(table, connectionItem, id)) {
        if (isShown(connection)) organizationIds.push(connection.organizationId);
        if (organizationIds.length === limit) break;
      }
      return organizationIds;
    },
  };
};
export type IdentityProviderReads = ReturnType<typeof identityProviderReads>;

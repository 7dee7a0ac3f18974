/** What callers ask of connections. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { liveUnderEpoch } from '../grants/store.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import { everyChild } from '../platform/children.ts';
import { NOTHING } from '../platform/plan.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import { keyText, type Table, type Write } from '../platform/table.ts';
import { parentExists } from '../tenants/rules.ts';
import type { Organization } from '../tenants/schema.ts';
import { projectItem } from '../tenants/store.ts';
import { planConnect, planDisconnect } from './plans.ts';
import * as rules from './rules.ts';
import type { Connection, NewConnection } from './schema.ts';
import { CONNECTIONS_MAX, connectionItem, connectionKey, connectionsOf } from './store.ts';

export interface ConnectionParts {
  readonly table: Table;
  readonly pager: Pager;
}

/** What a dry run of a disconnect names of one project; the real one has no such bound. */
const GRANTS_NAMED_MAX = 1000;

export const connectionService = ({ table, pager }: ConnectionParts) => {
  const shown = async (organization: Organization, identityProviderId: string): Promise<Connection> => {
    const connection = await connectionItem.read(table, connectionKey(organization.id, identityProviderId));
    if (!connection || !rules.isShown(connection)) throw new Problem('not-found', {});
    return connection;
  };

  /**
   * Makes room for one more: an ended connection is kept for its epoch, which nothing asks for once the identity provider
   * is deleted. @throws Problem `invalid-body` when there is none such
   */
  const forgotten = async (all: readonly Connection[]): Promise<Write> => {
    const ended = all.filter((connection) => !rules.isConnected(connection) && connection.sweep === null);
    const keys = ended.map(({ identityProviderId }) => identityProviderKey(identityProviderId));
    const present = await table.batchGet(keys);
    const gone = ended.find(({ identityProviderId }) => !present.has(keyText(identityProviderKey(identityProviderId))));
    if (gone) return connectionItem.remove(gone);
    const message = `At most ${CONNECTIONS_MAX} identity providers are, or were, connected to one organization. Disconnect one that is not used and delete it.`;
    throw refuseField('/identityProviderId', message);
  };

  /** Project by project, whose access ends: live grants are found by the epoch that they were made under. */
  const losesAccess = async ({ organizationId, identityProviderId, epoch }: Connection) => {
    const losses = [];
    for await (const { id: projectId } of everyChild(table, projectItem, organizationId)) {
      const grants = await liveUnderEpoch(table, { projectId, identityProviderId, epoch }, GRANTS_NAMED_MAX);
      if (grants.length === 0) continue;
      const principals = new Map(grants.map(({ principal }) => [`${principal.type} ${principal.name}`, principal]));
      losses.push({ projectId, principals: [...principals.values()], grants: grants.map(({ id }) => id).sort() });
    }
    return losses;
  };

  return {
    shown,

    /** Identity providers that an organization is connected to, or whose access there is still being ended. */
    async connectedTo(organizationId: string): Promise<string[]> {
      const all = (await connectionsOf(table, organizationId)).filter(rules.isShown);
      return all.map(({ identityProviderId }) => identityProviderId);
    },

    /** Whether a grant to a principal of the IdP lives in one of these organizations, under its present connection. */
    async hasLiveGrants(identityProviderId: string, organizationIds: readonly string[]): Promise<boolean> {
      for (const organizationId of organizationIds) {
        const connection = await connectionItem.read(table, connectionKey(organizationId, identityProviderId));
        if (!connection || !rules.isConnected(connection)) continue;
        const where = { identityProviderId, epoch: connection.epoch };
        for await (const { id: projectId } of everyChild(table, projectItem, organizationId)) {
          if ((await liveUnderEpoch(table, { projectId, ...where }, 1)).length > 0) return true;
        }
      }
      return false;
    },

    /** Connects, anew if it was before. @throws Problem `invalid-body` for an unknown IdP · `already-connected` */
    connect: (call: Call, organization: Organization, { identityProviderId }: NewConnection) =>
      call.transact(async (now) => {
        const [identityProvider, all] = await Promise.all([
          identityProviderItem.read(table, identityProviderKey(identityProviderId)),
          connectionsOf(table, organization.id),
        ]);
        if (identityProvider?.federationId !== organization.federationId) {
          throw refuseField('/identityProviderId', 'There is no such identity provider in this federation.');
        }
        const before = all.find((connection) => connection.identityProviderId === identityProviderId);
        if (rules.isConnected(before)) throw new Problem('already-connected', { identityProviderId });
        const room = before || all.length < CONNECTIONS_MAX ? [] : [await forgotten(all)];
        const place = { federationId: organization.federationId, organizationId: organization.id };
        const after = before ? rules.reconnected(before, now) : rules.newConnection(place, identityProviderId, now);
        const plan = planConnect(before, after);
        const present = [
          parentExists.organization(organization.id),
          identityProviderItem.exists(identityProviderKey(identityProviderId), () => new Problem('not-found', {})),
        ];
        return { plan: { ...plan, writes: [...plan.writes, ...present, ...room] }, view: rules.viewConnection(after) };
      }),

    /** From the answer on no verdict allows anything under it; the grants are then ended one by one. */
    disconnect: (call: Call, organization: Organization, identityProviderId: string) =>
      call.transact(async (now) => {
        const before = await shown(organization, identityProviderId);
        if (!rules.isConnected(before)) return { plan: NOTHING, view: rules.viewConnection(before) };
        checkIfMatch(call.ifMatch, before.revision);
        const after = rules.disconnected(before, now);
        const loss = call.dryRun ? { losesAccess: await losesAccess(before) } : {};
        return { plan: planDisconnect(before, after), view: { ...rules.viewConnection(after), ...loss } };
      }),

    /** An organization has at most `CONNECTIONS_MAX`; a page is cut from all of them. */
    async list(organization: Organization, query: ListQuery) {
      const all = (await connectionsOf(table, organization.id)).filter(rules.isShown);
      return pager.cut(all, query, `connections ${organization.id}`, {
        idOf: ({ identityProviderId }) => identityProviderId,
        view: rules.viewConnection,
      });
    },
  };
};
export type ConnectionService = ReturnType<typeof connectionService>;

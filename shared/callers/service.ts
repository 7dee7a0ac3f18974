/** What callers ask of API keys. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { clusterItem, clusterKey } from '../clusters/store.ts';
import { childrenPage } from '../platform/children.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { organizationItem, organizationKey, projectItem, projectKey } from '../tenants/store.ts';
import { formatKey, SECRET_CHARACTERS } from './keys.ts';
import { authorize, type Place } from './rights.ts';
import { newApiKey, planCreation, planRemoval, viewApiKey } from './rules.ts';
import type { ApiKey, NewApiKey, Scope } from './schema.ts';
import { apiKeyItem, apiKeyKey } from './store.ts';

export interface CallerParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
}

export const callerService = ({ table, ids, pager }: CallerParts) => {
  /** Where the scope's thing stands, or undefined when there is none. */
  const placeOfScope = async (scope: Scope): Promise<Place | undefined> => {
    switch (scope.type) {
      case 'FEDERATION':
        return { federationId: scope.id };
      case 'ORGANIZATION': {
        const found = await organizationItem.read(table, organizationKey(scope.id));
        return found && { federationId: found.federationId, organizationId: found.id };
      }
      case 'PROJECT': {
        const found = await projectItem.read(table, projectKey(scope.id));
        return found && { ...found, projectId: found.id };
      }
      case 'CLUSTER': {
        const found = await clusterItem.read(table, clusterKey(scope.id));
        return found && { ...found, clusterId: found.id };
      }
    }
  };

  return {
    /** @throws Problem `not-found` · `forbidden` */
    async find(call: Call, id: string): Promise<ApiKey> {
      const key = await apiKeyItem.read(table, apiKeyKey(id));
      if (!key) throw new Problem('not-found', {});
      authorize(call, { federationId: key.federationId });
      return key;
    },

    /** The answer has the key itself, this once. @throws Problem `invalid-body` when the scope is no part of it */
    create: (call: Call, federation: Federation, wish: NewApiKey) =>
      call.transact(async (now) => {
        const place = await placeOfScope(wish.scope);
        if (place?.federationId !== federation.id) {
          throw refuseField('/scope/id', `There is no such thing in ${federation.id}. Give the id of one of its own.`);
        }
        if (wish.expiresAt && wish.expiresAt <= now) {
          throw refuseField('/expiresAt', 'This instant has passed. Give one in the future, or leave it out.');
        }
        if (wish.role === 'DATA_PLANE' && !(wish.scope.type === 'CLUSTER' || wish.scope.type === 'PROJECT')) {
          throw refuseField('/scope/type', 'A DATA_PLANE key introspects for one CLUSTER or one PROJECT.');
        }
        const secret = ids.secret(SECRET_CHARACTERS);
        const key = newApiKey(ids.next('key'), wish, secret, place, now);
        return { plan: planCreation(key), view: { ...viewApiKey(key), key: formatKey(key.id, secret) } };
      }),

    remove: (call: Call, { id }: ApiKey) =>
      call.transact(async () => {
        const key = await apiKeyItem.read(table, apiKeyKey(id));
        if (!key) throw new Problem('not-found', {});
        checkIfMatch(call.ifMatch, 1);
        return { plan: planRemoval(key), view: undefined };
      }),

    async list(federation: Federation, query: ListQuery) {
      const name = `api-keys ${federation.id}`;
      const page = await childrenPage(table, apiKeyItem, federation.id, {
        after: pager.after(query, name),
        limit: query.limit,
      });
      return pager.answer(page.items.map(viewApiKey), name, page.last);
    },
  };
};
export type CallerService = ReturnType<typeof callerService>;

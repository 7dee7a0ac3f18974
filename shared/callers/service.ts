/** What callers ask of API keys and client credentials. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { SECRET_CHARACTERS } from './keys.ts';
import { authorize } from './rights.ts';
import { newApiKey, planCreation, planRemoval, secretOf, viewApiKey } from './rules.ts';
import type { ApiKey, NewApiKey } from './schema.ts';
import { heldIn } from './scope-place.ts';
import { apiKeyItem, apiKeyKey } from './store.ts';
import type { Use } from './use.ts';

export interface CallerParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  readonly use: Use;
}

export const callerService = ({ table, ids, pager, use }: CallerParts) => ({
  /** @throws Problem `not-found` · `forbidden` */
  async find(call: Call, id: string): Promise<ApiKey> {
    const key = await apiKeyItem.read(table, apiKeyKey(id));
    if (!key) throw new Problem('not-found', {});
    authorize(call, { federationId: key.federationId });
    return key;
  },

  async show(key: ApiKey) {
    return viewApiKey(key, (await use.lastUsed([key.id])).get(key.id));
  },

  /** The answer has the secret, this once. @throws Problem `invalid-body` when the scope is no part of the federation */
  create: (call: Call, federation: Federation, wish: NewApiKey) =>
    call.transact(async (now) => {
      const { held } = await heldIn(table, federation, wish.role, wish.scope);
      if (wish.expiresAt && wish.expiresAt <= now) {
        throw refuseField('/expiresAt', 'This instant has passed. Give one in the future, or leave it out.');
      }
      if (wish.role === 'DATA_PLANE' && wish.requestsPerMinute != null) {
        throw refuseField('/requestsPerMinute', 'Verdicts are not counted. Leave it out for a DATA_PLANE.');
      }
      const secret = ids.secret(SECRET_CHARACTERS);
      const key = newApiKey(ids.next('key'), wish, secret, held, now);
      return { plan: planCreation(key), view: { ...viewApiKey(key), ...secretOf(key, secret) } };
    }),

  remove: (call: Call, { id }: ApiKey) =>
    call.transact(async () => {
      const key = await apiKeyItem.read(table, apiKeyKey(id));
      if (!key) throw new Problem('not-found', {});
      checkIfMatch(call.ifMatch, 1);
      return { plan: planRemoval(key), view: viewApiKey(key) };
    }),

  list: (federation: Federation, query: ListQuery) =>
    listChildren({ table, pager }, apiKeyItem, federation.id, query, async (keys) => {
      const used = await use.lastUsed(keys.map(({ id }) => id));
      return keys.map((key) => viewApiKey(key, used.get(key.id)));
    }),
});
export type CallerService = ReturnType<typeof callerService>;

/** What callers ask of hooks; what a delivery does is in `deliver.ts`. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { listChildren } from '../api/list-children.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { authorize } from '../callers/rights.ts';
import type { Use } from '../callers/use.ts';
import { factsFor } from '../grants/facts.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import type { Ids } from '../platform/ids.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { projectItem, projectKey } from '../tenants/store.ts';
import { definitionFaults, listOf, newHookFaults, secretFaults, type Targets } from './definition.ts';
import {
  changedHook,
  newHook,
  planChange,
  planCreation,
  planRemoval,
  planRotation,
  rotated,
  viewHook,
} from './rules.ts';
import {
  Constants,
  type Guards,
  type Hook,
  type HookChange,
  type HookRotation,
  Mapping,
  type NewHook,
} from './schema.ts';
import { drawnSecret, sealedSecret } from './secret.ts';
import { hookItem, hookKey } from './store.ts';

export interface HookParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  readonly sealer: Sealer;
  readonly use: Use;
}

export const hookService = ({ table, ids, pager, sealer, use }: HookParts) => {
  const fresh = async (id: string): Promise<Hook> => {
    const hook = await hookItem.read(table, hookKey(id));
    if (!hook) throw new Problem('not-found', {});
    return hook;
  };

  /** What it would act on, as of now. A dry run of a grant that it would make finds the same. */
  const targetsOf = async (
    federationId: string,
    wish: Pick<NewHook, 'action' | 'projectId' | 'identityProviderId' | 'constants'>,
  ): Promise<Targets> => {
    const { projectId, identityProviderId, action } = wish;
    const [project, identityProvider] = await Promise.all([
      projectId === undefined ? undefined : projectItem.read(table, projectKey(projectId)),
      identityProviderId === undefined
        ? undefined
        : identityProviderItem.read(table, identityProviderKey(identityProviderId)),
    ]);
    const isOwn = project?.federationId === federationId && identityProviderId !== undefined;
    const clusterIds = listOf(wish.constants['scope.clusterIds']).slice(0, 100);
    const grantFacts =
      action === 'CREATE_GRANT' && isOwn
        ? await factsFor(table, project, { identityProviderId, clusterIds })
        : undefined;
    return { federationId, project, identityProvider, grantFacts };
  };

  const refuse = (errors: readonly FieldError[]): void => {
    if (errors.length > 0) throw new Problem('invalid-body', {}, { errors });
  };

  return {
    /** @throws Problem `not-found` · `forbidden` */
    async find(call: Call, id: string): Promise<Hook> {
      const hook = await fresh(id);
      authorize(call, { federationId: hook.federationId });
      return hook;
    },

    async show(call: Call, hook: Hook) {
      return viewHook(hook, call.origin, call.now, (await use.lastUsed([hook.id])).get(hook.id));
    },

    /** The answer has the secret, this once. @throws Problem `invalid-body` with every fault · `name-taken` */
    create: (call: Call, federation: Federation, wish: NewHook) =>
      call.transact(async (now) => {
        const targets = await targetsOf(federation.id, wish);
        refuse(newHookFaults(wish, targets));
        const id = ids.next('hok');
        const secret = wish.secret ?? drawnSecret(wish.format, ids);
        const place = { federationId: federation.id, organizationId: targets.project?.organizationId ?? null };
        const hook = newHook(id, wish, place, sealedSecret(sealer, id, secret), now);
        // A dry run shows no address: there would be nothing behind it.
        const shown = call.dryRun ? { ...hook, id: 'hok_…' } : hook;
        return { plan: planCreation(hook, now), view: { ...viewHook(shown, call.origin, now), secret } };
      }),

    /** @throws Problem `invalid-body` with every fault · `name-taken` */
    change: (call: Call, { id }: Hook, change: HookChange) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        checkIfMatch(call.ifMatch, before.revision);
        const after = changedHook(before, change, now);
        const definition = definitionOf(after);
        refuse(definitionFaults(definition, await targetsOf(after.federationId, { ...after.doing, ...definition })));
        return { plan: planChange(before, after, now), view: viewHook(after, call.origin, now) };
      }),

    /** The answer has the new secret, this once. @throws Problem `invalid-body` */
    rotateSecret: (call: Call, { id }: Hook, { secret: given }: HookRotation) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        const { format } = before.signing;
        refuse(secretFaults(format, given));
        const secret = given ?? drawnSecret(format, ids);
        const after = rotated(before, sealedSecret(sealer, id, secret), now);
        return { plan: planRotation(before, after, now), view: { ...viewHook(after, call.origin, now), secret } };
      }),

    remove: (call: Call, { id }: Hook) =>
      call.transact(async (now) => {
        const hook = await fresh(id);
        checkIfMatch(call.ifMatch, hook.revision);
        return { plan: planRemoval(hook, now), view: viewHook(hook, call.origin, now) };
      }),

    list: (call: Call, federation: Federation, query: ListQuery) =>
      listChildren({ table, pager }, hookItem, federation.id, query, async (hooks) => {
        const used = await use.lastUsed(hooks.map(({ id }) => id));
        return hooks.map((hook) => viewHook(hook, call.origin, call.now, used.get(hook.id)));
      }),
  };
};
export type HookService = ReturnType<typeof hookService>;

/** A stored hook as its checks take it. What is stored has passed them once, so it has the shapes of the body. */
function definitionOf({ signing, doing, mapping, constants, guards }: Hook) {
  const { maxAgeMs, maxActionsPerHour, equals } = guards;
  const shown: Guards = {
    equals,
    ...(maxAgeMs !== null && { maxAge: maxAgeMs }),
    ...(maxActionsPerHour !== null && { maxActionsPerHour }),
  };
  const stored: Constants = Constants.parse(constants);
  return {
    format: signing.format,
    action: doing.action,
    mapping: Mapping.parse(mapping),
    constants: stored,
    guards: shown,
  };
}

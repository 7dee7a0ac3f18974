/** What callers ask of identity providers. The issuer is asked before a transaction begins, and judged inside it. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import type { Pager } from '../api/paging.ts';
import { firstChildren } from '../platform/children.ts';
import type { Ids } from '../platform/ids.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import type { IdentityProviderChange, NewIdentityProvider } from './bodies.ts';
import { planChange, planCheck, planCreation, planRemoval } from './plans.ts';
import type { IssuerProver } from './prove.ts';
import { identityProviderReads } from './reads.ts';
import {
  changedIdentityProvider,
  checkedIdentityProvider,
  needsLook,
  newIdentityProvider,
  viewIdentityProvider,
} from './rules.ts';
import type { IdentityProvider } from './schema.ts';
import { freeShortName } from './short-name.ts';

export interface IdentityProviderParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
  readonly prover: IssuerProver;
  /** Whether a grant that names the identity provider lives in one of the organizations. */
  readonly hasLiveGrants: (identityProviderId: string, organizationIds: readonly string[]) => Promise<boolean>;
}

/** Organizations that a refusal to delete names; the message says that there are more. */
const NAMED_MAX = 10;

export const identityProviderService = (parts: IdentityProviderParts) => {
  const { table, ids, pager, prover, hasLiveGrants } = parts;
  const reads = identityProviderReads(table, pager);
  const { fresh } = reads;

  /** @throws Problem `invalid-body`: principals of live grants would be read as something else */
  const checkAuthorizationType = async (before: IdentityProvider, after: IdentityProvider): Promise<void> => {
    if (before.authorizationType === after.authorizationType) return;
    const organizationIds = await reads.organizationsOf(before.id, Number.POSITIVE_INFINITY);
    if (!(await hasLiveGrants(before.id, organizationIds))) return;
    const message = `It has live grants to principals of type ${before.authorizationType}. End them first, or register another identity provider.`;
    throw refuseField('/authorizationType', message);
  };

  return {
    fresh,
    find: reads.find,
    listed: reads.listed,
    list: reads.list,

    /** @throws Problem `identity-provider-unfit` with findings · `name-taken` · `identity-provider-taken` */
    async create(call: Call, federation: Federation, wish: NewIdentityProvider) {
      const facts = await prover.proveIssuer(wish.issuerUri);
      return call.transact(async (now) => {
        const id = ids.next('idp');
        const shortName = await freeShortName(table, federation.id, wish.name, id);
        const idp = newIdentityProvider({ id, shortName }, wish, federation, facts, now);
        return { plan: planCreation(idp), view: viewIdentityProvider(idp) };
      });
    },

    /** @throws as `create`, and Problem `invalid-body` for an authorization type that live grants depend on */
    async change(call: Call, seen: IdentityProvider, wish: IdentityProviderChange) {
      checkIfMatch(call.ifMatch, seen.revision); // before anybody is asked for nothing
      const facts = needsLook(seen, wish) ? await prover.proveIssuer(wish.issuerUri ?? seen.issuerUri) : undefined;
      return call.transact(async (now) => {
        const [before, gate] = await Promise.all([fresh(seen.id), reads.gate(seen.id)]);
        checkIfMatch(call.ifMatch, before.revision);
        const after = changedIdentityProvider(before, wish, facts, now);
        await checkAuthorizationType(before, after);
        return { plan: planChange(before, after, gate), view: viewIdentityProvider(after) };
      });
    },

    /** Asks the issuer now and keeps what is found, errors too: nothing is refused. */
    async check(call: Call, { id, issuerUri }: IdentityProvider) {
      const facts = await prover.proveIssuer(issuerUri);
      return call.transact(async (now) => {
        const before = await fresh(id);
        const after = checkedIdentityProvider(before, facts, now);
        return { plan: planCheck(before, after), view: viewIdentityProvider(after) };
      });
    },

    /** @throws Problem `identity-provider-connected` while an organization is connected or its access is being ended ·
     * `still-in-use` while its people hold roles */
    remove: (call: Call, { id }: IdentityProvider) =>
      call.transact(async () => {
        const [idp, gate] = await Promise.all([fresh(id), reads.gate(id)]);
        checkIfMatch(call.ifMatch, idp.revision);
        const connected = await reads.organizationsOf(id, NAMED_MAX + 1);
        if (connected.length > 0) {
          const more = connected.length > NAMED_MAX ? ' and more' : '';
          const organizations = `${connected.slice(0, NAMED_MAX).join(', ')}${more}`;
          throw new Problem('identity-provider-connected', { identityProviderId: id, organizations });
        }
        if ((await firstChildren(table, id, 'PERSON_ROLES', 1)).length > 0) {
          throw new Problem('still-in-use', { id, users: 'role bindings' });
        }
        return { plan: planRemoval(idp, gate), view: viewIdentityProvider(idp) };
      }),
  };
};
export type IdentityProviderService = ReturnType<typeof identityProviderService>;

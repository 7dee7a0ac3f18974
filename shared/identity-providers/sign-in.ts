/** Which domains' people sign in with which identity provider (S7), and the discovery of it by anybody. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import { ownableName } from '../domains/names.ts';
import { isProved } from '../domains/rules.ts';
import type { Domain } from '../domains/schema.ts';
import { domainItem, domainKey, verifiedByName } from '../domains/store.ts';
import { type FieldError, Problem, refuseField } from '../platform/problems.ts';
import { keyText, type Table } from '../platform/table.ts';
import { firstAssociated } from './association.ts';
import type { AssociatedDomains, SignInQuery } from './bodies.ts';
import { planDomains } from './plans.ts';
import type { IdentityProviderReads } from './reads.ts';
import type { IdentityProvider } from './schema.ts';
import { identityProviderItem, identityProviderKey } from './store.ts';

const viewAssociated = ({ id, domainName, status }: Domain) => ({ id, domainName, status });

export const signInService = (table: Table, { fresh }: Pick<IdentityProviderReads, 'fresh'>) => {
  const read = async (domainIds: readonly string[]): Promise<Map<string, Domain>> => {
    const found = await table.batchGet(domainIds.map(domainKey));
    return new Map(
      domainIds.flatMap((id) => {
        const stored = found.get(keyText(domainKey(id)));
        return stored ? [[id, domainItem.parse(stored)] as const] : [];
      }),
    );
  };

  /** @throws Problem `invalid-body` for each that is not there, or is added without being verified */
  const checkOwned = (
    idp: IdentityProvider,
    domainIds: readonly string[],
    domains: ReadonlyMap<string, Domain>,
  ): void => {
    const errors = domainIds.flatMap((id, index): FieldError[] => {
      const domain = domains.get(id);
      const pointer = `/domainIds/${index}`;
      if (domain?.federationId !== idp.federationId)
        return [{ pointer, message: 'This federation has no such domain.' }];
      if (isProved(domain) || idp.domainIds.includes(id)) return [];
      const message = `${domain.domainName} is ${domain.status}. Publish its proof, then POST /v1/domains/${id}/verifications.`;
      return [{ pointer, message }];
    });
    if (errors.length > 0) throw new Problem('invalid-body', {}, { errors });
  };

  return {
    /** The associated domains, all of them. */
    async domains({ domainIds }: IdentityProvider) {
      const domains = await read(domainIds);
      return { items: domainIds.flatMap((id) => domains.get(id) ?? []).map(viewAssociated) };
    },

    /** Puts these domains in place of those before. */
    associate: (call: Call, { id }: IdentityProvider, { domainIds }: AssociatedDomains) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        checkIfMatch(call.ifMatch, before.revision);
        if (before.purpose === 'WORKLOAD' && domainIds.length > 0) {
          throw refuseField('/domainIds', 'Nobody signs in with a WORKLOAD identity provider: it has no domains.');
        }
        const domains = await read(domainIds);
        checkOwned(before, domainIds, domains);
        const added = [...domains.values()].filter((domain) => !before.domainIds.includes(domain.id));
        const after = { ...before, domainIds, revision: before.revision + 1, updatedAt: now };
        // Written as they are, not only checked: a delete that saw no association is then stale.
        const plan = planDomains(before, after, added.map(domainItem.replace));
        return { plan, view: { items: [...domains.values()].map(viewAssociated) } };
      }),

    /**
     * By the exact domain of an e-mail address, never by a part of it, nor by who it is. Says nothing else of anybody.
     * @throws Problem `not-found` for every other name
     */
    async discover({ principal }: SignInQuery) {
      const ownable = ownableName(principal.slice(principal.lastIndexOf('@') + 1));
      const domain = ownable.ok && principal.includes('@') ? await verifiedByName(table, ownable.name) : undefined;
      const identityProviderId = domain && (await firstAssociated(table, domain.id));
      const idp = identityProviderId
        ? await identityProviderItem.read(table, identityProviderKey(identityProviderId))
        : undefined;
      if (!idp) throw new Problem('not-found', {});
      return { issuer: idp.issuerUri, clientId: idp.clientId, scopes: idp.requestedScopes };
    },
  };
};
export type SignInService = ReturnType<typeof signInService>;

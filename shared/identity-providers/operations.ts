import { operation, publicOperation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { AssociatedDomains, identityProviderBodies, SignInQuery } from './bodies.ts';
import { AssociatedDomainsView, IdentityProviderView, SignInView } from './view-schema.ts';

const ONE = '/v1/identity-providers/{identityProviderId}';

/** @param trust whether an issuer may be on loopback: decides which addresses the bodies take */
export const identityProviderOperations = (trust: { readonly trustLoopback: boolean }) => {
  const { NewIdentityProvider, IdentityProviderChange } = identityProviderBodies(trust);
  return {
    createIdentityProvider: operation({
      id: 'createIdentityProvider',
      tag: 'Identity providers',
      summary: 'Register an identity provider',
      description:
        'The discovery document and the keys are fetched now and must fit; an ERROR among the findings is a 422.',
      method: 'POST',
      path: '/v1/federations/{federationId}/identity-providers',
      action: 'identity-provider.write',
      status: 201,
      body: NewIdentityProvider,
      answer: IdentityProviderView,
      problems: ['identity-provider-unfit', 'identity-provider-taken', 'name-taken'],
    }),

    listIdentityProviders: operation({
      id: 'listIdentityProviders',
      tag: 'Identity providers',
      summary: 'List identity providers',
      description: 'From below the federation: those that the caller’s organizations are connected to.',
      method: 'GET',
      path: '/v1/federations/{federationId}/identity-providers',
      action: 'identity-provider.read',
      status: 200,
      query: ListQuery,
      answer: listOf(IdentityProviderView),
    }),

    getIdentityProvider: operation({
      id: 'getIdentityProvider',
      tag: 'Identity providers',
      summary: 'Read an identity provider',
      method: 'GET',
      path: ONE,
      action: 'identity-provider.read',
      status: 200,
      answer: IdentityProviderView,
    }),

    changeIdentityProvider: operation({
      id: 'changeIdentityProvider',
      tag: 'Identity providers',
      summary: 'Change an identity provider',
      method: 'PATCH',
      path: ONE,
      action: 'identity-provider.write',
      status: 200,
      body: IdentityProviderChange,
      answer: IdentityProviderView,
      problems: ['identity-provider-unfit', 'identity-provider-taken', 'name-taken'],
    }),

    deleteIdentityProvider: operation({
      id: 'deleteIdentityProvider',
      tag: 'Identity providers',
      summary: 'Delete an identity provider',
      description: 'Only once it is disconnected everywhere.',
      method: 'DELETE',
      path: ONE,
      action: 'identity-provider.write',
      status: 204,
      answer: IdentityProviderView,
      problems: ['identity-provider-connected', 'still-in-use'],
    }),

    checkIdentityProvider: operation({
      id: 'checkIdentityProvider',
      tag: 'Identity providers',
      summary: 'Fetch discovery document and keys now, and report findings',
      description: 'What is found is kept, errors too: nothing is refused.',
      method: 'POST',
      path: `${ONE}/checks`,
      action: 'identity-provider.write',
      status: 200,
      answer: IdentityProviderView,
    }),

    listAssociatedDomains: operation({
      id: 'listAssociatedDomains',
      tag: 'Identity providers',
      summary: 'List the domains whose people sign in here',
      method: 'GET',
      path: `${ONE}/domains`,
      action: 'domain.read',
      status: 200,
      answer: AssociatedDomainsView,
    }),

    associateDomains: operation({
      id: 'associateDomains',
      tag: 'Identity providers',
      summary: 'Say whose people sign in here',
      description: 'In place of those before; a domain that is not verified is refused.',
      method: 'PUT',
      path: `${ONE}/domains`,
      action: 'identity-provider.write',
      status: 200,
      body: AssociatedDomains,
      answer: AssociatedDomainsView,
    }),

    discoverSignIn: publicOperation({
      id: 'discoverSignIn',
      tag: 'Identity providers',
      summary: 'Find the identity provider with which a person signs in',
      description: 'By the exact, verified domain of an e-mail address; 404 for everything else.',
      path: '/v1/sign-in',
      isCounted: true,
      query: SignInQuery,
      answer: SignInView,
      problems: ['not-found'],
    }),
  };
};

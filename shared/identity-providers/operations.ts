import { operation, publicOperation } from '../api/operation.ts';
import { ListQuery } from '../api/paging.ts';
import { AssociatedDomains, identityProviderBodies, SignInQuery } from './bodies.ts';

const ONE = '/v1/identity-providers/{identityProviderId}';

/** @param trust whether an issuer may be on loopback: decides which addresses the bodies take */
export const identityProviderOperations = (trust: { readonly trustLoopback: boolean }) => {
  const { NewIdentityProvider, IdentityProviderChange } = identityProviderBodies(trust);
  return {
    createIdentityProvider: operation({
      id: 'createIdentityProvider',
      tag: 'Identity providers',
      summary: 'Register an identity provider',
      method: 'POST',
      path: '/v1/federations/{federationId}/identity-providers',
      action: 'identity-provider.write',
      status: 201,
      body: NewIdentityProvider,
    }),

    listIdentityProviders: operation({
      id: 'listIdentityProviders',
      tag: 'Identity providers',
      summary: 'List identity providers',
      method: 'GET',
      path: '/v1/federations/{federationId}/identity-providers',
      action: 'identity-provider.read',
      status: 200,
      query: ListQuery,
    }),

    getIdentityProvider: operation({
      id: 'getIdentityProvider',
      tag: 'Identity providers',
      summary: 'Read an identity provider',
      method: 'GET',
      path: ONE,
      action: 'identity-provider.read',
      status: 200,
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
    }),

    deleteIdentityProvider: operation({
      id: 'deleteIdentityProvider',
      tag: 'Identity providers',
      summary: 'Delete an identity provider',
      method: 'DELETE',
      path: ONE,
      action: 'identity-provider.write',
      status: 204,
    }),

    checkIdentityProvider: operation({
      id: 'checkIdentityProvider',
      tag: 'Identity providers',
      summary: 'Fetch discovery document and keys now, and report findings',
      method: 'POST',
      path: `${ONE}/checks`,
      action: 'identity-provider.write',
      status: 200,
    }),

    listAssociatedDomains: operation({
      id: 'listAssociatedDomains',
      tag: 'Identity providers',
      summary: 'List the domains whose people sign in here',
      method: 'GET',
      path: `${ONE}/domains`,
      action: 'identity-provider.read',
      status: 200,
    }),

    associateDomains: operation({
      id: 'associateDomains',
      tag: 'Identity providers',
      summary: 'Say whose people sign in here',
      method: 'PUT',
      path: `${ONE}/domains`,
      action: 'identity-provider.write',
      status: 200,
      body: AssociatedDomains,
    }),

    discoverSignIn: publicOperation({
      id: 'discoverSignIn',
      tag: 'Identity providers',
      summary: 'Find the identity provider with which a person signs in',
      path: '/v1/sign-in',
      isCounted: true,
      query: SignInQuery,
    }),
  };
};

import { ListQuery } from '../api/paging.ts';
import { type PublicRoute, param, publicRoute, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import { AssociatedDomains, identityProviderBodies, SignInQuery } from './bodies.ts';
import { viewIdentityProvider } from './rules.ts';
import type { IdentityProviderService } from './service.ts';
import type { SignInService } from './sign-in.ts';

interface Services {
  readonly identityProviders: IdentityProviderService;
  readonly signIn: SignInService;
  readonly tenants: TenantService;
}

const ONE = '/v1/identity-providers/{identityProviderId}';

/** @param trust whether an issuer may be on loopback: decides which addresses the bodies take */
export const identityProviderRoutes = (
  services: Services,
  trust: { trustLoopback: boolean },
): (Route | PublicRoute)[] => {
  const { identityProviders, signIn, tenants } = services;
  const { NewIdentityProvider, IdentityProviderChange } = identityProviderBodies(trust);
  return [
    route({
      method: 'POST',
      path: '/v1/federations/{federationId}/identity-providers',
      status: 201,
      body: NewIdentityProvider,
      find: (call, params) => tenants.federation(call, 'identity-provider.write', param(params, 'federationId')),
      handle: (call, federation, { body }) => identityProviders.create(call, federation, body),
    }),
    route({
      method: 'GET',
      path: '/v1/federations/{federationId}/identity-providers',
      status: 200,
      query: ListQuery,
      find: (call, params) => identityProviders.listed(call, param(params, 'federationId')),
      handle: (call, federation, { query }) => identityProviders.list(call, federation, query),
    }),
    route({
      method: 'GET',
      path: ONE,
      status: 200,
      find: (call, params) =>
        identityProviders.find(call, 'identity-provider.read', param(params, 'identityProviderId')),
      handle: async (_call, idp) => viewIdentityProvider(idp),
    }),
    route({
      method: 'PATCH',
      path: ONE,
      status: 200,
      body: IdentityProviderChange,
      find: (call, params) =>
        identityProviders.find(call, 'identity-provider.write', param(params, 'identityProviderId')),
      handle: (call, idp, { body }) => identityProviders.change(call, idp, body),
    }),
    route({
      method: 'DELETE',
      path: ONE,
      status: 204,
      find: (call, params) =>
        identityProviders.find(call, 'identity-provider.write', param(params, 'identityProviderId')),
      handle: (call, idp) => identityProviders.remove(call, idp),
    }),
    route({
      method: 'POST',
      path: `${ONE}/checks`,
      status: 200,
      find: (call, params) =>
        identityProviders.find(call, 'identity-provider.write', param(params, 'identityProviderId')),
      handle: (call, idp) => identityProviders.check(call, idp),
    }),
    route({
      method: 'GET',
      path: `${ONE}/domains`,
      status: 200,
      find: (call, params) =>
        identityProviders.find(call, 'identity-provider.read', param(params, 'identityProviderId')),
      handle: (_call, idp) => signIn.domains(idp),
    }),
    route({
      method: 'PUT',
      path: `${ONE}/domains`,
      status: 200,
      body: AssociatedDomains,
      find: (call, params) =>
        identityProviders.find(call, 'identity-provider.write', param(params, 'identityProviderId')),
      handle: (call, idp, { body }) => signIn.associate(call, idp, body),
    }),
    publicRoute({
      path: '/v1/sign-in',
      query: SignInQuery,
      handle: (query) => signIn.discover(query),
    }),
  ];
};

import { type PublicRoute, param, publicRoute, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import { identityProviderOperations } from './operations.ts';
import { viewIdentityProvider } from './rules.ts';
import type { IdentityProviderService } from './service.ts';
import type { SignInService } from './sign-in.ts';

interface Services {
  readonly identityProviders: IdentityProviderService;
  readonly signIn: SignInService;
  readonly tenants: TenantService;
}

/** @param trust whether an issuer may be on loopback: decides which addresses the bodies take */
export const identityProviderRoutes = (
  services: Services,
  trust: { trustLoopback: boolean },
): (Route | PublicRoute)[] => {
  const { identityProviders, signIn, tenants } = services;
  const operations = identityProviderOperations(trust);
  return [
    route(operations.createIdentityProvider, {
      find: (call, params) => tenants.federation(call, param(params, 'federationId')),
      handle: (call, federation, { body }) => identityProviders.create(call, federation, body),
    }),
    route(operations.listIdentityProviders, {
      find: (call, params) => identityProviders.listed(call, param(params, 'federationId')),
      handle: (call, federation, { query }) => identityProviders.list(call, federation, query),
    }),
    route(operations.getIdentityProvider, {
      find: (call, params) => identityProviders.find(call, param(params, 'identityProviderId')),
      handle: async (_call, idp) => viewIdentityProvider(idp),
    }),
    route(operations.changeIdentityProvider, {
      find: (call, params) => identityProviders.find(call, param(params, 'identityProviderId')),
      handle: (call, idp, { body }) => identityProviders.change(call, idp, body),
    }),
    route(operations.deleteIdentityProvider, {
      find: (call, params) => identityProviders.find(call, param(params, 'identityProviderId')),
      handle: (call, idp) => identityProviders.remove(call, idp),
    }),
    route(operations.checkIdentityProvider, {
      find: (call, params) => identityProviders.find(call, param(params, 'identityProviderId')),
      handle: (call, idp) => identityProviders.check(call, idp),
    }),
    route(operations.listAssociatedDomains, {
      find: (call, params) => identityProviders.find(call, param(params, 'identityProviderId')),
      handle: (_call, idp) => signIn.domains(idp),
    }),
    route(operations.associateDomains, {
      find: (call, params) => identityProviders.find(call, param(params, 'identityProviderId')),
      handle: (call, idp, { body }) => signIn.associate(call, idp, body),
    }),
    publicRoute(operations.discoverSignIn, (query) => signIn.discover(query)),
  ];
};

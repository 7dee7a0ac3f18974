import type { Call } from '../api/call.ts';
import { param, type Route, route } from '../api/route.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import * as operations from './operations.ts';
import type { RevocationService } from './service.ts';

/** How an IdP is found for a caller; identity providers answer it. */
export interface FindsIdentityProviders {
  find(call: Call, id: string): Promise<IdentityProvider>;
}

export const revocationRoutes = (
  revocations: RevocationService,
  identityProviders: FindsIdentityProviders,
): Route[] => [
  route(operations.revokeKeys, {
    find: (call, params) => identityProviders.find(call, param(params, 'identityProviderId')),
    handle: (call, identityProvider, { body }) => revocations.create(call, identityProvider, body),
  }),
  route(operations.listRevocations, {
    find: (call, params) => identityProviders.find(call, param(params, 'identityProviderId')),
    handle: (_call, identityProvider, { query }) => revocations.list(identityProvider, query),
  }),
  route(operations.getRevocation, {
    find: (call, params) => revocations.find(call, param(params, 'revocationId')),
    handle: (_call, revocation) => revocations.shown(revocation),
  }),
  route(operations.listRevocationClusters, {
    find: (call, params) => revocations.find(call, param(params, 'revocationId')),
    handle: (_call, revocation, { query }) => revocations.clusters(revocation, query),
  }),
];

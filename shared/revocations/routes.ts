import type { Call } from '../api/call.ts';
import { ListQuery } from '../api/paging.ts';
import { param, type Route, route } from '../api/route.ts';
import type { Action } from '../callers/rights.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { NewRevocation } from './schema.ts';
import type { RevocationService } from './service.ts';

/** How an IdP is found for a caller; identity providers answer it. */
export interface FindsIdentityProviders {
  find(call: Call, action: Action, id: string): Promise<IdentityProvider>;
}

export const revocationRoutes = (
  revocations: RevocationService,
  identityProviders: FindsIdentityProviders,
): Route[] => [
  route({
    method: 'POST',
    path: '/v1/identity-providers/{identityProviderId}/revocations',
    status: 202,
    body: NewRevocation,
    find: (call, params) => identityProviders.find(call, 'revocation.write', param(params, 'identityProviderId')),
    handle: (call, identityProvider, { body }) => revocations.create(call, identityProvider, body),
  }),
  route({
    method: 'GET',
    path: '/v1/identity-providers/{identityProviderId}/revocations',
    status: 200,
    query: ListQuery,
    find: (call, params) => identityProviders.find(call, 'revocation.read', param(params, 'identityProviderId')),
    handle: (_call, identityProvider, { query }) => revocations.list(identityProvider, query),
  }),
  route({
    method: 'GET',
    path: '/v1/revocations/{revocationId}',
    status: 200,
    find: (call, params) => revocations.find(call, 'revocation.read', param(params, 'revocationId')),
    handle: (_call, revocation) => revocations.shown(revocation),
  }),
  route({
    method: 'GET',
    path: '/v1/revocations/{revocationId}/clusters',
    status: 200,
    query: ListQuery,
    find: (call, params) => revocations.find(call, 'revocation.read', param(params, 'revocationId')),
    handle: (_call, revocation, { query }) => revocations.clusters(revocation, query),
  }),
];

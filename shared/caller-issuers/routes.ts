import { param, type Route, route } from '../api/route.ts';
import type { Trust } from '../platform/addresses.ts';
import type { TenantService } from '../tenants/service.ts';
import { callerIssuerOperations } from './operations.ts';
import type { CallerIssuerService } from './service.ts';

/** @param trust whether an issuer may be on loopback */
export const callerIssuerRoutes = (issuers: CallerIssuerService, tenants: TenantService, trust: Trust): Route[] => {
  const operations = callerIssuerOperations(trust);
  return [
    route(operations.createCallerIssuer, {
      find: (call, params) => tenants.federation(call, param(params, 'federationId')),
      handle: (call, federation, { body }) => issuers.create(call, federation, body),
    }),
    route(operations.listCallerIssuers, {
      find: (call, params) => tenants.federation(call, param(params, 'federationId')),
      handle: (_call, federation, { query }) => issuers.list(federation, query),
    }),
    route(operations.getCallerIssuer, {
      find: (call, params) => issuers.find(call, param(params, 'callerIssuerId')),
      handle: (_call, issuer) => issuers.show(issuer),
    }),
    route(operations.changeCallerIssuer, {
      find: (call, params) => issuers.find(call, param(params, 'callerIssuerId')),
      handle: (call, issuer, { body }) => issuers.change(call, issuer, body),
    }),
    route(operations.deleteCallerIssuer, {
      find: (call, params) => issuers.find(call, param(params, 'callerIssuerId')),
      handle: (call, issuer) => issuers.remove(call, issuer),
    }),
  ];
};

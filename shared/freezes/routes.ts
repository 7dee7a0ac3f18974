import { param, type Route, route } from '../api/route.ts';
import type { TenantService } from '../tenants/service.ts';
import * as operations from './operations.ts';
import { viewFreeze } from './rules.ts';
import type { FreezeService } from './service.ts';

export const freezeRoutes = (freezes: FreezeService, tenants: TenantService): Route[] => [
  route(operations.createFreeze, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (call, federation, { body }) => freezes.create(call, federation, body),
  }),
  route(operations.listFreezes, {
    find: (call, params) => tenants.federation(call, param(params, 'federationId')),
    handle: (_call, federation, { query }) => freezes.list(federation, query),
  }),
  route(operations.getFreeze, {
    find: (call, params) => freezes.find(call, param(params, 'freezeId')),
    handle: async (_call, freeze) => viewFreeze(freeze),
  }),
  route(operations.liftFreeze, {
    find: (call, params) => freezes.find(call, param(params, 'freezeId')),
    handle: (call, freeze, { query }) => freezes.lift(call, freeze, query.reason),
  }),
];

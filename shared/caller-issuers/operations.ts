import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import type { Trust } from '../platform/addresses.ts';
import { CallerIssuerChange, callerIssuerBodies } from './schema.ts';
import { CallerIssuerView } from './view-schema.ts';

const ALL = '/v1/federations/{federationId}/caller-issuers';
const ONE = '/v1/caller-issuers/{callerIssuerId}';

/** @param trust whether an issuer may be on loopback: decides which addresses the bodies take */
export const callerIssuerOperations = (trust: Trust) => ({
  createCallerIssuer: operation({
    id: 'createCallerIssuer',
    tag: 'Callers',
    summary: 'Register an issuer whose signed JWTs prove callers',
    description:
      'A pipeline such as GitHub Actions shows its own JWT at `/oauth2/token` (RFC 7523) and gets an access token with this role in this scope. Nothing has to be stored there.',
    method: 'POST',
    path: ALL,
    action: 'caller-issuer.write',
    status: 201,
    body: callerIssuerBodies(trust).NewCallerIssuer,
    problems: ['identity-provider-unfit', 'name-taken'],
    answer: CallerIssuerView,
  }),
  listCallerIssuers: operation({
    id: 'listCallerIssuers',
    tag: 'Callers',
    summary: 'List caller issuers',
    method: 'GET',
    path: ALL,
    action: 'caller-issuer.read',
    status: 200,
    query: ListQuery,
    answer: listOf(CallerIssuerView),
  }),
  getCallerIssuer: operation({
    id: 'getCallerIssuer',
    tag: 'Callers',
    summary: 'Read a caller issuer',
    method: 'GET',
    path: ONE,
    action: 'caller-issuer.read',
    status: 200,
    answer: CallerIssuerView,
  }),
  changeCallerIssuer: operation({
    id: 'changeCallerIssuer',
    tag: 'Callers',
    summary: 'Change a caller issuer',
    description: 'Access tokens that were issued before hold what it says from then on.',
    method: 'PATCH',
    path: ONE,
    action: 'caller-issuer.write',
    status: 200,
    body: CallerIssuerChange,
    problems: ['name-taken'],
    answer: CallerIssuerView,
  }),
  deleteCallerIssuer: operation({
    id: 'deleteCallerIssuer',
    tag: 'Callers',
    summary: 'Delete a caller issuer',
    description: 'Access tokens that were issued for it open nothing from then on.',
    method: 'DELETE',
    path: ONE,
    action: 'caller-issuer.write',
    status: 204,
    answer: CallerIssuerView,
  }),
});

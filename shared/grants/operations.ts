import { operation } from '../api/operation.ts';
import { listOf } from '../api/paging.ts';
import { GrantQuery } from './filters.ts';
import { GrantChange, NewGrant } from './schema.ts';
import { GrantView } from './view-schema.ts';

export const createGrant = operation({
  id: 'createGrant',
  tag: 'Grants',
  summary: 'Create a grant',
  description:
    'Without `duration` and `expiresAt` it is permanent. Only `Idempotency-Key` makes two calls one: without it two equal grants are two, and legal.',
  method: 'POST',
  path: '/v1/projects/{projectId}/grants',
  action: 'grant.write',
  status: 201,
  body: NewGrant,
  answer: GrantView,
  problems: ['identity-provider-not-connected', 'refused-by-policy', 'too-many-live-grants'],
});

export const listGrants = operation({
  id: 'listGrants',
  tag: 'Grants',
  summary: 'List grants',
  description:
    'A requester sees its own. `remainingSeconds` is as of the answer. Where few of many grants fit the filters, a page may be short and have a `nextCursor`.',
  method: 'GET',
  path: '/v1/projects/{projectId}/grants',
  action: 'grant.read',
  status: 200,
  query: GrantQuery,
  answer: listOf(GrantView),
});

export const getGrant = operation({
  id: 'getGrant',
  tag: 'Grants',
  summary: 'Read a grant',
  method: 'GET',
  path: '/v1/grants/{grantId}',
  action: 'grant.read',
  status: 200,
  answer: GrantView,
});

export const changeGrant = operation({
  id: 'changeGrant',
  tag: 'Grants',
  summary: 'Extend or shorten a grant, or make it permanent',
  description:
    '`duration` counts from now, or from `startsAt` while that is in the future; `expiresAt: null` makes it permanent. Extended without a gap.',
  method: 'PATCH',
  path: '/v1/grants/{grantId}',
  action: 'grant.write',
  status: 200,
  body: GrantChange,
  answer: GrantView,
  problems: ['grant-ended', 'refused-by-policy'],
});

export const endGrant = operation({
  id: 'endGrant',
  tag: 'Grants',
  summary: 'End a grant now',
  description: 'At once for verdicts; ending one that has ended is 204 again.',
  method: 'DELETE',
  path: '/v1/grants/{grantId}',
  action: 'grant.write',
  status: 204,
  answer: GrantView,
});

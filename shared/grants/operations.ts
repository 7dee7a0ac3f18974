import { batchBody } from '../api/batch.ts';
import { operation } from '../api/operation.ts';
import { listOf } from '../api/paging.ts';
import { GrantQuery } from './filters.ts';
import { GrantChange, NewGrant } from './schema.ts';
import { GrantBatchAnswer, GrantBatchDryRun, GrantView } from './view-schema.ts';

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

export const createGrants = operation({
  id: 'createGrants',
  tag: 'Grants',
  summary: 'Create up to 100 grants, each by itself',
  description: [
    'Each grant is made or refused alone, and answered in its place: with 201 and the grant, or with what creating it alone would have been refused with. The pointers of an item’s problem lead into that grant, as if it had been a body of its own. A body that does not hold 1 to 100 `grants` is refused as a whole.',
    'Grants of one principal are made in the order given; others side by side. What there was no time for says so (503 `not-reached`): nothing of it was done.',
    'With an `Idempotency-Key` no grant is made twice, whatever happened to the first call: sent again with the same body, the call answers for each item as it did first, and carries on with those that had no answer, or one that passes by itself (503, 500, 409 `version-conflict` or `idempotency-key-in-progress`). A key belongs to its body for 24 hours.',
    'A dry run looks at each grant as if it were alone: grants that only together are too many for their principal are each shown as made.',
  ].join('\n\n'),
  method: 'POST',
  path: '/v1/projects/{projectId}/grants/batch',
  action: 'grant.write',
  status: 200,
  body: batchBody('grants', NewGrant).meta({ id: 'GrantBatch' }),
  answer: GrantBatchAnswer,
  dryAnswer: GrantBatchDryRun,
});

export const listGrants = operation({
  id: 'listGrants',
  tag: 'Grants',
  summary: 'List grants',
  description:
    'A requester sees its own. `remainingSeconds` is as of the answer. With `unusedSince` and `permanent=true` it is the list to review. Where few of many grants fit the filters, a page may be short and have a `nextCursor`.',
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
  summary: 'Extend or shorten a grant, make it permanent, or put off its review',
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

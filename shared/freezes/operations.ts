import * as z from 'zod';
import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { FreezeReason, NewFreeze } from './schema.ts';
import { FreezeView } from './view-schema.ts';

const ALL = '/v1/federations/{federationId}/freezes';
const ONE = '/v1/freezes/{freezeId}';

export const createFreeze = operation({
  id: 'createFreeze',
  tag: 'Freezes',
  summary: 'Freeze a principal, a project or a federation',
  description:
    'From the answer on every verdict for it says no. Nothing ends by it: its grants read `frozen`, and go on when it is lifted, if their own times still hold.',
  method: 'POST',
  path: ALL,
  action: 'freeze.write',
  status: 201,
  body: NewFreeze,
  answer: FreezeView,
});

export const listFreezes = operation({
  id: 'listFreezes',
  tag: 'Freezes',
  summary: 'List what is frozen now',
  method: 'GET',
  path: ALL,
  action: 'freeze.read',
  status: 200,
  query: ListQuery,
  answer: listOf(FreezeView),
});

export const getFreeze = operation({
  id: 'getFreeze',
  tag: 'Freezes',
  summary: 'Read a freeze',
  method: 'GET',
  path: ONE,
  action: 'freeze.read',
  status: 200,
  answer: FreezeView,
});

export const liftFreeze = operation({
  id: 'liftFreeze',
  tag: 'Freezes',
  summary: 'Lift a freeze',
  description: 'With the reason, which the audit keeps. Where two freezes stop the same, the other one stays.',
  method: 'DELETE',
  path: ONE,
  action: 'freeze.lift',
  status: 204,
  query: z.strictObject({ reason: FreezeReason }),
  answer: FreezeView,
});

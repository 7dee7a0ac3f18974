/** What a list of grants may be asked for. Pure. */
import * as z from 'zod';
import { ListQuery } from '../api/paging.ts';
import { idOf } from '../platform/ids.ts';
import { type Instant, InstantText } from '../platform/time.ts';
import type { GrantUse } from './use.ts';
import { GrantStatus, type GrantView } from './view-schema.ts';

export const GrantQuery = ListQuery.extend({
  status: GrantStatus.optional(),
  principal: z.string().min(1).max(256).describe('The name of the user or group.').optional(),
  identityProviderId: idOf('idp').optional(),
  clusterId: idOf('cls').describe('Grants that reach the cluster, also those for all clusters.').optional(),
  ticketSystem: z
    .string()
    .min(1)
    .max(100)
    .describe('With `ticketKey` found at once, however many grants there are.')
    .optional(),
  ticketKey: z.string().min(1).max(200).optional(),
  permanent: z
    .enum(['true', 'false'], 'Give true or false.')
    .describe('true: without an end.')
    .transform((text) => text === 'true')
    .optional(),
  unusedSince: InstantText.describe(
    'Grants that hold now, began before this instant, and were not used at or after it. A use of the last 15 s may not be seen.',
  ).optional(),
  reviewBefore: InstantText.describe(
    'Grants that have not ended and whose `reviewBy` lies before this instant: of now, those whose review is overdue.',
  ).optional(),
});
export type GrantQuery = z.infer<typeof GrantQuery>;

/** All but how it was used, which is read of those that are left. */
export function fits(view: GrantView, query: GrantQuery): boolean {
  const { status, principal, identityProviderId, clusterId, ticketSystem, ticketKey, permanent } = query;
  const { unusedSince, reviewBefore } = query;
  return (
    is(view.status, status) &&
    is(view.principal.name, principal) &&
    is(view.identityProviderId, identityProviderId) &&
    is(view.ticket?.system, ticketSystem) &&
    is(view.ticket?.key, ticketKey) &&
    (clusterId === undefined || (view.scope.clusterIds?.includes(clusterId) ?? true)) &&
    (permanent === undefined || (view.expiresAt === null) === permanent) &&
    (unusedSince === undefined || (view.status === 'ACTIVE' && isBefore(view.startsAt, unusedSince))) &&
    (reviewBefore === undefined || (LIVE.has(view.status) && isBefore(view.reviewBy, reviewBefore)))
  );
}

/** One that was never used was unused at any time. */
export const fitsUse = ({ lastUsedAt }: GrantUse, { unusedSince }: GrantQuery): boolean =>
  unusedSince === undefined || lastUsedAt === null || lastUsedAt < unusedSince;

const LIVE: ReadonlySet<GrantStatus> = new Set(['SCHEDULED', 'ACTIVE']);

const isBefore = (shown: string | null, instant: Instant): boolean => shown !== null && Date.parse(shown) < instant;

/** A filter that is left out fits everything. */
const is = <T>(value: T, wanted: T | undefined): boolean => wanted === undefined || value === wanted;

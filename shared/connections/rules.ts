/**
 * A connection changes by itself only after a disconnect: then the grants of its earlier epochs are ended, project by
 * project. Verdicts say no from the disconnect on, whatever is still to be done here. Time alone does nothing. Pure.
 */
import { frameOf } from '../api/view.ts';
import type { Rest } from '../platform/settle.ts';
import { formatInstant, type Instant, MINUTE_MS } from '../platform/time.ts';
import type { Connection } from './schema.ts';
import type { ConnectionView } from './view-schema.ts';

/** Ends the grants made under the epochs from `fromEpoch` to the present one, in the project after this one. */
export type Action = { readonly kind: 'sweep'; readonly fromEpoch: number; readonly afterProjectId: string | null };

/**
 * Grants are found by an index, which may be late by a moment: those made just before the disconnect are looked for once
 * more when it has long caught up. (After the disconnect none can be made.)
 */
const INDEX_LAG_MS_MAX = MINUTE_MS;

export function next({ sweep }: Connection, now: Instant): Action | Rest {
  if (!sweep) return { kind: 'rest' };
  const { fromEpoch, afterProjectId, notBefore = now } = sweep;
  return now < notBefore ? { kind: 'wait', until: notBefore } : { kind: 'sweep', fromEpoch, afterProjectId };
}

/** From the disconnect on, until every grant of an earlier epoch has ended. */
export const dueAt = ({ sweep, disconnectedAt }: Connection): Instant | null =>
  sweep ? (sweep.notBefore ?? disconnectedAt) : null;

export const isConnected = (connection: Connection | undefined): boolean => connection?.status === 'CONNECTED';

/** DISCONNECTING while its grants are still being ended; a connection that is done with is not shown at all. */
export const isShown = (connection: Connection): boolean =>
  isConnected(connection) || (connection.sweep !== null && connection.sweep.notBefore === undefined);

export const viewConnection = (connection: Connection): ConnectionView => ({
  ...frameOf(connection),
  id: connection.identityProviderId,
  identityProviderId: connection.identityProviderId,
  organizationId: connection.organizationId,
  federationId: connection.federationId,
  status: isConnected(connection) ? 'CONNECTED' : 'DISCONNECTING',
  connectedAt: formatInstant(connection.createdAt),
});

export const newConnection = (
  place: { federationId: string; organizationId: string },
  identityProviderId: string,
  now: Instant,
): Connection => ({
  id: place.organizationId,
  version: 1,
  revision: 1,
  federationId: place.federationId,
  organizationId: place.organizationId,
  identityProviderId,
  status: 'CONNECTED',
  epoch: 1,
  sweep: null,
  disconnectedAt: null,
  createdAt: now,
  updatedAt: now,
});

/** Connects anew under the present epoch, which no grant was ever made under. */
export const reconnected = (connection: Connection, now: Instant): Connection => ({
  ...connection,
  status: 'CONNECTED',
  revision: connection.revision + 1,
  createdAt: now,
  updatedAt: now,
});

export const disconnected = (connection: Connection, now: Instant): Connection => ({
  ...connection,
  status: 'DISCONNECTED',
  epoch: connection.epoch + 1,
  sweep: {
    fromEpoch: connection.sweep?.fromEpoch ?? connection.epoch,
    afterProjectId: null,
    cuts: [...(connection.sweep?.cuts ?? []), now],
  },
  disconnectedAt: now,
  revision: connection.revision + 1,
  updatedAt: now,
});

/** One project further; null: that was the last one, of the first look or of the second. */
export function swept(connection: Connection, projectId: string | null): Connection {
  const { sweep, disconnectedAt } = connection;
  if (!sweep || (projectId === null && sweep.notBefore !== undefined)) return { ...connection, sweep: null };
  const second = projectId === null ? { notBefore: (disconnectedAt ?? 0) + INDEX_LAG_MS_MAX } : {};
  return { ...connection, sweep: { ...sweep, afterProjectId: projectId, ...second } };
}

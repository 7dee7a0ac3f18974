/**
 * A connection changes by itself only while it is being disconnected: then its grants are ended, page by page. Time
 * alone does nothing here. Pure.
 */
import type { Instant } from '../platform/time.ts';
import type { Rest } from '../platform/settle.ts';
import type { Connection } from './schema.ts';

export type Action = { readonly kind: 'end-grants' };

export function next(connection: Connection): Action | Rest {
  return connection.status === 'DISCONNECTING' ? { kind: 'end-grants' } : { kind: 'rest' };
}

/** From the disconnect on, until every grant under it has ended. */
export const dueAt = (connection: Connection): Instant | null =>
  connection.status === 'DISCONNECTING' ? connection.disconnectedAt : null;

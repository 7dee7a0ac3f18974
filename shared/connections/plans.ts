/** Plans for connections. Pure. */
import type { AuditEntry, Plan } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import { viewConnection } from './rules.ts';
import type { Connection } from './schema.ts';
import { connectionItem } from './store.ts';

const audit = (verb: string, before: Connection | null, after: Connection): AuditEntry => ({
  federationId: after.federationId,
  action: `connection.${verb}`,
  resource: { type: 'connection', id: `${after.organizationId}/${after.identityProviderId}` },
  before: before && viewConnection(before),
  after: viewConnection(after),
});

export const planConnect = (before: Connection | undefined, after: Connection): Plan => ({
  writes: [
    before
      ? connectionItem.replace(after)
      : connectionItem.create(
          after,
          () => new Problem('already-connected', { identityProviderId: after.identityProviderId }),
        ),
  ],
  audit: [audit('connect', before ?? null, after)],
  events: [],
});

export const planDisconnect = (before: Connection, after: Connection): Plan => ({
  writes: [connectionItem.replace(after)],
  audit: [audit('disconnect', before, after)],
  events: [],
});

export const planSwept = (after: Connection): Plan => ({
  writes: [connectionItem.replace(after)],
  audit: [],
  events: [],
});

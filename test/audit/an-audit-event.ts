import type { AuditEvent } from '../../shared/platform/audit-item.ts';
import { T0 } from '../grants/a-grant.ts';

export const anAuditEvent = (part: Partial<AuditEvent> = {}): AuditEvent => ({
  id: 'evt_01JDG3ZV8WQK2M5N7P9R1T3V5X',
  version: 1,
  federationId: 'fed_1',
  shard: 0,
  at: T0,
  actor: { type: 'CALLER', id: 'key_1' },
  action: 'grant.create',
  resource: { type: 'grant', id: 'grt_1' },
  before: null,
  after: { name: 'x' },
  source: '192.0.2.1',
  correlationId: 'c',
  ...part,
});

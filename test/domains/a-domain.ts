import type { Domain } from '../../shared/domains/schema.ts';
import { ids, T0 } from '../grants/a-grant.ts';

/** A domain that was added at `T0`, to be proved by a TXT record. */
export const aDomain = (part: Partial<Domain> = {}): Domain => ({
  id: 'dom_01KDX0000000000000000000D1',
  version: 1,
  revision: 1,
  federationId: ids.fed,
  displayName: 'Acme',
  domainName: 'acme.com',
  method: 'DNS_RECORD',
  status: 'PENDING',
  token: 'ABCDEFGHIJKLMNOPQRSTUV',
  addedAt: T0,
  verifiedAt: null,
  provedAt: null,
  failures: 0,
  failingSince: null,
  attempts: 0,
  lastAttempt: null,
  leaseUntil: null,
  createdAt: T0,
  updatedAt: T0,
  ...part,
});

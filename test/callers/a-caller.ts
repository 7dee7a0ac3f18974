import type { Caller, Held } from '../../shared/callers/schema.ts';

/** A client that holds one role in one scope, or several. */
export const aCaller = (...holds: readonly Held[]): Caller => ({
  kind: 'CLIENT',
  id: 'key_test',
  actor: { type: 'CALLER', id: 'key_test' },
  holds,
  requestsPerMinute: null,
});

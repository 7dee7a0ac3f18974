/**
 * Clusters that have stopped answering, as this instance has seen it: each call of them takes its whole time, so those of
 * thousands of principals would hold every instance, and the principals of other clusters would wait.
 */
import QuickLRU from 'quick-lru';
import { type Instant, SECOND_MS } from '../platform/time.ts';

/** Principals in a row without an answer: one alone may be slow of itself, and holds up no other. */
const PRINCIPALS = 3;
/** For how long nobody asks, until one does again. */
export const QUIET_MS = 30 * SECOND_MS;
const CLUSTERS_MAX = 1000;

export type Asking = 'as usual' | 'once' | 'not now';

export function silences() {
  const known = new QuickLRU<string, { readonly principals: ReadonlySet<string>; readonly until: Instant }>({
    maxSize: CLUSTERS_MAX,
  });
  return {
    /** How often to ask it. Who is to ask once does so for all others of the next half minute. */
    asking(clusterId: string, now: Instant): Asking {
      const silent = known.get(clusterId);
      if (!silent || silent.principals.size < PRINCIPALS) return 'as usual';
      if (now < silent.until) return 'not now';
      known.set(clusterId, { ...silent, until: now + QUIET_MS });
      return 'once';
    },
    answered: (clusterId: string): void => void known.delete(clusterId),
    /** @param presenceId of whom it was asked in vain */
    wasSilent(clusterId: string, presenceId: string, now: Instant): void {
      const principals = new Set([...(known.get(clusterId)?.principals ?? []), presenceId].slice(-PRINCIPALS));
      known.set(clusterId, { principals, until: now + QUIET_MS });
    },
  };
}

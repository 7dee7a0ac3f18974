/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): first a short lease, so that a crash blocks nobody
 * for a day; then, in the change's own transaction, the answer, sealed since it may hold a secret shown once.
 *
 *   no record ──begin──▶ leased ──commit──▶ answered ──24 h──▶ forgotten
 *                          │ refused, or the lease ran out: as if there had been none
 *
 * A call in parts carries each of them out in a transaction of its own, with the part's own answer in it. Its own record has
 * no answer: it holds the lease, and for as long as an answer is kept the body that it came with.
 */
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { isBusy } from '../platform/busy.ts';
import type { Commit } from '../platform/commit.ts';
import { Stale } from '../platform/commit.ts';
import type { Cause } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Sealer } from '../platform/seal.ts';
import { keyText, type Table, type Write } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import {
  type Answer,
  type Fingerprinted,
  fingerprintOf,
  isLeased,
  isLive,
  type Kept,
  keptItem,
  keyOf,
  LEASE_MS,
  openAnswer,
  ownerOf,
  sealAnswer,
} from './kept-call.ts';

const KEY_FORM = /^[\x21-\x7e]{1,255}$/;

/** The first call of a key holds this until it has answered. */
export interface Lease {
  /** Goes into the change's transaction: refused when the lease has been lost meanwhile. */
  keep(answer: Answer): Write;
  /** Nothing was changed: the key may be used again, also with a corrected body. */
  release(cause: Cause): Promise<void>;
}

/** A call in parts holds this while it is at work. */
export interface PartsLease {
  /** What the part was answered when it was made or refused for good. */
  answered(index: number): Answer | undefined;
  /** Goes into the part's own transaction: refused when another call has answered it meanwhile. */
  keep(index: number, answer: Answer): Write;
  /** The same call may come again, and goes on with the parts that have no answer. */
  leave(cause: Cause): Promise<void>;
}

export type Begun =
  | { readonly kind: 'first'; readonly lease: Lease }
  | { readonly kind: 'again'; readonly answer: Answer };

interface Parts {
  readonly table: Table;
  readonly commit: Commit;
  readonly sealer: Sealer;
}

/** The header's value without the quotes of a structured-field string. @throws Problem `invalid-query` */
export function readIdempotencyKey(header: string): string {
  const key = /^".*"$/.test(header) ? header.slice(1, -1) : header;
  if (KEY_FORM.test(key)) return key;
  const message = 'Give 1 to 255 visible ASCII characters.';
  throw new Problem('invalid-query', {}, { errors: [{ pointer: '/Idempotency-Key', message }] });
}

export const idempotencyWith = ({ table, commit, sealer }: Parts) => {
  /** The record of this call, leased to it, or with the answer that it has had. @throws as `begin` */
  const lease = async (call: Fingerprinted, cause: Cause, inParts: boolean): Promise<Kept> => {
    const owner = ownerOf(call);
    const fingerprint = fingerprintOf(call);
    for (;;) {
      const known = await keptItem.read(table, keyOf(owner));
      const live = known && isLive(known, cause.now) ? known : undefined;
      if (live && live.fingerprint !== fingerprint) throw new Problem('idempotency-key-reused', {});
      if (live && live.answer !== null) return live;
      if (live && isLeased(live, cause.now)) throw new Problem('idempotency-key-in-progress', {});
      const leased: Kept = {
        // After a release the item is made anew: its version must not be one that an earlier lease has seen.
        version: (known?.version ?? cause.now) + 1,
        owner,
        fingerprint,
        startedAt: live?.startedAt ?? cause.now, // of parts that are still to be made: what was made is forgotten with them
        leasedUntil: cause.now + LEASE_MS,
        inParts,
        answer: null,
      };
      const take = known
        ? keptItem.replace({ ...leased, version: known.version })
        : keptItem.create(leased, () => 'stale');
      try {
        await commit({ writes: [take], audit: [], events: [] }, cause);
        return leased;
      } catch (error) {
        if (!(error instanceof Stale)) throw error; // another call took it in between: look again
      }
    }
  };

  return {
    /**
     * Starts the first call of a key, or finds its answer.
     * @throws Problem `idempotency-key-reused` with another body · `idempotency-key-in-progress` while the first runs
     */
    async begin(call: Fingerprinted, cause: Cause): Promise<Begun> {
      const kept = await lease(call, cause, false);
      const answer = openAnswer(kept, sealer);
      return answer ? { kind: 'again', answer } : { kind: 'first', lease: leaseOf(kept, { table, commit, sealer }) };
    },

    /** Starts a call in parts, or goes on with it: those that have an answer keep it. @throws as `begin` */
    async beginInParts(call: Fingerprinted, cause: Cause, count: number): Promise<PartsLease> {
      const leased = await lease(call, cause, true);
      const owners = Array.from({ length: count }, (_, index) => ownerOf(call, index));
      const found = await table.batchGet(owners.map(keyOf));
      const knownOf = (owner: string): Kept | undefined => {
        const item = found.get(keyText(keyOf(owner)));
        return item && keptItem.parse(item);
      };
      return {
        answered(index) {
          const known = knownOf(ownerOf(call, index));
          // One of another start is of a call that has been forgotten.
          return known?.startedAt === leased.startedAt ? openAnswer(known, sealer) : undefined;
        },
        keep(index, answer) {
          const owner = ownerOf(call, index);
          const known = knownOf(owner);
          const made: Kept = {
            ...leased,
            version: known?.version ?? 1,
            owner,
            answer: sealAnswer(answer, owner, sealer),
          };
          const refused = () => new Problem('idempotency-key-in-progress', {});
          return known ? { ...keptItem.replace(made), refused } : keptItem.create(made, refused);
        },
        leave: (cause) => letGo(keptItem.replace({ ...leased, leasedUntil: cause.now }), { commit, cause }),
      };
    },

    /** Takes nothing, for dry runs. @throws Problem `idempotency-key-reused` of a key that belongs to a call */
    async peek(call: Fingerprinted, now: Instant): Promise<void> {
      const known = await keptItem.read(table, keyOf(ownerOf(call)));
      if (known && isLive(known, now)) throw new Problem('idempotency-key-reused', {});
    },
  };
};

const leaseOf = (leased: Kept, { commit, sealer }: Parts): Lease => ({
  keep: (answer) => ({
    ...keptItem.replace({ ...leased, answer: sealAnswer(answer, leased.owner, sealer) }),
    refused: () => new Problem('idempotency-key-in-progress', {}),
  }),
  release: (cause) => letGo(keptItem.remove(leased), { commit, cause }),
});

/** The lease ends by itself in seconds; the caller's own answer matters more than this. */
async function letGo(write: Write, { commit, cause }: { commit: Commit; cause: Cause }): Promise<void> {
  try {
    await commit({ writes: [write], audit: [], events: [] }, cause);
  } catch (error) {
    const isOfTheTable = error instanceof Stale || error instanceof DynamoDBServiceException || isBusy(error);
    if (!isOfTheTable && !(error instanceof Problem)) throw error;
  }
}

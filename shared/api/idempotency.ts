/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): first a short lease, so that a crash blocks nobody
 * for a day; then, in the change's own transaction, the answer, sealed since it may hold a secret shown once.
 *
 *   no record ──begin──▶ leased ──commit──▶ answered ──24 h──▶ forgotten
 *                          │ refused, or the lease ran out: as if there had been none
 */
import { createHash } from 'node:crypto';
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import type { Commit } from '../platform/commit.ts';
import { Stale } from '../platform/commit.ts';
import { itemKind } from '../platform/item.ts';
import type { Cause } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Table, Write } from '../platform/table.ts';
import { DAY_MS, HOUR_MS, type Instant, SECOND_MS } from '../platform/time.ts';

/** Longer than an HTTP API call can run (30 s): while it lives, the first call may still be at work. */
const LEASE_MS = 35 * SECOND_MS;
/** At least 24 hours are promised; the hour covers clocks that differ. */
const KEPT_MS = DAY_MS + HOUR_MS;
const KEY_FORM = /^[\x21-\x7e]{1,255}$/;

const Kept = z.object({
  version: z.number(),
  /** Whose key on which route; part of the item's key. */
  owner: z.string(),
  fingerprint: z.string(),
  startedAt: z.number(),
  /** Null while the first call runs. */
  answer: z.string().nullable(),
});
type Kept = z.infer<typeof Kept>;

const keptItem = itemKind<Kept>({
  name: 'IDEMPOTENT_CALL',
  schema: Kept,
  key: ({ owner }) => ({ pk: `IDEMPOTENT_CALL#${owner}`, sk: 'IDEMPOTENT_CALL' }),
  forgetAt: ({ startedAt }) => startedAt + KEPT_MS,
});

const Answer = z.object({ status: z.number(), body: z.unknown() });
export type Answer = z.infer<typeof Answer>;

/** What makes two calls the same call. */
export interface Fingerprinted {
  readonly key: string;
  readonly callerId: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** The first call of a key holds this until it has answered. */
export interface Lease {
  /** Goes into the change's transaction: refused when the lease has been lost meanwhile. */
  keep(answer: Answer): Write;
  /** Nothing was changed: the key may be used again, also with a corrected body. */
  release(cause: Cause): Promise<void>;
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

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

export const idempotencyWith = ({ table, commit, sealer }: Parts) => ({
  /**
   * Starts the first call of a key, or finds its answer.
   * @throws Problem `idempotency-key-reused` with another body · `idempotency-key-in-progress` while the first runs
   */
  async begin(call: Fingerprinted, cause: Cause): Promise<Begun> {
    const owner = sha256([call.callerId, call.method, call.path, call.key].join('\n'));
    const fingerprint = sha256(canonicalize({ query: call.query, body: call.body ?? null }) ?? '');
    const at = keptItem.key({ version: 0, owner, fingerprint, startedAt: 0, answer: null });
    for (;;) {
      const known = await keptItem.read(table, at);
      if (known && isLive(known, cause.now)) return again(known, fingerprint, sealer);
      const leased: Kept = {
        // After a release the item is made anew: its version must not be one that an earlier lease has seen.
        version: (known?.version ?? cause.now) + 1,
        owner,
        fingerprint,
        startedAt: cause.now,
        answer: null,
      };
      const take = known
        ? keptItem.replace({ ...leased, version: known.version })
        : keptItem.create(leased, () => 'stale');
      try {
        await commit({ writes: [take], audit: [], events: [] }, cause);
        return { kind: 'first', lease: leaseOf(leased, { table, commit, sealer }) };
      } catch (error) {
        if (!(error instanceof Stale)) throw error; // another call took it in between: look again
      }
    }
  },

  /** The answer kept for this key, or undefined; takes nothing. For dry runs. */
  async peek(call: Fingerprinted, now: Instant): Promise<void> {
    const owner = sha256([call.callerId, call.method, call.path, call.key].join('\n'));
    const known = await keptItem.read(
      table,
      keptItem.key({ version: 0, owner, fingerprint: '', startedAt: 0, answer: null }),
    );
    if (known && isLive(known, now)) throw new Problem('idempotency-key-reused', {});
  },
});

const isLive = (known: Kept, now: Instant): boolean =>
  now < known.startedAt + (known.answer === null ? LEASE_MS : KEPT_MS);

function again(known: Kept, fingerprint: string, sealer: Sealer): Begun {
  if (known.fingerprint !== fingerprint) throw new Problem('idempotency-key-reused', {});
  if (known.answer === null) throw new Problem('idempotency-key-in-progress', {});
  const opened = sealer.open(known.answer, known.owner);
  if (opened === undefined) throw new Error('the kept answer does not open: the sealing key has changed');
  return { kind: 'again', answer: Answer.parse(JSON.parse(opened)) };
}

const leaseOf = (leased: Kept, { commit, sealer }: Parts): Lease => ({
  keep: (answer) => ({
    ...keptItem.replace({ ...leased, answer: sealer.seal(JSON.stringify(answer), leased.owner) }),
    refused: () => new Problem('idempotency-key-in-progress', {}),
  }),
  async release(cause) {
    try {
      await commit({ writes: [keptItem.remove(leased)], audit: [], events: [] }, cause);
    } catch (error) {
      // The lease ends by itself in seconds; the caller's own answer matters more than this.
      if (!(error instanceof Stale || error instanceof DynamoDBServiceException)) throw error;
    }
  },
});

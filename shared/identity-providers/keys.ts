/**
 * The keys of an issuer, as verdicts use them: in memory, behind that one item for all instances, behind that the
 * issuer. Whatever was fetched before a revocation is under an older key generation, and is never looked at again.
 *
 *   memory (at most 10 minutes) ◀── item KEYS (all instances) ◀── the issuer, by whoever holds the lease
 */
import QuickLRU from 'quick-lru';
import * as z from 'zod';
import { type Commit, Stale } from '../platform/commit.ts';
import { itemKind } from '../platform/item.ts';
import type { Log } from '../platform/log.ts';
import { Problem } from '../platform/problems.ts';
import type { Key, Table } from '../platform/table.ts';
import { type Clock, type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import { type Gate, gateItem } from './gate.ts';
import { readKeySet, type UsableKey } from './key-set.ts';
import type { IssuerProver } from './prove.ts';

/** How long fetched keys are used: a key that the issuer withdrew without a revocation is gone after this time. */
export const KEYS_KEPT_MS = 10 * MINUTE_MS;
/** An unknown `kid` makes us ask the issuer again at most once in this time, all instances together (R6). */
export const COOL_DOWN_MS = 30 * SECOND_MS;
/** Longer than a fetch may take (5 s): whoever holds it and lives still is at work. */
const LEASE_MS = 8 * SECOND_MS;
/** How often and how long one waits for another's fetch: some 6 s in all, then the caller is told to come back. */
const WAITS_MAX = 60;
const WAIT_MS = 100;
/** Issuers whose keys one instance holds; a set is some 10 KiB. */
const ISSUERS_MAX = 500;

const KeyRecord = z.object({
  version: z.number(),
  identityProviderId: z.string(),
  /** Under which the keys were fetched. */
  keyGeneration: z.number(),
  /** When the request began; null: never fetched. */
  fetchedAt: z.number().nullable(),
  /** When an unknown `kid` last made us ask. */
  askedForKidAt: z.number().nullable(),
  /** The usable public keys, as a JWK set. */
  keySet: z.string(),
  /** Until when a fetch may be under way, and for which generation: one for an older generation is nobody's concern. */
  lease: z.object({ until: z.number(), keyGeneration: z.number() }).nullable(),
});
type KeyRecord = z.infer<typeof KeyRecord>;

export const keyRecordItem = itemKind<KeyRecord>({
  name: 'KEYS',
  schema: KeyRecord,
  key: ({ identityProviderId }) => keyRecordKey(identityProviderId),
});
export const keyRecordKey = (identityProviderId: string): Key => ({ pk: identityProviderId, sk: 'KEYS' });

/** An identity provider, or an issuer of callers: whatever publishes keys and has a gate under its ID. */
export interface HasKeys {
  readonly id: string;
  readonly jwksUri: string;
}

export interface HeldKeys {
  readonly keyGeneration: number;
  readonly fetchedAt: Instant;
  readonly keys: readonly UsableKey[];
}

export interface KeyKeeperParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly prover: Pick<IssuerProver, 'fetchKeySet'>;
  readonly log: Log;
}

export interface KeyKeeper {
  /** The keys in memory, if they are of this generation and not too old. */
  held(identityProviderId: string, gate: Gate, now: Instant): HeldKeys | undefined;
  /**
   * Brings keys into memory. What was read before is old by then: read it again.
   * @param unknownKid asks the issuer even if keys are there, unless it was asked so within the cool-down
   * @throws Problem `unavailable` when the issuer does not answer: never older keys instead
   */
  refresh(issuer: HasKeys, gate: Gate, unknownKid: boolean): Promise<void>;
}

const isFresh = (fetched: { keyGeneration: number; fetchedAt: Instant | null }, gate: Gate, now: Instant): boolean =>
  fetched.keyGeneration === gate.keyGeneration && fetched.fetchedAt !== null && now - fetched.fetchedAt < KEYS_KEPT_MS;

export function keyKeeper(parts: KeyKeeperParts): KeyKeeper {
  const { table, commit, clock } = parts;
  const memory = new QuickLRU<string, HeldKeys>({ maxSize: ISSUERS_MAX });

  const remember = (record: KeyRecord): void => {
    const { identityProviderId, keyGeneration, fetchedAt, keySet } = record;
    const known = memory.get(identityProviderId);
    if (fetchedAt === null || (known?.fetchedAt === fetchedAt && known.keyGeneration === keyGeneration)) return;
    memory.set(identityProviderId, { keyGeneration, fetchedAt, keys: readKeySet(JSON.parse(keySet)).keys });
  };

  const write = async (record: KeyRecord, gate: Gate, isNew: boolean): Promise<void> => {
    const put = isNew ? keyRecordItem.create(record, () => 'stale') : keyRecordItem.replace(record);
    // A revocation that was answered since the gate was read makes the whole write stale: what was asked for before it
    // is not stored after it.
    const cause = { actor: { type: 'SYSTEM', id: 'keys' }, now: clock(), correlationId: 'keys', source: null } as const;
    await commit({ writes: [put, gateItem.unchanged(gate)], audit: [], events: [] }, cause);
  };

  return {
    held(identityProviderId, gate, now) {
      const known = memory.get(identityProviderId);
      return known && isFresh(known, gate, now) ? known : undefined;
    },

    async refresh(issuer, gate, unknownKid) {
      for (let waits = 0; waits < WAITS_MAX; waits++) {
        const now = clock();
        const stored = await keyRecordItem.read(table, keyRecordKey(issuer.id));
        const record = stored ?? neverFetched(issuer.id);
        const mayAskForKid = record.askedForKidAt === null || now - record.askedForKidAt >= COOL_DOWN_MS;
        const hadThem = memory.get(issuer.id)?.fetchedAt === record.fetchedAt;
        if (isFresh(record, gate, now) && !(unknownKid && hadThem && mayAskForKid)) return remember(record);
        if (record.lease && record.lease.keyGeneration === gate.keyGeneration && now < record.lease.until) {
          await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
          continue;
        }
        const leased = {
          ...record,
          lease: { until: now + LEASE_MS, keyGeneration: gate.keyGeneration },
          ...(unknownKid && isFresh(record, gate, now) && { askedForKidAt: now }),
        };
        try {
          await write(leased, gate, stored === undefined);
          const held = { ...leased, version: stored === undefined ? leased.version : leased.version + 1 };
          return remember(await fetchInto(held, issuer, gate));
        } catch (error) {
          if (!(error instanceof Stale)) throw error;
          return; // another has the lease, or a revocation came: whoever asked reads everything again
        }
      }
      throw new Problem('unavailable', { what: 'The issuer' });
    },
  };

  async function fetchInto(leased: KeyRecord, issuer: HasKeys, gate: Gate): Promise<KeyRecord> {
    const fetchedAt = clock();
    const fetched = await parts.prover.fetchKeySet(issuer.jwksUri, { noCache: true }); // past caches before the issuer
    const { keys } = readKeySet(fetched.kind === 'document' ? fetched.document : undefined);
    if (keys.length > 0) {
      const jwks = { keys: keys.map(({ jwk, kid, alg }) => ({ ...jwk, kid, alg })) };
      const record = {
        ...leased,
        keyGeneration: gate.keyGeneration,
        fetchedAt,
        keySet: JSON.stringify(jwks),
        lease: null,
      };
      await write(record, gate, false);
      return record;
    }
    const outcome = fetched.kind === 'status' ? `status ${fetched.status}` : fetched.kind;
    parts.log.warn({ identityProviderId: issuer.id, outcome }, 'the issuer gave no usable keys');
    await write({ ...leased, lease: null }, gate, false); // the next verdict may try at once
    throw new Problem('unavailable', { what: 'The issuer' });
  }
}

const neverFetched = (identityProviderId: string): KeyRecord => ({
  version: 1,
  identityProviderId,
  keyGeneration: 0,
  fetchedAt: null,
  askedForKidAt: null,
  keySet: '{"keys":[]}',
  lease: null,
});

/** An audit in memory: events, chains and roots, as the table and the bucket would hold them. */
import { generateKeyPairSync, sign } from 'node:crypto';
import {
  type ChainEnd,
  endAt,
  GENESIS,
  hashOfEvent,
  type KeptRoot,
  nextRoot,
  nextSeal,
  signed,
  signedText,
} from '../../shared/audit/seal-rules.ts';
import type { Seal } from '../../shared/audit/seal-schema.ts';
import { sealItem } from '../../shared/audit/seal-store.ts';
import { type Report, verifyAudit } from '../../shared/audit/verify.ts';
import type { Ledger } from '../../shared/audit/verify-chain.ts';
import { AUDIT_SHARDS, auditKey } from '../../shared/platform/audit-item.ts';
import { firstIdAt } from '../../shared/platform/ids.ts';
import { type Item, type Key, keyText } from '../../shared/platform/table.ts';
import { MINUTE_MS } from '../../shared/platform/time.ts';
import { T0 } from '../grants/a-grant.ts';

export const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The `number`th event, one second after the one before it. */
export function anEvent(number: number, shard: number): Item {
  const federationId = 'fed_1';
  const id = firstIdAt('evt', T0 + number * 1000);
  return {
    ...auditKey({ federationId, shard, id }),
    federationId,
    id,
    shard,
    action: 'a',
    before: null,
    after: { number },
  };
}

export class MemoryLedger implements Ledger {
  readonly #events = new Map<string, { key: Key; hash: string; times: number }>();
  note(key: Key, hash: string): void {
    this.#events.set(keyText(key), { key, hash, times: 0 });
  }
  cover(key: Key) {
    const event = this.#events.get(keyText(key));
    return event && { hash: event.hash, times: event.times++ };
  }
  *uncovered() {
    const left = [...this.#events.values()].filter(({ times }) => times === 0);
    for (const { key } of left.sort((one, other) => (one.key.sk < other.key.sk ? -1 : 1))) yield key;
  }
}

/** What is tampered with: plain lists, that a test changes as it likes. */
export class Archive {
  events: Item[] = [];
  chains: Seal[][] = AUDIT_SHARDS.map(() => []);
  roots: KeptRoot[] = [];
  /** As the table names the newest root. */
  namedRoot = 0;
  now = T0 + 20 * MINUTE_MS;

  /** Appends one seal for each shard that has any of these, in this order. */
  seal(events: readonly Item[]): void {
    this.events.push(...events);
    for (const [shard, chain] of this.chains.entries()) {
      const covered = events.filter((event) => event.shard === shard);
      if (covered.length === 0) continue;
      const link = { shard, at: T0, upTo: T0, events: covered.map(sealedEvent) };
      chain.push(nextSeal(this.#endOf(chain), link));
    }
  }

  /** Vouches for all chains as they are. */
  root(upTo: number): void {
    const heads = this.chains.map((chain) => this.#endOf(chain).head);
    const root = nextRoot(this.roots.at(-1), { heads, at: upTo + MINUTE_MS, upTo });
    this.roots.push(signed(root, sign('sha256', Buffer.from(signedText(root)), privateKey)));
    this.namedRoot = this.roots.length;
  }

  async verify(): Promise<{ findings: string[]; report: Report }> {
    const findings: string[] = [];
    const { events, chains, roots, namedRoot, now } = this;
    const evidence = {
      events: pagesOf(events),
      seals: (shard: number, after: number) =>
        each(
          (chains[shard] ?? [])
            .filter(({ sequence }) => sequence > after)
            .map((seal) => ({ ...sealItem.key(seal), ...seal })),
        ),
      event: async (key: Key) => events.find(({ pk, sk }) => pk === key.pk && sk === key.sk),
      roots: each(roots.map(({ text }, at) => ({ name: `roots/${at + 1}`, text }))),
      namedRoot,
      publicKey,
      now: () => now,
      ledger: new MemoryLedger(),
    };
    const report = await verifyAudit(evidence, (finding) => findings.push(finding));
    return { findings, report };
  }

  #endOf(chain: readonly Seal[]): ChainEnd {
    const last = chain.at(-1);
    return last ? endAt(last) : { head: GENESIS, upTo: 0 };
  }
}

const sealedEvent = (event: Item) => ({ federationId: 'fed_1', id: String(event.id), hash: hashOfEvent(event) });

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}
async function* pagesOf<T>(all: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < all.length; from += 3) yield all.slice(from, from + 3);
}

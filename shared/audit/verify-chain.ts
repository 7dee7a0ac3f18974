/** Walks one shard's chain seal by seal, and holds each event against what was sealed of it. Does no I/O of its own. */
import { auditKey } from '../platform/audit-item.ts';
import { firstIdAt } from '../platform/ids.ts';
import type { Item, Key } from '../platform/table.ts';
import { formatInstant, type Instant } from '../platform/time.ts';
import { GENESIS, hashOfEvent, hashOfSeal, lookedFrom } from './seal-rules.ts';
import { type Head, Seal, type SealedEvent } from './seal-schema.ts';

/** Says what is wrong, in one sentence. */
export type Tell = (finding: string) => void;

/** The events that were there when the verification began; they need not fit into memory. */
export interface Ledger {
  note(key: Key, hash: string): void;
  /** What was noted of an event, and how often it was covered before this; undefined: nothing was noted. */
  cover(key: Key): { readonly hash: string; readonly times: number } | undefined;
  /** What was noted and no seal has covered, oldest first. */
  uncovered(): Iterable<Key>;
}

export interface ChainEvidence {
  /** The seals of a shard as the table has them, from the one after this sequence on. */
  readonly seals: (shard: number, after: number) => AsyncIterator<Item>;
  /** An event as the table has it now; undefined when it is gone. */
  readonly event: (key: Key) => Promise<Item | undefined>;
  readonly ledger: Ledger;
}

export interface ChainWalk {
  /**
   * Goes on to this seal, and says when the chain has another in its place, or ends before it. What comes behind it was
   * sealed after all that was drawn before `sealedUpTo` had been vouched for.
   */
  holdAgainst(vouched: Head, root: { readonly sequence: number; readonly sealedUpTo: Instant }): Promise<void>;
  /** Goes on to the end: the last seals may have no root yet. `late`: events sealed after their time was vouched for. */
  finish(): Promise<{ readonly seals: number; readonly events: number; readonly late: number }>;
}

export function walkChain(shard: number, { seals, event, ledger }: ChainEvidence, tell: Tell): ChainWalk {
  let source = seals(shard, 0);
  let head = GENESIS;
  const read = { seals: 0, events: 0, late: 0 };
  let sealedUpTo: Instant = 0;
  /** One sentence for each chain that is not the one that was vouched for: every later root would only repeat it. */
  let isTold = false;

  /** Takes seals up to this sequence. */
  async function advance(to: number): Promise<void> {
    while (head.sequence < to) {
      const { value, done } = await source.next();
      if (done) return;
      read.seals += 1;
      const seal = Seal.safeParse(value);
      if (seal.success) await take(seal.data);
      else {
        const sequence = Number(value.sk);
        tell(`Seal ${sequence} of shard ${shard} cannot be read: it was rewritten.`);
        head = { ...head, sequence: Math.max(head.sequence, sequence || 0) }; // read on behind it
      }
    }
  }

  async function take(seal: Seal): Promise<void> {
    const { sequence, hash, previousHash, count } = seal;
    const name = `Seal ${sequence} of shard ${shard}`;
    const next = head.sequence + 1;
    if (sequence === next + 1) tell(`Seal ${next} of shard ${shard} is missing: the chain was cut.`);
    else if (sequence > next)
      tell(`Seals ${next} to ${sequence - 1} of shard ${shard} are missing: the chain was cut.`);
    else if (sequence < next) tell(`${name} is there twice: the chain was rewritten.`);
    else if (previousHash !== head.hash || count !== head.count + seal.events.length)
      tell(`${name} does not follow from the one before it: the chain was rewritten.`);
    if (hash !== hashOfSeal(seal)) tell(`${name} is not what its hash says: it was rewritten.`);
    head = { sequence, hash, count };
    for (const sealed of seal.events) await hold(sealed, name);
  }

  async function hold(sealed: SealedEvent, seal: string): Promise<void> {
    read.events += 1;
    const key = auditKey({ ...sealed, shard });
    const name = `Event ${sealed.id} of ${sealed.federationId}`;
    if (sealed.id < firstIdAt('evt', lookedFrom(sealedUpTo)))
      tell(
        `${name} was put there later: ${seal} covers it, and everything before ${formatInstant(sealedUpTo)} was sealed.`,
      );
    else if (sealed.id < firstIdAt('evt', sealedUpTo)) read.late += 1;
    const noted = ledger.cover(key);
    if (noted && noted.times > 0) tell(`${name} is sealed twice, again in ${seal}.`);
    const item = noted ? undefined : await event(key); // written since the ledger was made, or gone
    const hash = noted?.hash ?? (item && hashOfEvent(item));
    if (hash === undefined) tell(`${name} has been removed; ${seal} covers it.`);
    else if (hash !== sealed.hash) tell(`${name} has been changed since it was sealed; ${seal} covers it.`);
  }

  return {
    async holdAgainst(vouched, root) {
      await advance(vouched.sequence);
      if (head.sequence < vouched.sequence) {
        source = seals(shard, head.sequence); // sealed since the page was read?
        await advance(vouched.sequence);
      }
      sealedUpTo = root.sealedUpTo;
      if (isTold) return;
      isTold = true;
      const vouches = `root ${root.sequence} vouches for`;
      if (head.sequence < vouched.sequence)
        tell(
          `The chain of shard ${shard} ends at seal ${head.sequence}, but ${vouches} seal ${vouched.sequence}: its end was cut off.`,
        );
      else if (head.sequence === vouched.sequence && (head.hash !== vouched.hash || head.count !== vouched.count))
        tell(`Seal ${vouched.sequence} of shard ${shard} is not the one that ${vouches}: the chain was rewritten.`);
      else isTold = false;
    },
    async finish() {
      await advance(Number.POSITIVE_INFINITY);
      return read;
    },
  };
}

/**
 * Whether the audit is what was sealed: every root against the key and the root before it, every chain against the roots,
 * every event against its chain. Does no I/O of its own, reads page by page, and keeps nothing but where it stands.
 */
import { type KeyObject, verify } from 'node:crypto';
import { AUDIT_SHARDS } from '../platform/audit-item.ts';
import { drawnAt, idOf } from '../platform/ids.ts';
import type { Item, Key } from '../platform/table.ts';
import { formatInstant, type Instant, MINUTE_MS } from '../platform/time.ts';
import { hashOfEvent, type KeptRoot, NO_HASH, sha256, signedText } from './seal-rules.ts';
import { Root } from './seal-schema.ts';
import { type ChainEvidence, type Tell, walkChain } from './verify-chain.ts';

export interface Evidence extends ChainEvidence {
  /** Every event as the table has it, in pages, in any order. */
  readonly events: AsyncIterable<readonly Item[]>;
  /** Every root, first to last. */
  readonly roots: AsyncIterable<{ readonly name: string; readonly text: string }>;
  /** The sequence of the newest root as the table names it, 0 for none; read before the roots are. */
  readonly namedRoot: number;
  readonly publicKey: KeyObject;
  /** By the clock that the system draws identifiers by; read after all else. */
  readonly now: () => Instant;
}

/** A clock is not further ahead of another one than this. */
const AHEAD_MS_MAX = 5 * MINUTE_MS;
/** A root is there after the first minute that has settled; this is far longer. */
const ROOTLESS_MS_MAX = 15 * MINUTE_MS;

export interface Report {
  readonly roots: number;
  readonly seals: number;
  /** Events that seals cover. */
  readonly events: number;
  /** Of these, sealed after their time was vouched for, within what is looked at again. */
  readonly late: number;
  /** What the newest root says; null: there is none. */
  readonly sealedUpTo: Instant | null;
  /** Events whose minute is not sealed yet: a change of these shows nowhere. */
  readonly unsealed: { readonly count: number; readonly since: Instant | null };
}

export async function verifyAudit(evidence: Evidence, tell: Tell): Promise<Report> {
  // Events first: whatever is sealed by the time the chains are read was then there, or is looked up by itself.
  let oldest: Instant = Number.POSITIVE_INFINITY;
  for await (const page of evidence.events)
    for (const item of page) {
      const key = { pk: String(item.pk), sk: String(item.sk) };
      evidence.ledger.note(key, hashOfEvent(item));
      oldest = Math.min(oldest, timeOf(key));
    }

  const walks = AUDIT_SHARDS.map((shard) => walkChain(shard, evidence, tell));
  let roots = 0;
  let newest: KeptRoot | undefined;
  for await (const { name, text } of evidence.roots) {
    roots += 1;
    const root = rootIn(text);
    if (!root) {
      tell(`The object ${name} is no root: it was rewritten.`);
      continue;
    }
    judgeRoot({ root, text }, newest, tell);
    if (!isSigned(root, evidence.publicKey)) {
      tell(`Root ${root.sequence} is not signed by the key.`);
      continue; // it vouches for nothing
    }
    newest = { root, text };
    for (const [shard, walk] of walks.entries()) {
      const head = root.heads[shard];
      if (head) await walk.holdAgainst(head, { sequence: root.sequence, sealedUpTo: Date.parse(root.sealedUpTo) });
    }
  }
  const last = newest?.root.sequence ?? 0;
  if (evidence.namedRoot > last)
    tell(`${named('Root', last + 1, evidence.namedRoot)} missing: the table knows of more.`);

  const ends = await Promise.all(walks.map((walk) => walk.finish()));
  const sealedUpTo = newest ? Date.parse(newest.root.sealedUpTo) : null;
  const now = evidence.now();
  if (!newest && oldest < now - ROOTLESS_MS_MAX)
    tell('No root is signed by the key, though there are events of more than 15 minutes ago: all roots were removed.');
  return {
    roots,
    seals: ends.reduce((sum, { seals }) => sum + seals, 0),
    events: ends.reduce((sum, { events }) => sum + events, 0),
    late: ends.reduce((sum, { late }) => sum + late, 0),
    sealedUpTo,
    unsealed: judgeUncovered(evidence.ledger.uncovered(), { sealedUpTo, now }, tell),
  };
}

function judgeRoot({ root }: KeptRoot, before: KeptRoot | undefined, tell: Tell): void {
  const next = (before?.root.sequence ?? 0) + 1;
  if (root.sequence > next) tell(`${named('Root', next, root.sequence - 1)} missing.`);
  else if (root.sequence < next) tell(`Root ${root.sequence} is out of sequence: it is there twice.`);
  else if (root.previousHash !== (before ? sha256(before.text) : NO_HASH))
    tell(`Root ${root.sequence} does not follow from the root before it: one of them was rewritten.`);
}

interface Times {
  readonly sealedUpTo: Instant | null;
  readonly now: Instant;
}

function judgeUncovered(keys: Iterable<Key>, { sealedUpTo, now }: Times, tell: Tell): Report['unsealed'] {
  let count = 0;
  let since: Instant | null = null;
  for (const key of keys) {
    const { pk, sk } = key;
    const at = timeOf(key);
    const [, federationId] = pk.split('#');
    if (at > now + AHEAD_MS_MAX)
      tell(`Event ${sk} of ${federationId} is of a time that has not come: it was put there by hand.`);
    if (sealedUpTo !== null && at < sealedUpTo) {
      tell(
        `Event ${sk} of ${federationId} is in no seal, though everything before ${formatInstant(sealedUpTo)} is sealed: it was put there later, or its seal was removed.`,
      );
      continue;
    }
    count += 1;
    since = Math.min(since ?? at, at);
  }
  return { count, since };
}

/** When an event was drawn; long ago when its name is none that the system gives. */
const timeOf = ({ sk }: Key): Instant => (EventId.safeParse(sk).success ? drawnAt(sk) : 0);
const EventId = idOf('evt');

const named = (what: string, first: number, last: number): string =>
  first === last ? `${what} ${first} is` : `${what}s ${first} to ${last} are`;

function rootIn(text: string): Root | undefined {
  try {
    return Root.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isSigned({ signature, ...unsigned }: Root, publicKey: KeyObject): boolean {
  return verify('sha256', Buffer.from(signedText(unsigned)), publicKey, Buffer.from(signature, 'base64'));
}

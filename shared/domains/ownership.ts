/** One verified owner for each name, whoever races (S4): a claim that moves in the transaction which sets VERIFIED. */
import { claim, holderOf, release, stillHeld, takeOver } from '../platform/claim.ts';
import type { Table, Write } from '../platform/table.ts';
import { federationItem, federationKey } from '../tenants/store.ts';
import type { Judgement } from './judge.ts';
import { notProved } from './judgement.ts';
import { letsGo, ousted } from './rules.ts';
import type { Domain } from './schema.ts';
import { domainItem, domainKey, OWNER_SCOPE } from './store.ts';

export interface Owned {
  readonly judged: Judgement;
  /** Go into the transaction that records it; stale when the claim has moved meanwhile. */
  readonly writes: readonly Write[];
  /** The domain of another federation that is suspended by this proof. */
  readonly ousted?: { readonly before: Domain; readonly after: Domain };
}

/** What a proof does to who holds the name; a name that another federation holds stays unproved, with the reason. */
export async function settleOwnership(table: Table, domain: Domain, judged: Judgement): Promise<Owned> {
  if (judged.outcome !== 'PROVED') return { judged, writes: [] };
  const { domainName: name, id } = domain;
  const holder = await holderOf(table, OWNER_SCOPE, name);
  // Not taken for granted: while this one was suspended, another may take the name over, which leaves its item as it is.
  if (holder === id) return { judged, writes: [stillHeld(OWNER_SCOPE, name, id)] };
  if (holder === undefined) return { judged, writes: [claim(OWNER_SCOPE, name, id, () => 'stale')] };
  const other = await domainItem.read(table, domainKey(holder));
  // One that was made in the instant of its federation's deletion holds nothing up: nobody could delete it.
  const isOrphan = other && !(await federationItem.read(table, federationKey(other.federationId)));
  // Its version is checked, or it may have been seen to be proved again.
  if (other && (isOrphan || other.status === 'SUSPENDED')) {
    return { judged, writes: [takeOver(OWNER_SCOPE, name, holder, id), domainItem.unchanged(other)] };
  }
  if (other && letsGo(other)) {
    const after = ousted(other);
    const writes = [takeOver(OWNER_SCOPE, name, holder, id), domainItem.replace(after)];
    return { judged, writes, ousted: { before: other, after } };
  }
  return { judged: { ...judged, ...ownedElsewhere(name) }, writes: [] };
}

const ownedElsewhere = (name: string) =>
  notProved(
    'domain-owned-elsewhere',
    `The proof is published, but another federation of this installation holds ${name}.`,
    'Delete the domain there, or withdraw the proof of that federation: once it is suspended, this one can have the name. Leave the proof of this one; it is tried again by itself.',
  );

/** What a delete does to the name: it is free, if this domain held it. */
export async function letGo(table: Table, { domainName, id }: Domain): Promise<Write[]> {
  return (await holderOf(table, OWNER_SCOPE, domainName)) === id ? [release(OWNER_SCOPE, domainName, id)] : [];
}

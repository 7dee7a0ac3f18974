/**
 * What must be so once faults have stopped and everything has come to rest: nothing is due, every end is recorded, and
 * live items, history, audit and bus say what the model says.
 * @throws Broken at the first thing that is not so
 */
import { itemOf, type Key } from '../../shared/platform/table.ts';
import type { Instant } from '../../shared/platform/time.ts';
import { FOREVER, hold, type ModelGrant, merged, type Place, rewritten, type Span, spansText } from './grants-model.ts';
import { Interval } from './grants-stored.ts';
import type { GrantsWatch } from './grants-watch.ts';
import type { MemoryTable } from './memory-table.ts';

interface Stored {
  readonly intervals: Map<string, Span[]>;
  /** By the key of the principal's item: the grants in it. */
  readonly live: Map<string, Set<string>>;
  readonly audits: Map<string, number>;
}

export function checkAtRest(table: MemoryTable, watch: GrantsWatch, now: Instant): void {
  const stored = read(table, now);
  for (const [federationId, place] of watch.places) {
    const written = watch.audits.get(federationId) ?? 0;
    const kept = stored.audits.get(federationId) ?? 0;
    hold(kept === written, now, () => `${federationId} has ${kept} entries in the audit, not ${written}`);
    for (const grant of place.grants.values()) checkGrant(place, grant, stored.intervals.get(grant.id) ?? [], now);
  }
  const living = [...watch.places.values()]
    .flatMap((place) => [...place.grants.values()])
    .filter(({ ended }) => !ended);
  const inItems = [...stored.live.values()].flatMap((ids) => [...ids]);
  hold(same(inItems, living), now, () => `principals have ${inItems.length} live grants, not ${living.length}`);
  for (const [id, { text, published }] of watch.events)
    hold(published > 0, now, () => `${id} never reached the bus: ${text}`);
}

function checkGrant(place: Place, grant: ModelGrant, intervals: readonly Span[], now: Instant): void {
  const end = place.endBy(grant, now);
  hold(end === undefined || grant.ended !== undefined, now, () => `${grant.id} ended, which nobody recorded`);
  const isStarted = grant.isStartTold || grant.ended !== undefined || grant.startsAt > now;
  hold(isStarted, now, () => `${grant.id} started, which nobody told`);
  const told = intervals.reduce<Span[]>((held, span) => rewritten(held, span[0], span), []);
  hold(
    JSON.stringify(merged(told)) === JSON.stringify(merged(grant.held)),
    now,
    () => `the history of ${grant.id} says ${spansText(told)}, not ${spansText(grant.held)}: ${JSON.stringify(grant)}`,
  );
}

const same = (ids: readonly string[], grants: readonly { id: string }[]): boolean =>
  JSON.stringify([...ids].sort()) === JSON.stringify(grants.map(({ id }) => id).sort());

function read(table: MemoryTable, now: Instant): Stored {
  const stored: Stored = { intervals: new Map(), live: new Map(), audits: new Map() };
  for (const attributes of table.everything()) {
    const item = itemOf(attributes);
    const key: Key = { pk: String(item.pk), sk: String(item.sk) };
    const dueAt = item.dueAt;
    hold(
      typeof dueAt !== 'number' || dueAt > now,
      now,
      () => `${key.pk} ${key.sk} is still due: ${JSON.stringify(item)}`,
    );
    if (key.pk.startsWith('AUDIT#')) {
      const federationId = String(item.federationId);
      stored.audits.set(federationId, (stored.audits.get(federationId) ?? 0) + 1);
    } else if (key.sk.startsWith('INTERVAL#')) {
      const { grantId, from, until } = Interval.parse(item);
      stored.intervals.set(grantId, [...(stored.intervals.get(grantId) ?? []), [from, until ?? FOREVER]]);
    } else if (key.sk === 'LIVE_GRANTS') {
      const ids = Object.keys(item).filter((name) => name.startsWith('grt_'));
      stored.live.set(key.pk, new Set(ids));
    }
  }
  return stored;
}

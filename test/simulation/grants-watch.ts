/**
 * Holds every transaction, and every answer to a caller, against the model, and brings the model up to date.
 * @throws Broken at the first thing that is not so
 */
import { itemOf } from '../../shared/platform/table.ts';
import type { Instant } from '../../shared/platform/time.ts';
import { Counts } from './counts.ts';
import type { Asked } from './grants-asked.ts';
import { carryOut } from './grants-changes.ts';
import { Broken, FOREVER, grantOf, hold, type ModelGrant, type Place, rewritten, warningAt } from './grants-model.ts';
import * as stored from './grants-stored.ts';
import type { Written } from './memory-dynamodb.ts';

type Audit = stored.Audit;
type StoredGrant = stored.StoredGrant;

/** Which event tells which entry of the audit. */
const TOLD: Readonly<Record<string, string>> = {
  'grant.create': 'grant.created',
  'grant.change': 'grant.changed',
  'grant.end': 'grant.ended',
  'grant.expire': 'grant.expired',
  'freeze.create': 'freeze.started',
  'freeze.lift': 'freeze.lifted',
};

export class GrantsWatch {
  /** By federation: each history has one of its own. */
  readonly places = new Map<string, Place>();
  readonly asked = new Map<string, Asked>();
  readonly counts = new Counts();
  /** Every event that was written with a change, and how often the bus had it. */
  readonly events = new Map<string, { readonly text: string; published: number }>();
  readonly audits = new Map<string, number>();
  /** Milliseconds after `expiresAt` at which the worker had the grant in hand, and its end was recorded. */
  readonly begun: number[] = [];
  readonly recorded: number[] = [];
  onGrant: (place: Place, grant: ModelGrant) => void = () => undefined;

  readonly written = (written: readonly Written[], at: Instant): void => {
    const audits: Audit[] = [];
    const grants: StoredGrant[] = [];
    const events: stored.Event[] = [];
    for (const { key, item } of written) {
      if (!item) continue;
      if (key.pk.startsWith('AUDIT#')) audits.push(stored.Audit.parse(itemOf(item)));
      else if (key.sk === 'GRANT') grants.push(stored.Grant.parse(itemOf(item)));
      else if (key.sk === 'EVENT' && !this.events.has(key.pk)) events.push(stored.Event.parse(itemOf(item)));
      else if (key.sk === 'LIVE_GRANTS') {
        const count = Object.keys(item).filter((name) => name.startsWith('grt_')).length;
        hold(item.liveCount?.N === String(count), at, () => `${key.pk} counts ${item.liveCount?.N} for ${count}`);
      }
    }
    const [audit, ...more] = audits;
    hold(more.length === 0, at, () => `one change has ${audits.length} entries in the audit`);
    if (audit) this.audits.set(audit.federationId, (this.audits.get(audit.federationId) ?? 0) + 1);
    const place = this.places.get((audit ?? grants[0] ?? events[0])?.federationId ?? '');
    for (const { id, type, subject, data } of events)
      this.events.set(id, { text: JSON.stringify({ type, subject, data }), published: 0 });
    if (!place) return;
    place.changes++;
    const told = events.map(({ type }) => type).join();
    const [grant] = grants;
    if (audit) {
      hold(told === (TOLD[audit.action] ?? ''), at, () => `${audit.action} was told as "${told}"`);
      this.counts.add(audit.actor.type === 'SYSTEM' ? `${audit.action} by the system` : audit.action);
      if (audit.actor.type === 'SYSTEM') this.#bySystem(place, audit, grant, at);
      else this.#byCaller(place, audit, at);
    } else if (grant) this.#toldOnly(place, grant, told, at);
    if (grant) this.#sameAs(place, grant, at);
  };

  /** The bus has an event. */
  published(event: { id: string; type: string; subject: string; data: unknown }, at: Instant): void {
    const known = this.events.get(event.id);
    if (!known) throw new Broken(`the bus has ${event.id}, which no change told`);
    const { type, subject, data } = event;
    hold(known.text === JSON.stringify({ type, subject, data }), at, () => `${event.id} tells something else`);
    known.published++;
  }

  #byCaller(place: Place, audit: Audit, at: Instant): void {
    const asked = this.asked.get(audit.correlationId);
    if (!asked) throw new Broken(`${audit.action} of ${audit.resource.id} was asked for by nobody`);
    const { wish } = asked;
    hold(!asked.isDone, at, () => `${JSON.stringify(wish)} was done twice`);
    asked.isDone = true;
    const now = audit.at;
    hold(now <= at && now >= asked.begunAt, at, () => `${audit.action} is dated ${now}`);
    const grant = carryOut(place, audit, wish, at);
    if (grant) this.onGrant(place, grant);
  }

  #bySystem(place: Place, audit: Audit, after: StoredGrant | undefined, at: Instant): void {
    const grant = grantOf(place, audit.resource.id);
    const reason = after?.endReason;
    if (!after || !reason || after.endedAt === null) throw new Broken(`${audit.action} ended nothing`);
    hold(!grant.ended, at, () => `${grant.id} ended twice`);
    hold((audit.action === 'grant.expire') === (reason === 'EXPIRED'), at, () => `${audit.action} for ${reason}`);
    const now = audit.at;
    if (reason === 'INELIGIBLE') {
      hold(!grant.isStartTold && now >= grant.startsAt, at, () => `${grant.id} was looked at before its start`);
      const opinions = place.opinions(grant, [now, at], grant.startsAt);
      hold(opinions.has(false), at, () => `${grant.id} was refused at its start, which the policy allows`);
    }
    const due = reason === 'INELIGIBLE' ? { at: Math.min(now, grant.expiresAt ?? FOREVER), reason } : undefined;
    // A disconnect that is committed between the worker's read and its commit may count, or not.
    const right = due ? [due] : [place.endBy(grant, now, now), place.endBy(grant, now, at)];
    hold(
      right.some((end) => end?.reason === reason && end.at === after.endedAt),
      at,
      () =>
        `${grant.id} is recorded as ${reason} at ${after.endedAt}, not ${JSON.stringify(right)}: ${JSON.stringify(grant)}`,
    );
    grant.ended = { at: after.endedAt, reason };
    if (reason !== 'EXPIRED') {
      grant.held = rewritten(grant.held, after.endedAt);
      return;
    }
    this.begun.push(now - after.endedAt);
    this.recorded.push(at - after.endedAt);
  }

  /** What changes nothing for anybody: the start, and the word that the end is near. */
  #toldOnly(place: Place, after: StoredGrant, told: string, at: Instant): void {
    const grant = grantOf(place, after.id);
    this.counts.add(told);
    if (told === 'grant.started') {
      const now = after.startedAt ?? 0;
      hold(!grant.isStartTold && now >= grant.startsAt, at, () => `${grant.id} started twice, or early`);
      hold(place.endBy(grant, now, now) === undefined, at, () => `${grant.id} started after its end`);
      const opinions = place.opinions(grant, [now, at], grant.startsAt);
      hold(opinions.has(true), at, () => `${grant.id} started, which the policy forbids`);
      grant.isStartTold = true;
      return;
    }
    hold(told === 'grant.expiring-soon', at, () => `${grant.id} was written, and told as "${told}"`);
    const now = after.warnedAt ?? 0;
    const due = warningAt(grant);
    hold(
      due !== undefined && now >= due && !grant.isWarned,
      at,
      () => `the end of ${grant.id} is told early, or twice`,
    );
    hold(place.endBy(grant, now, now) === undefined, at, () => `the end of ${grant.id} is told after it`);
    grant.isWarned = true;
  }

  #sameAs(place: Place, item: StoredGrant, at: Instant): void {
    const grant = grantOf(place, item.id);
    const { startsAt, expiresAt, epoch, identityProviderId, principal, clusterIds, ended } = grant;
    const isSame =
      item.startsAt === startsAt &&
      item.expiresAt === expiresAt &&
      item.epoch === epoch &&
      item.identityProviderId === identityProviderId &&
      item.principal.name === principal.name &&
      String(item.clusterIds) === String(clusterIds) &&
      item.endedAt === (ended?.at ?? null) &&
      item.endReason === (ended?.reason ?? null);
    hold(isSame, at, () => `${JSON.stringify(item)} is stored, not ${JSON.stringify(grant)}`);
  }
}

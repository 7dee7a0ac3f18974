/**
 * What is true of the grants of one organization, said again without the rules' code: who may do what when, and what
 * the history says. It is told of what was committed, in the order in which it was.
 */
import { formatInstant, type Instant, MINUTE_MS } from '../../shared/platform/time.ts';

export class Broken extends Error {}

export interface Principal {
  readonly type: 'GROUP' | 'USER';
  readonly name: string;
}
/** Somebody who signs in at one identity provider. */
export interface Person {
  readonly identityProviderId: string;
  readonly type: Principal['type'];
  readonly subject: string;
  readonly groups: readonly string[];
}
/** A rule of the access policy. The first that is about the principal holds. */
export interface ModelRule {
  readonly name: string;
  readonly principals?: readonly string[];
  readonly longestMs?: number;
  readonly totalMs?: number;
  readonly isTemporaryOnly: boolean;
}
export type Target =
  | { readonly type: 'PROJECT' | 'FEDERATION' }
  | { readonly type: 'PRINCIPAL'; readonly identityProviderId: string; readonly principal: Principal };

/** Null: for good. */
export type End = { readonly ms: number } | { readonly at: Instant } | null;
/** `[from, until)` */
export type Span = readonly [from: Instant, until: Instant];
export type Reason = 'EXPIRED' | 'ENDED' | 'DISCONNECTED' | 'INELIGIBLE';

export interface ModelGrant {
  readonly id: string;
  readonly identityProviderId: string;
  readonly principal: Principal;
  readonly role: string;
  readonly clusterIds: readonly string[] | null;
  readonly epoch: number;
  readonly startsAt: Instant;
  expiresAt: Instant | null;
  /** Once its end has been recorded. */
  ended: { readonly at: Instant; readonly reason: Reason } | undefined;
  isStartTold: boolean;
  /** Since it was changed last. */
  isWarned: boolean;
  /** As the history has to tell it. */
  held: Span[];
}
export interface Link {
  isConnected: boolean;
  epoch: number;
  /** For each epoch that is over: the instant of the disconnect, and when it was committed. */
  readonly cuts: Map<number, { readonly at: Instant; readonly committedAt: Instant }>;
  changedAt: Instant;
}

export const FOREVER = Number.POSITIVE_INFINITY;
export const endOf = (end: End, from: Instant): Instant | null =>
  end === null ? null : 'ms' in end ? from + end.ms : end.at;

export class Place {
  readonly links = new Map<string, Link>();
  readonly freezes = new Map<string, Target>();
  readonly grants = new Map<string, ModelGrant>();
  /** Each with the instant of its commit. */
  readonly policies: { readonly since: Instant; readonly rules: readonly ModelRule[] }[] = [{ since: 0, rules: [] }];
  /** What the one custom role allows. */
  roleAction = 'FIND';
  /** Raised by every commit that concerns this place. */
  changes = 0;

  link(identityProviderId: string): Link {
    const link = this.links.get(identityProviderId);
    if (!link) throw new Broken(`nobody knows ${identityProviderId}`);
    return link;
  }

  /** The grants by which the person may use the cluster at the instant, as things are committed now. */
  allowing(person: Person, clusterId: string, at: Instant): ModelGrant[] {
    const { identityProviderId, type, subject } = person;
    const link = this.link(identityProviderId);
    const isFrozen = (principal: Principal) =>
      [...this.freezes.values()].some(
        (target) =>
          target.type === 'PRINCIPAL' &&
          target.identityProviderId === identityProviderId &&
          target.principal.type === principal.type &&
          target.principal.name === principal.name,
      );
    const isAllFrozen = [...this.freezes.values()].some((target) => target.type !== 'PRINCIPAL');
    if (!link.isConnected || isAllFrozen || isFrozen({ type: 'USER', name: subject })) return [];
    return this.of(person).filter(
      (grant) =>
        grant.ended === undefined &&
        grant.epoch === link.epoch &&
        grant.startsAt <= at &&
        (grant.expiresAt === null || at < grant.expiresAt) &&
        !isFrozen({ type, name: grant.principal.name }) &&
        (grant.clusterIds === null || grant.clusterIds.includes(clusterId)),
    );
  }

  /** All that were ever made for the person or a group of theirs, oldest first. */
  of({ identityProviderId, type, subject, groups }: Person): ModelGrant[] {
    const names = type === 'GROUP' ? groups : [subject];
    return [...this.grants.values()]
      .filter((grant) => grant.identityProviderId === identityProviderId && names.includes(grant.principal.name))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Why the grant has ended by then, recorded or not, as far as it was committed before `seenAt`. */
  endBy(grant: ModelGrant, at: Instant, seenAt = at): { at: Instant; reason: Reason } | undefined {
    if (grant.ended) return grant.ended;
    const cut = this.link(grant.identityProviderId).cuts.get(grant.epoch);
    const expiry = grant.expiresAt ?? FOREVER;
    if (cut && cut.committedAt < seenAt && cut.at < expiry) return { at: cut.at, reason: 'DISCONNECTED' };
    return expiry <= at ? { at: expiry, reason: 'EXPIRED' } : undefined;
  }

  /** What the policies in force between the two instants say of a grant asked for, or begun, then. */
  opinions(grant: Pick<ModelGrant, 'principal' | 'startsAt' | 'expiresAt'>, [from, until]: Span, asOf = from) {
    const inForce = this.policies.filter(({ since }, index) => {
      const next = this.policies[index + 1]?.since ?? FOREVER;
      return since <= until && next >= from;
    });
    return new Set(inForce.map(({ rules }) => allows(rules, grant, asOf)));
  }
}

function allows(
  rules: readonly ModelRule[],
  { principal, startsAt, expiresAt }: Pick<ModelGrant, 'principal' | 'startsAt' | 'expiresAt'>,
  now: Instant,
): boolean {
  if (rules.length === 0) return true;
  const rule = rules.find(({ principals }) => principals === undefined || principals.includes(principal.name));
  if (!rule) return false;
  const { longestMs = FOREVER, totalMs = FOREVER, isTemporaryOnly } = rule;
  if (expiresAt === null) return !isTemporaryOnly && longestMs === FOREVER && totalMs === FOREVER;
  return expiresAt - Math.max(startsAt, now) <= longestMs && expiresAt - startsAt <= totalMs;
}

/** When the coming end is told; undefined: never. */
export function warningAt({ startsAt, expiresAt }: ModelGrant): Instant | undefined {
  if (expiresAt === null) return undefined;
  const ahead = Math.max(5 * MINUTE_MS, Math.ceil((expiresAt - startsAt) / 10)); // below a day in any history here
  return expiresAt - startsAt >= 2 * ahead ? expiresAt - ahead : undefined;
}

/** From the instant on the history says something else: nothing, or the span. */
export const rewritten = (held: readonly Span[], from: Instant, span?: Span): Span[] =>
  [...held.map(([since, until]): Span => [since, Math.min(until, from)]), ...(span ? [span] : [])].filter(
    ([since, until]) => since < until,
  );

/** The same instants in the fewest spans. */
export function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort(([one], [other]) => one - other)) {
    const last = all.at(-1);
    if (last && span[0] <= last[1]) all[all.length - 1] = [last[0], Math.max(last[1], span[1])];
    else all.push(span);
  }
  return all;
}

export const spansText = (spans: readonly Span[]): string =>
  merged(spans)
    .map(([from, until]) => `[${formatInstant(from)}, ${until === FOREVER ? 'for good' : formatInstant(until)})`)
    .join(' ');

export function grantOf(place: Place, id: string): ModelGrant {
  const grant = place.grants.get(id);
  if (!grant) throw new Broken(`nobody knows ${id}`);
  return grant;
}

export function hold(isSo: boolean, at: Instant, otherwise: () => string): void {
  if (!isSo) throw new Broken(`${formatInstant(at)}: ${otherwise()}`);
}

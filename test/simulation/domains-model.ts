/**
 * What must be true of every domain, said again without the rules' code, and checked at every look and every write.
 * @throws Broken at the first thing that is not so
 */
import type { Outcome } from '../../shared/domains/schema.ts';
import { DAY_MS, formatInstant, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../../shared/platform/time.ts';
import type { Script } from './domains-world.ts';
import type { Written } from './memory-dynamodb.ts';
import type { Attributes } from './shelf.ts';

/** How late a look may begin, whatever was lost or died on the way. */
export const LATE_MS_MAX = 5 * MINUTE_MS;
const LEASE_MS = 30 * SECOND_MS;
/** A look comes back within the time that a function has. */
const LOOK_MS_MAX = MINUTE_MS;

export class Broken extends Error {}

export interface Life {
  readonly id: string;
  readonly federationId: string;
  readonly script: Script;
  readonly addedAt: Instant;
  status: string;
  /** Transactions that recorded a look. */
  attempts: number;
  last: { readonly at: Instant; readonly outcome: string } | undefined;
  /** Looks in a row that showed no proof, since it was last seen. */
  failures: number;
  failingSince: Instant | undefined;
  leaseUntil: Instant;
  /** What the one look under this lease has shown. */
  look: { readonly at: Instant; readonly outcome: Outcome } | undefined;
}

export class DomainsModel {
  readonly #scriptOf: (federationId: string, domainName: string) => Script;
  readonly #byId = new Map<string, Life>();
  readonly #byToken = new Map<string, Life>();
  readonly #byName = new Map<string, Life[]>();
  /** Milliseconds after its instant at which each look or end began. */
  readonly lateness: number[] = [];
  looks = 0;
  readonly outcomes = new Map<string, number>();

  constructor(scriptOf: (federationId: string, domainName: string) => Script) {
    this.#scriptOf = scriptOf;
  }

  get size(): number {
    return this.#byId.size;
  }

  get lives(): readonly Life[] {
    return [...this.#byId.values()];
  }

  /** One outside look begins. */
  looking(token: string, at: Instant, outcomeOf: (script: Script) => Outcome): Outcome {
    const life = this.#byToken.get(token);
    if (!life) throw new Broken(`a look for ${token}, which nobody added`);
    const since = life.leaseUntil - LEASE_MS;
    hold(life, at, at >= since && at < life.leaseUntil, 'is looked at without a lease');
    hold(life, at, life.look === undefined, 'is looked at twice under one lease');
    hold(life, at, at >= plannedAt(life), 'is looked at early');
    const outcome = outcomeOf(life.script);
    life.look = { at, outcome };
    this.looks++;
    return outcome;
  }

  /** One transaction was carried out. */
  readonly written = (written: readonly Written[], at: Instant): void => {
    const attempt = written.find(({ key }) => key.sk.startsWith('ATTEMPT#'))?.item;
    for (const { key, item } of written) {
      if (key.sk !== 'DOMAIN') continue;
      if (!item) throw new Broken(`${key.pk} was deleted`);
      const life = this.#byId.get(key.pk);
      if (life) this.#changed(life, item, attempt, at);
      else this.#added(key.pk, item, at);
    }
  };

  isAdded(federationId: string, domainName: string): boolean {
    return this.#byName.get(domainName)?.some((life) => life.federationId === federationId) ?? false;
  }

  #changed(life: Life, item: Attributes, attempt: Attributes | undefined, at: Instant): void {
    const status = item.status?.S ?? '';
    const leaseUntil = Number(item.leaseUntil?.N ?? 0);
    if (attempt) this.#recorded(life, attempt, at);
    else if (status === 'EXPIRED') this.#expired(life, at);
    else this.#leased(life, leaseUntil, at);
    hold(life, at, status === life.status, () => `became ${status}`);
    hold(life, at, Number(item.attempts?.N) === life.attempts, () => `has ${item.attempts?.N} attempts`);
    if (isOwner(life)) {
      const owners = this.#byName.get(life.script.domainName)?.filter(isOwner) ?? [];
      hold(life, at, owners.length === 1, () => `owns its name with ${owners.map((owner) => owner.id)}`);
    }
  }

  #added(id: string, item: Attributes, at: Instant): void {
    const domainName = item.domainName?.S ?? '';
    const federationId = item.federationId?.S ?? '';
    const life: Life = {
      id,
      federationId,
      script: this.#scriptOf(federationId, domainName),
      addedAt: Number(item.addedAt?.N),
      status: 'PENDING',
      attempts: 0,
      last: undefined,
      failures: 0,
      failingSince: undefined,
      leaseUntil: 0,
      look: undefined,
    };
    hold(life, at, item.status?.S === 'PENDING', 'begins otherwise than PENDING');
    this.#byId.set(id, life);
    this.#byToken.set(item.token?.S ?? '', life);
    this.#byName.set(domainName, [...(this.#byName.get(domainName) ?? []), life]);
  }

  /** A look begins with its lease: neither early nor late. */
  #leased(life: Life, leaseUntil: Instant, at: Instant): void {
    const begin = leaseUntil - LEASE_MS;
    hold(life, at, begin <= at && at - begin < LOOK_MS_MAX, () => `has a lease until ${formatInstant(leaseUntil)}`);
    hold(life, at, !isOver(life, begin), 'is looked at after its end');
    this.#begins(life, begin, at);
    life.leaseUntil = leaseUntil;
    life.look = undefined;
  }

  #begins(life: Life, begin: Instant, at: Instant): void {
    const lateMs = begin - dueAt(life);
    hold(life, at, lateMs >= 0, () => `is looked at ${-lateMs} ms early`);
    hold(life, at, lateMs <= LATE_MS_MAX, () => `is looked at ${lateMs} ms late`);
    this.lateness.push(lateMs);
  }

  #expired(life: Life, at: Instant): void {
    hold(life, at, life.status === 'PENDING' && isOver(life, at), 'expires before its end');
    this.#begins(life, at, at);
    life.status = 'EXPIRED';
    life.leaseUntil = 0;
  }

  #recorded(life: Life, attempt: Attributes, at: Instant): void {
    const outcome = attempt.outcome?.S ?? '';
    const seenAt = Number(attempt.at?.N);
    const { look } = life;
    if (!look) throw broken(life, at, 'has an attempt that nobody made');
    hold(life, at, seenAt >= look.at && seenAt <= at && at - look.at <= LOOK_MS_MAX, 'has an attempt of another time');
    hold(
      life,
      at,
      outcome === this.#expected(life, look.outcome, attempt),
      () => `was shown ${look.outcome}, not ${outcome}`,
    );
    hold(life, at, !isOver(life, seenAt), 'has an attempt after its end');
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    life.attempts++;
    life.last = { at: seenAt, outcome };
    life.leaseUntil = 0;
    life.look = undefined;
    if (outcome === 'PROVED') {
      life.status = 'VERIFIED';
      life.failures = 0;
      life.failingSince = undefined;
    } else if (outcome === 'NOT_PROVED') {
      life.failures++;
      life.failingSince ??= seenAt;
      if (life.status === 'VERIFIED') life.status = 'LAPSING';
      const isLong = seenAt - life.failingSince >= 72 * HOUR_MS && life.failures >= 3;
      if (life.status === 'LAPSING' && isLong) life.status = 'SUSPENDED';
    }
  }

  /** A proof shown of a name that another holds is none. */
  #expected(life: Life, shown: Outcome, attempt: Attributes): Outcome {
    if (shown !== 'PROVED' || attempt.finding?.M?.code?.S !== 'domain-owned-elsewhere') return shown;
    const rivals = this.#byName.get(life.script.domainName) ?? [];
    return rivals.some((rival) => rival !== life && isOwner(rival)) ? 'NOT_PROVED' : shown;
  }

  /** Nothing was left behind so far. */
  checkNothingLeft(now: Instant): void {
    for (const life of this.lives)
      hold(life, now, dueAt(life) >= now - LATE_MS_MAX, () => `was not looked at since ${formatInstant(dueAt(life))}`);
  }
}

const isOwner = ({ status }: Life): boolean => status === 'VERIFIED' || status === 'LAPSING';
const endOf = ({ addedAt }: Life): Instant => addedAt + 30 * DAY_MS;
const isOver = (life: Life, at: Instant): boolean => life.status === 'PENDING' && at >= endOf(life);

/** When the next look, or the end, is due: not while another look may be under way. */
const dueAt = (life: Life): Instant => Math.max(plannedAt(life), life.leaseUntil);

/** After 1, 2, 4, 8 … minutes, then every six hours, and never after 30 days; daily once verified; hourly when unknown. */
function plannedAt(life: Life): Instant {
  const { status, last, addedAt } = life;
  if (status === 'EXPIRED') return Number.POSITIVE_INFINITY;
  if (status !== 'PENDING') return (last?.at ?? addedAt) + (last?.outcome === 'UNKNOWN' ? HOUR_MS : DAY_MS);
  const from = last?.at ?? addedAt;
  return Math.min(from + Math.min(from - addedAt + MINUTE_MS, 6 * HOUR_MS), endOf(life));
}

function hold(life: Life, at: Instant, isSo: boolean, otherwise: string | (() => string)): void {
  if (!isSo) throw broken(life, at, typeof otherwise === 'string' ? otherwise : otherwise());
}
const broken = (life: Life, at: Instant, what: string): Broken => {
  const { script, ...facts } = life;
  return new Broken(`${formatInstant(at)}: ${life.id} (${script.domainName}) ${what}: ${JSON.stringify(facts)}`);
};

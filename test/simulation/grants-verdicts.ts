/**
 * Verdicts, asked at random instants and just around the beginnings and ends of grants. One function answers at once
 * and always, so that its answer must be the model's of that very instant; the others run on machines that are slow and die.
 */
import { formatInstant, type Instant, MINUTE_MS } from '../../shared/platform/time.ts';
import type { Verdict } from '../../shared/verdicts/verdict.ts';
import { Counts } from './counts.ts';
import { CUSTOM_ROLE } from './grants-asked.ts';
import type { Question } from './grants-functions.ts';
import { FOREVER, hold, type ModelGrant, type Place } from './grants-model.ts';
import type { Organization } from './grants-world.ts';
import type { FunctionHost } from './machine.ts';
import type { Seeded } from './seeded.ts';
import type { Simulation } from './simulation.ts';

type Person = Organization['people'][number];
interface VerdictsOptions {
  readonly simulation: Simulation;
  readonly introspect: FunctionHost<Question, Verdict>;
  readonly exact: (question: Question) => Promise<Verdict>;
}

const EVERY_MS_MAX = 20 * MINUTE_MS;

export class Verdicts {
  readonly counts = new Counts();
  readonly #options: VerdictsOptions;
  readonly #organizations = new Map<Place, Organization>();

  constructor(options: VerdictsOptions) {
    this.#options = options;
  }

  know(place: Place, organization: Organization): void {
    this.#organizations.set(place, organization);
  }

  /** Asks about everybody now and then. */
  begin(place: Place, random: Seeded, until: Instant): void {
    const { schedule } = this.#options.simulation;
    const next = (): void => {
      if (schedule.clock() >= until) return;
      for (const person of this.#of(place).people) {
        const clusterId = this.#of(place).clusterIds[random.between(0, 3)] ?? '';
        const isExact = random.chance(0.5);
        schedule.watch(isExact ? this.#askExactly(place, person, clusterId) : this.#ask(place, person, clusterId));
      }
      schedule.after(random.between(1, EVERY_MS_MAX), next);
    };
    schedule.after(random.between(0, EVERY_MS_MAX), next);
  }

  /** Asks about whoever the grant is for, one millisecond before its start and its end, and then. */
  planAround(place: Place, { startsAt, expiresAt, principal, identityProviderId }: ModelGrant): void {
    const { schedule } = this.#options.simulation;
    const { people, clusterIds } = this.#of(place);
    const person = people.find(
      (one) =>
        one.identityProviderId === identityProviderId &&
        (one.type === 'GROUP' ? one.groups.includes(principal.name) : one.subject === principal.name),
    );
    if (!person) return;
    const edges = [startsAt - 1, startsAt, ...(expiresAt === null ? [] : [expiresAt - 1, expiresAt])];
    for (const edge of edges.filter((at) => at > schedule.clock()))
      schedule.at(edge, () => {
        for (const clusterId of clusterIds) schedule.watch(this.#askExactly(place, person, clusterId));
      });
  }

  #of(place: Place): Organization {
    const organization = this.#organizations.get(place);
    if (!organization) throw new Error('an unknown place');
    return organization;
  }

  async #askExactly(place: Place, person: Person, clusterId: string): Promise<void> {
    const { clock } = this.#options.simulation.schedule;
    const { changes } = place;
    const at = clock();
    const verdict = await this.#options.exact({ clusterId, token: person.token });
    // What else falls into the same instant may come before the read, or after it.
    if (place.changes === changes) this.#hold(place, person, clusterId, verdict, at);
  }

  /** While it is on its way things may change; if none did, the answer is known. */
  async #ask(place: Place, person: Person, clusterId: string): Promise<void> {
    const { simulation, introspect } = this.#options;
    const { clock } = simulation.schedule;
    const { changes } = place;
    const from = clock();
    const verdict = await introspect.invoke({ clusterId, token: person.token }).catch(() => undefined);
    const until = clock();
    const isAnEdge = (at: Instant | null) => at !== null && at > from && at <= until;
    const isStill = !place.of(person).some(({ startsAt, expiresAt }) => isAnEdge(startsAt) || isAnEdge(expiresAt));
    this.counts.add(verdict ? 'answered by machines that die' : 'not answered');
    if (verdict && place.changes === changes && isStill) this.#hold(place, person, clusterId, verdict, until);
  }

  #hold(place: Place, person: Person, clusterId: string, verdict: Verdict, at: Instant): void {
    const allowing = place.allowing(person, clusterId, at);
    this.counts.add(allowing.length > 0 ? 'yes' : 'no');
    const told = () => `${person.subject} on ${clusterId}: ${JSON.stringify(verdict)}, not ${JSON.stringify(allowing)}`;
    hold(verdict.active === allowing.length > 0, at, told);
    if (!verdict.active) return;
    const ids = allowing.map(({ id }) => id);
    hold(JSON.stringify([...verdict.grants].sort()) === JSON.stringify(ids), at, told);
    const ends = allowing.map(({ expiresAt }) => expiresAt ?? FOREVER);
    const end = Math.min(...ends);
    if (end !== FOREVER) hold(verdict.expiresAt === formatInstant(end), at, told);
    const roles = new Set(verdict.roles.map(({ role }) => role));
    hold(roles.size === new Set(allowing.map(({ role }) => role)).size, at, told);
    hold(
      allowing.every(({ role }) => roles.has(role)),
      at,
      told,
    );
    if (!roles.has(CUSTOM_ROLE)) return;
    hold(verdict.customRoles?.[0]?.actions[0]?.action === place.roleAction, at, told);
  }
}

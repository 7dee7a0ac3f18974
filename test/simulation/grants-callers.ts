/** Who calls the API in a history: one wish after another, asked again until it is answered, and held to the model. */
import { type Instant, MINUTE_MS, SECOND_MS } from '../../shared/platform/time.ts';
import { Counts } from './counts.ts';
import { type Asked, requestOf, type Wish } from './grants-asked.ts';
import type { ApiAnswer, ApiCall } from './grants-functions.ts';
import { endOf, FOREVER, grantOf, hold, type Place, type Span } from './grants-model.ts';
import { aWish } from './grants-script.ts';
import type { GrantsWatch } from './grants-watch.ts';
import type { Organization } from './grants-world.ts';
import type { FunctionHost } from './machine.ts';
import type { Seeded } from './seeded.ts';
import type { Simulation } from './simulation.ts';

interface CallersOptions {
  readonly simulation: Simulation;
  readonly watch: GrantsWatch;
  readonly api: FunctionHost<ApiCall, ApiAnswer>;
  readonly until: Instant;
}

/** From one wish to the next; some come at once. */
const PAUSE_MS_MAX = 15 * MINUTE_MS;
const AT_ONCE = 0.2;
/** Calls that are sent twice at the same time, with one Idempotency-Key. */
const TWICE = 0.1;
const TRIES_MAX = 5;

export class Callers {
  readonly counts = new Counts();
  readonly #options: CallersOptions;
  #calls = 0;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  begin(place: Place, organization: Organization, random: Seeded): void {
    const { simulation, until } = this.#options;
    const { schedule } = simulation;
    const next = (): void => {
      if (schedule.clock() >= until) return;
      schedule.watch(this.#wish(place, organization, random.stream(`wish ${this.#calls}`)));
      schedule.after(random.chance(AT_ONCE) ? random.between(0, SECOND_MS) : random.between(0, PAUSE_MS_MAX), next);
    };
    schedule.after(random.between(0, MINUTE_MS), next);
  }

  async #wish(place: Place, organization: Organization, random: Seeded): Promise<void> {
    const { schedule } = this.#options.simulation;
    const wish = aWish(random, place, organization, schedule.clock());
    const call = requestOf(wish, organization);
    const key = call.isKeyed ? `key-${++this.#calls}` : undefined;
    const keyed: Asked = { wish, begunAt: schedule.clock(), isDone: false };
    const once = async (): Promise<boolean> => {
      const asked: Asked = key === undefined ? { wish, begunAt: schedule.clock(), isDone: false } : keyed;
      const requestId = `call-${++this.#calls}`;
      this.#options.watch.asked.set(requestId, asked);
      const begun = schedule.clock();
      const answer = await this.#options.api.invoke({ ...call, requestId, idempotencyKey: key });
      this.counts.add(`${wish.kind}: ${answer ? (answer.problem ?? 'done') : 'no answer'}`);
      if (!answer || answer.status >= 500) return false;
      this.#judge(place, asked, answer, [begun, schedule.clock()]);
      return answer.problem !== 'idempotency-key-in-progress';
    };
    const untilAnswered = async (): Promise<void> => {
      for (let round = 0; round < TRIES_MAX && !(await once()); round++)
        await schedule.sleep(random.between(0, MINUTE_MS));
    };
    await Promise.all(
      key !== undefined && random.chance(TWICE) ? [untilAnswered(), untilAnswered()] : [untilAnswered()],
    );
  }

  /** Whether the answer was right at some instant of the call. */
  #judge(place: Place, { wish, isDone }: Asked, { status, problem }: ApiAnswer, [begun, now]: Span): void {
    if (problem === undefined) {
      hold(
        isDone || isAlreadySo(place, wish, [begun, now]),
        now,
        () => `${JSON.stringify(wish)} was answered ${status}, and not done`,
      );
      return;
    }
    if (problem === 'version-conflict' || problem === 'idempotency-key-in-progress') return;
    hold(isRefused(place, wish, problem, [begun, now]), now, () => `${JSON.stringify(wish)} was refused: ${problem}`);
  }
}

function isAlreadySo(place: Place, wish: Wish, [begun, now]: Span): boolean {
  switch (wish.kind) {
    case 'end':
      return place.endBy(grantOf(place, wish.grantId), now) !== undefined;
    case 'change': // to the end that it had: no duration, unless it counts from a start that was still to come
      return wish.end === null || 'at' in wish.end || grantOf(place, wish.grantId).startsAt > begun;
    case 'disconnect':
      return true; // it was, and nobody knows since when
    default:
      return false;
  }
}

/** Whether the model knows the reason. */
function isRefused(place: Place, wish: Wish, problem: string, [begun, now]: Span): boolean {
  switch (`${wish.kind} ${problem}`) {
    case 'create identity-provider-not-connected': {
      if (wish.kind !== 'create') return false;
      const link = place.link(wish.identityProviderId);
      return !link.isConnected || link.changedAt >= begun;
    }
    case 'create refused-by-policy': {
      if (wish.kind !== 'create') return false;
      const startsAt = Math.max(wish.startsAt ?? begun, begun);
      const asked = { principal: wish.principal, startsAt, expiresAt: endOf(wish.end, startsAt) };
      return place.opinions(asked, [begun, now]).has(false);
    }
    case 'create invalid-body': {
      if (wish.kind !== 'create') return false;
      const startsAt = Math.max(wish.startsAt ?? now, now);
      return (endOf(wish.end, startsAt) ?? FOREVER) <= startsAt;
    }
    case 'change grant-ended':
      return wish.kind === 'change' && place.endBy(grantOf(place, wish.grantId), now) !== undefined;
    case 'change refused-by-policy': {
      if (wish.kind !== 'change') return false;
      const grant = grantOf(place, wish.grantId);
      const expiresAt = endOf(wish.end, Math.max(grant.startsAt, begun));
      return place.opinions({ ...grant, expiresAt }, [begun, now]).has(false);
    }
    case 'change invalid-body': {
      if (wish.kind !== 'change') return false;
      const from = Math.max(grantOf(place, wish.grantId).startsAt, now);
      return (endOf(wish.end, from) ?? FOREVER) <= from;
    }
    case 'lift not-found':
      return wish.kind === 'lift' && !place.freezes.has(wish.freezeId);
    case 'connect already-connected': {
      if (wish.kind !== 'connect') return false;
      const link = place.link(wish.identityProviderId);
      return link.isConnected || link.changedAt >= begun;
    }
    case 'disconnect not-found': {
      if (wish.kind !== 'disconnect') return false;
      const link = place.link(wish.identityProviderId);
      return !link.isConnected || link.changedAt >= begun;
    }
    default:
      return false;
  }
}

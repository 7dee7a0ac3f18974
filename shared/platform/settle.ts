/** The boring loop of every worker: read, ask `next`, carry it out, until the item rests. */
import { Stale } from './commit.ts';
import type { Clock, Instant } from './time.ts';

/** Every `next` answers with these two, beside the actions of its own. */
export type Rest = { readonly kind: 'wait'; readonly until: Instant } | { readonly kind: 'rest' };

export interface Settling<State, Action extends { readonly kind: string }> {
  /** For the message when it does not come to rest. */
  readonly name: string;
  /** As of now (consistent read); undefined when it has been deleted since the message was sent. */
  readonly load: () => Promise<State | undefined>;
  readonly next: (state: State, now: Instant) => Action | Rest;
  /** At most one outside call, and the commit of what came of it. */
  readonly carryOut: (state: State, action: Action) => Promise<void>;
  readonly clock: Clock;
}

/** More steps than any item takes from one rest to the next; a fan-out does one page a step. */
const STEPS_MAX = 50;
/** Messages come after their items fall due; two machines' clocks may differ by so much, which is waited out here. */
const EARLY_MS_MAX = 250;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Does what one item needs now and leaves it waiting. Safe to run twice, late, or at the same time as another: a
 * version conflict means that somebody else did the step, and the item is read again.
 */
export async function settle<State, Action extends { readonly kind: string }>(
  settling: Settling<State, Action>,
): Promise<void> {
  const { load, next, carryOut, clock, name } = settling;
  for (let step = 0; step < STEPS_MAX; step++) {
    const state = await load();
    if (state === undefined) return;
    const now = clock();
    const action = next(state, now);
    if (isRest(action)) {
      if (action.kind === 'rest' || action.until - now > EARLY_MS_MAX) return;
      await sleep(Math.max(1, action.until - now));
      continue;
    }
    try {
      await carryOut(state, action);
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
    }
  }
  throw new Error(`${name} did not come to rest in ${STEPS_MAX} steps`);
}

const isRest = (action: { readonly kind: string }): action is Rest => action.kind === 'wait' || action.kind === 'rest';

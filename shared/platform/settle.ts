/** The boring loop of every worker: read, ask `next`, carry it out, until the item rests. */
import { Stale } from './commit.ts';
import { type Clock, type Instant, SECOND_MS } from './time.ts';

/** Every `next` answers with these two, beside the actions of its own. */
export type Rest = { readonly kind: 'wait'; readonly until: Instant } | { readonly kind: 'rest' };

export interface Settling<State, Action extends { readonly kind: string }> {
  /** For the message when it does not come to rest. */
  readonly name: string;
  /** As of now (consistent read); undefined when it has been deleted since the message was sent. */
  readonly load: () => Promise<State | undefined>;
  /** As it was read already, with others: for the first step. What has changed since makes the commit stale, no more. */
  readonly first?: State | undefined;
  readonly next: (state: State, now: Instant) => Action | Rest;
  /** At most one outside call, and the commit of what came of it. */
  readonly carryOut: (state: State, action: Action) => Promise<void>;
  /** Whether nothing is left to do after this action, so that the item need not be read once more. */
  readonly isLast?: (action: Action) => boolean;
  readonly clock: Clock;
  /**
   * For a fan-out, which takes as many steps as it has pages: it works this long, and what is left is still due, so
   * that the dispatcher brings it back. Milliseconds, well below the function's time limit.
   */
  readonly budgetMs?: number;
}

/** More steps than any item takes from one rest to the next. */
const STEPS_MAX = 20;
/** Two thirds of what a worker function has. */
export const FAN_OUT_BUDGET_MS = 40 * SECOND_MS;
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
  const { load, next, carryOut, isLast, clock, name, budgetMs } = settling;
  let { first } = settling;
  const until = budgetMs === undefined ? undefined : clock() + budgetMs;
  for (let step = 0; until === undefined ? step < STEPS_MAX : clock() < until; step++) {
    const state = first ?? (await load());
    first = undefined;
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
      if (isLast?.(action)) return;
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
    }
  }
  if (until !== undefined) return;
  throw new Error(`${name} did not come to rest in ${STEPS_MAX} steps`);
}

const isRest = (action: { readonly kind: string }): action is Rest => action.kind === 'wait' || action.kind === 'rest';

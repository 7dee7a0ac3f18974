/** One call of a proven caller, as services see it. */
import type { Action } from '../callers/rights.ts';
import type { Caller } from '../callers/schema.ts';
import type { Cause, Plan } from '../platform/plan.ts';
import type { Instant } from '../platform/time.ts';
import type { Answer } from './kept-call.ts';

export interface Planned<View> {
  readonly plan: Plan;
  readonly view: View;
}

export interface Call extends Cause {
  readonly caller: Caller;
  /** What the operation is to do: every check of the call is of this right. */
  readonly action: Action;
  readonly dryRun: boolean;
  /** Of the API, as the caller reached it: `https://sallyport.acme.com`. For answers that name an address of ours. */
  readonly origin: string;
  /** The If-Match header as sent (RFC 9110 section 13.1.1). */
  readonly ifMatch: string | undefined;
  /**
   * Loads, plans and commits, and plans again when something it read has changed meanwhile. A dry run stops before the
   * commit. With an Idempotency-Key the view is kept as the answer, in the same transaction.
   * @throws Problem `version-conflict` when it keeps changing · whatever the attempt or a refused write throws
   */
  transact<View>(attempt: (now: Instant) => Promise<Planned<View>>): Promise<View>;
}

/** A call for many things, each of which succeeds or fails by itself (`batch.ts`). */
export interface CallInParts extends Call {
  /**
   * Carries out the part at this place of the body, in transactions of its own, and answers for it alone. With an
   * Idempotency-Key the answer of a part is kept with what it changes: once it has one, it is carried out no more.
   */
  part(index: number, carryOut: (part: Call) => Promise<unknown>): Promise<Answer>;
}

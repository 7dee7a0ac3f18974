/** One of many things that a call asks for: carried out in a transaction of its own, and answered by itself. */
import type { Commit } from '../platform/commit.ts';
import type { Log } from '../platform/log.ts';
import { Problem, type ProblemType, renderProblem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import { type Clock, SECOND_MS } from '../platform/time.ts';
import type { Call } from './call.ts';
import { rehearsed } from './dry-run.ts';
import type { PartsLease } from './idempotency.ts';
import type { Answer } from './kept-call.ts';
import { problemOf } from './middleware.ts';
import { transact } from './transact.ts';

/**
 * No part is begun later: the function has 29 s, and a part takes milliseconds, so that one which has to wait for a busy
 * table still ends in the rest.
 */
const BEGIN_WITHIN_MS = 20 * SECOND_MS;

/** What passes by itself is not the answer of a key for good: the same call, sent again, tries this part again. */
const PASSING: ReadonlySet<ProblemType> = new Set(['version-conflict', 'idempotency-key-in-progress']);
const isPassing = ({ status, type }: Problem): boolean => status >= 500 || PASSING.has(type);

export interface PartParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly log: Log;
  /** Of a call with an Idempotency-Key. */
  readonly lease: PartsLease | undefined;
  /** Since the call began. */
  readonly elapsedMs: () => number;
}

/** Never rejects: what stands in the way of one part is the answer of that part. A view is answered with 201. */
export async function carryOutPart(
  call: Call,
  index: number,
  carryOut: (part: Call) => Promise<unknown>,
  { table, commit, clock, log, lease, elapsedMs }: PartParts,
): Promise<Answer> {
  const known = lease?.answered(index);
  if (known) return known;
  const made = (body: unknown): Answer => ({ status: 201, body });
  const transaction = { table, commit, clock, cause: call, dryRun: call.dryRun };
  const alongside = (view: unknown) => (lease ? [lease.keep(index, made(view))] : []);
  const refused = (error: unknown) => {
    const problem = problemOf(error, call.correlationId);
    if (problem.status >= 500 && problem.type !== 'not-reached') {
      log.error({ err: problem.cause ?? problem, correlationId: call.correlationId, part: index }, problem.message);
    }
    return { problem, answer: { status: problem.status, body: renderProblem(problem, call.correlationId) } };
  };
  try {
    if (elapsedMs() > BEGIN_WITHIN_MS) throw new Problem('not-reached', {});
    const part = { ...call, transact: (attempt) => transact({ ...transaction, alongside }, attempt) } satisfies Call;
    const view = await carryOut(part);
    return made(call.dryRun ? rehearsed(view) : view);
  } catch (error) {
    const { problem, answer } = refused(error);
    if (!lease || isPassing(problem)) return answer;
    try {
      await commit({ writes: [lease.keep(index, answer)], audit: [], events: [] }, call);
      return answer;
    } catch (fault) {
      return refused(fault).answer;
    }
  }
}

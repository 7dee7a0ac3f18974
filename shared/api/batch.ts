/**
 * Many things of one kind in one call. Each is parsed, carried out and answered by itself, in the order given; what is
 * wrong with one is that one's answer, as if it had been a body of its own.
 */
import pMap from 'p-map';
import * as z from 'zod';
import { Problem } from '../platform/problems.ts';
import type { Call, CallInParts } from './call.ts';
import { faultsOf } from './faults.ts';
import type { Answer } from './kept-call.ts';
import type { Operation } from './operation.ts';
import { NoQuery, parseQuery, type Route } from './route.ts';

/** As many as the largest page of a list. */
const BATCH_MAX = 100;
/** Things in hand at once. More would stand in each other's way at what they all check, such as the connection. */
const AT_ONCE = 4;

/** Under `many`, 1 to 100 of them. */
export const batchBody = <Wish extends z.ZodType>(many: string, wish: Wish) => {
  const message = `Give 1 to ${BATCH_MAX} ${many}.`;
  return z.strictObject({ [many]: z.array(wish).min(1, message).max(BATCH_MAX, message) });
};

interface BatchOptions<Found, Wish> {
  readonly many: string;
  readonly one: string;
  readonly wish: z.ZodType<Wish>;
  readonly find: (call: Call, params: Readonly<Record<string, string>>) => Promise<Found>;
  /** What has the same lane is carried out in the order given, one after the other; lanes go side by side. */
  readonly laneOf: (wish: Wish) => string;
  readonly create: (call: Call, found: Found, wish: Wish) => Promise<unknown>;
}

/** A route whose calls answer `{items: [{status, ‹one›} or {status, problem}, …]}`. */
export function batchRoute<Found, Wish>(
  { method, path, action, status }: Operation,
  { many, one, wish, find, laneOf, create }: BatchOptions<Found, Wish>,
): Route {
  const Body = batchBody(many, z.unknown());
  return {
    method,
    path,
    action,
    status,
    inParts: true,
    async prepare(call, input) {
      const found = await find(call, input.params);
      parseQuery(NoQuery, input.query);
      const body = Body.safeParse(input.body, { reportInput: true });
      if (!body.success) throw new Problem('invalid-body', {}, { errors: faultsOf(body.error.issues) });
      const wishes = body.data[many] ?? [];
      const run = async () => {
        const answers = await carryOutEach(call, wishes, wish, laneOf, (part, given) => create(part, found, given));
        return { items: answers.map((answer) => itemOf(answer, one)) };
      };
      return { run, parts: wishes.length };
    },
  };
}

async function carryOutEach<Wish>(
  call: CallInParts,
  wishes: readonly unknown[],
  schema: z.ZodType<Wish>,
  laneOf: (wish: Wish) => string,
  create: (part: Call, wish: Wish) => Promise<unknown>,
): Promise<Answer[]> {
  const given = wishes.map((wish, index) => ({ index, parsed: schema.safeParse(wish, { reportInput: true }) }));
  const lanes = Map.groupBy(given, ({ index, parsed }) => (parsed.success ? laneOf(parsed.data) : index));
  const answers: Answer[] = [];
  await pMap(
    lanes.values(),
    async (lane) => {
      for (const { index, parsed } of lane) {
        answers[index] = await call.part(index, async (part) => {
          if (!parsed.success) throw new Problem('invalid-body', {}, { errors: faultsOf(parsed.error.issues) });
          return create(part, parsed.data);
        });
      }
    },
    { concurrency: AT_ONCE },
  );
  return answers;
}

const itemOf = ({ status, body }: Answer, one: string) =>
  status < 400 ? { status, [one]: body } : { status, problem: body };

/** Switches for tests and demonstrations: the functions' clock, faults of the queues, and what the event bus got. All 404 unless enabled. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { FunctionClock } from './clock.ts';
import { type Control, readBody } from './gateway.ts';
import { type GatewayProblem, writeProblem } from './problem.ts';

const NewTime = z.strictObject({ now: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)) });
const Delivery = z.strictObject({ delivering: z.boolean() });

export interface Switches {
  readonly clock: FunctionClock;
  /** Undefined when all that had come due is done, or what is not. */
  readonly settle: () => Promise<string | undefined>;
  /** Waits for what functions have in hand. */
  readonly workEnds: () => Promise<unknown>;
  readonly startDelivering: () => void;
  readonly stopDelivering: () => Promise<void>;
  /** Throws away every waiting message. */
  readonly dropMessages: () => Promise<void>;
  /** What the event bus got, oldest first. */
  readonly busEvents: () => Promise<readonly unknown[]>;
}

const NOT_FOUND: GatewayProblem = {
  status: 404,
  title: 'Not found',
  detail: 'There is nothing at this path. The switches below /local/ exist with SALLYPORT_TEST_CLOCK=1 only.',
};

export const disabledControl: Control = async (_request, response) => writeProblem(response, NOT_FOUND);

export function control(switches: Switches): Control {
  const { clock } = switches;
  let moving: Promise<unknown> = Promise.resolve();

  const moveClock = async (response: ServerResponse, now: number): Promise<void> => {
    const present = clock.now();
    if (now < present) {
      const [asked, is] = [now, present].map((instant) => new Date(instant).toISOString());
      return writeProblem(response, {
        status: 409,
        title: 'The clock runs forwards only',
        detail: `It is ${is} already, later than ${asked}. Start on another data folder to begin anew.`,
      });
    }
    // What is in work ends in the time in which it began: else an audit event would turn up hours after its identifier.
    await switches.workEnds();
    if (now > clock.now()) clock.moveTo(now); // else that instant has passed meanwhile
    const unsettled = await switches.settle();
    if (unsettled !== undefined) {
      return writeProblem(response, {
        status: 500,
        title: 'The clock was moved, but what came due is not done',
        detail: `${unsettled}. The functions' log says why.`,
      });
    }
    writeJson(response, { now: new Date(clock.now()).toISOString() });
  };

  return async (request, response, path) => {
    switch (`${request.method} ${path}`) {
      case 'GET /local/clock':
        return writeJson(response, { now: new Date(clock.now()).toISOString() });
      case 'PUT /local/clock': {
        const body = await parseBody(NewTime, request, response);
        if (!body) return;
        // One after the other: a second move must not count the first one's work as its own.
        const move = moving.then(() => moveClock(response, body.now));
        moving = move.catch(() => {});
        return move;
      }
      case 'PUT /local/queues': {
        const body = await parseBody(Delivery, request, response);
        if (!body) return;
        if (body.delivering) switches.startDelivering();
        else await switches.stopDelivering();
        return writeJson(response, body);
      }
      case 'DELETE /local/queues/messages':
        await switches.dropMessages();
        response.writeHead(204).end();
        return;
      case 'GET /local/events':
        return writeJson(response, { items: await switches.busEvents() });
      default:
        return writeProblem(response, NOT_FOUND);
    }
  };
}

/** The body by its schema; undefined when a refusal has been written. */
async function parseBody<S extends z.ZodType>(
  schema: S,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<z.infer<S> | undefined> {
  const bytes = await readBody(request);
  let json: unknown;
  try {
    json = JSON.parse(String(bytes));
  } catch {
    writeProblem(response, { status: 400, title: 'The body is no JSON', detail: 'Send a JSON object.' });
    return undefined;
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  writeProblem(response, { status: 422, title: 'The body does not fit', detail: z.prettifyError(parsed.error) });
  return undefined;
}

function writeJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

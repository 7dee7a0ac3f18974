/** Plays a step: prints the request, sends it, prints the answer, and holds it against what the story says. */
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Body } from '../test/rig/answer.ts';
import type { Api, Ask } from '../test/rig/client.ts';
import type { Page } from './page.ts';

/** A step went otherwise than told. */
export class NotAsTold extends Error {
  readonly details: readonly string[];
  constructor(sentence: string, details: readonly string[]) {
    super(sentence);
    this.details = details;
  }
}

interface Step extends Ask {
  /** What happens, as a sentence with its subject. */
  readonly say?: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Sends the body as a form, as the OAuth endpoints want it. */
  readonly form?: Readonly<Record<string, string>>;
  /** The statuses that are as told. */
  readonly expect: readonly number[];
  /** Fields of the answer that are as told with exactly this value. */
  readonly told?: Readonly<Record<string, unknown>>;
  /** Which fields of the answer are printed, in this order. Left out: none. */
  readonly show?: readonly string[];
}

export interface Teller {
  readonly page: Page;
  readonly requests: () => number;
  /** @throws NotAsTold */
  ask(step: Step): Promise<Body>;
  /** The same for a step that makes an item. */
  make(step: Omit<Step, 'method' | 'expect'>): Promise<Body & { id: string }>;
  /** Asks until the answer is as told, at most this long; prints the last one only. */
  until(step: Step, withinMs: number): Promise<Body>;
  /** @throws NotAsTold with the sentence, unless it holds. */
  check(holds: unknown, sentence: string, ...details: string[]): asserts holds;
  /** Whether this version has no such route (or item): asked in silence, for what a story can do without. */
  isMissing(path: string): Promise<boolean>;
}

const POLL_MS = 100;

export function teller(api: Api, page: Page): Teller {
  let requests = 0;
  const send = async (step: Step) => {
    requests += 1;
    const startedAt = performance.now();
    const answer = await sent(api, step);
    return { answer, tookMs: Math.round(performance.now() - startedAt) };
  };
  const announce = (step: Step): void => {
    if (step.say) page.say(step.say);
    const query = new URLSearchParams(Object.entries(step.query ?? {}).map(([name, value]) => [name, String(value)]));
    page.request(step.method, query.size === 0 ? step.path : `${step.path}?${query}`, {
      ...step.headers,
      ...(step.form ?? step.body),
    });
  };
  const report = (step: Step, { answer, tookMs }: Awaited<ReturnType<typeof send>>): Body => {
    const faults = faultsOf(step, answer);
    const shown = faults.length > 0 ? answer.body : picked(answer.body, step.show ?? []);
    page.answer(answer.status, tookMs, shown);
    if (faults.length > 0) throw new NotAsTold(`${step.method} ${step.path} was not answered as told.`, faults);
    return answer.body;
  };
  const ask: Teller['ask'] = async (step) => {
    announce(step);
    return report(step, await send(step));
  };
  const check: Teller['check'] = (holds, sentence, ...details) => {
    if (!holds) throw new NotAsTold(sentence, details);
  };

  return {
    page,
    requests: () => requests,
    ask,
    check,
    isMissing: async (path) => (await api.get(path)).status === 404,
    async make(step) {
      const body = await ask({ ...step, method: 'POST', expect: [201], show: ['id', ...(step.show ?? [])] });
      if (body.id === undefined) throw new NotAsTold(`POST ${step.path} answered 201 without an id.`, []);
      return { ...body, id: body.id };
    },
    async until(step, withinMs) {
      announce(step);
      const giveUpAt = performance.now() + withinMs;
      let last = await send(step);
      while (faultsOf(step, last.answer).length > 0 && performance.now() < giveUpAt) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        last = await send(step);
      }
      return report(step, last);
    },
  };
}

function sent(api: Api, { method, path, body, form, ...ask }: Step): Promise<Answer> {
  if (form) return api.form(path, form, ask);
  switch (method) {
    case 'GET':
      return api.get(path, ask);
    case 'DELETE':
      return api.delete(path, ask);
    case 'POST':
      return api.post(path, body, ask);
    case 'PUT':
      return api.put(path, body, ask);
  }
}

function faultsOf(step: Step, answer: Answer): string[] {
  const faults: string[] = [];
  if (!step.expect.includes(answer.status))
    faults.push(`expected status ${step.expect.join(' or ')}, got ${answer.status}`);
  for (const [name, value] of Object.entries(step.told ?? {})) {
    if (isDeepStrictEqual(answer.body[name], value)) continue;
    faults.push(`expected ${name} ${JSON.stringify(value)}, got ${JSON.stringify(answer.body[name])}`);
  }
  return faults;
}

const picked = (body: Body, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]));

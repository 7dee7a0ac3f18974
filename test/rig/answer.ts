/** An answer as a scenario reads it: the fields of api.md by name, checked where a test takes them to be of a kind. */
import * as z from 'zod';

/** A field that is there but of another kind fails at once: that would be a break of the contract. */
export const Body = z.looseObject({
  id: z.string().optional(),
  status: z.union([z.string(), z.number()]).optional(), // of an item: a word; of a problem: the HTTP status
  etag: z.string().optional(),
  type: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.looseObject({ pointer: z.string(), message: z.string() })).optional(),
  key: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  secret: z.string().optional(),
  url: z.string().optional(),
  nextCursor: z.string().nullish(),
  proof: z.looseObject({ recordName: z.string().optional(), recordValue: z.string().optional() }).optional(),
  findings: z.array(z.looseObject({ severity: z.string(), code: z.string(), message: z.string() })).optional(),
  startsAt: z.string().nullish(),
  expiresAt: z.string().nullish(),
  effectiveAt: z.string().nullish(),
  remainingSeconds: z.number().nullish(),
  active: z.boolean().optional(),
  allowed: z.boolean().optional(),
  exp: z.number().optional(),
  steps: z.array(z.looseObject({ name: z.string(), outcome: z.string() })).optional(),
  get items() {
    return z.array(Body).optional();
  },
  get clusters() {
    const sometimes = { since: z.string().optional(), removedAt: z.string().optional(), lagMs: z.number().nullish() };
    return z.array(z.looseObject({ clusterId: z.string(), state: z.string(), ...sometimes })).optional();
  },
});
export type Body = z.infer<typeof Body>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON object; empty when the answer has none (204, CSV). */
  readonly body: Body;
  readonly text: string;
  /** `POST /v1/…`, for messages. */
  readonly request: string;
}

export async function answerOf(request: string, response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /^application\/(?:\w+\+)?json(?:;|$)/.test(response.headers.get('content-type') ?? '');
  const body: Body = isJson && text !== '' ? JSON.parse(text) : {};
  Body.parse(body); // checked, but kept as it came: a parsed copy would have its members in another order
  return { status: response.status, headers: response.headers, body, text, request };
}

/**
 * The body of an answer that had to succeed. @throws with the whole problem, so that a test says why its story
 * broke.
 */
export function succeeded(answer: Answer): Body {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw new Error(`${answer.request} answered ${answer.status}: ${answer.text}`);
}

/** Likewise for what makes an item: its ID is there. */
export function created(answer: Answer): Body & { id: string } {
  const body = succeeded(answer);
  if (body.id === undefined)
    throw new Error(`${answer.request} answered ${answer.status} without an id: ${answer.text}`);
  return { ...body, id: body.id };
}

/** Every refusal Sallyport can answer with: values of one catalogue, rendered as RFC 9457 problem details at the edge. */

import * as z from 'zod';

/** One broken field: an RFC 6901 JSON Pointer into the body, and what to do about it. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

interface Entry<Data> {
  readonly status: number;
  readonly title: string;
  readonly detail: (data: Data) => string;
  /** The detail with names in the place of values, for the docs. */
  readonly shownDetail: () => string;
}
const entry = <Data>(status: number, title: string, detail: (data: Data) => string): Entry<Data> => ({
  status,
  title,
  detail,
  shownDetail: () => detail(z.custom<Data>().parse(NAMES)),
});
const NAMES = new Proxy({}, { get: (_target, name) => `‹${String(name)}›` });
type None = Record<string, never>;

/** The key ends the problem's `type`: never renamed, never reused. A detail says what is wrong, then what to do. */
const ENTRIES = {
  'invalid-json': entry(400, 'The body is not JSON', (d: { reason: string }) => `${d.reason} Send one JSON object.`),
  'invalid-query': entry(
    400,
    'A query parameter or header cannot be used',
    (_: None) => 'See errors for each of them.',
  ),
  unauthenticated: entry(
    401,
    'The caller is not known',
    (_: None) => 'Send Authorization: Bearer with a key or token that is complete, live and not revoked.',
  ),
  forbidden: entry(
    403,
    'The caller may not do this',
    (d: { role: string; action: string; askWhom: string }) =>
      `The role ${d.role} does not allow ${d.action} here. Ask ${d.askWhom}.`,
  ),
  'not-found': entry(
    404,
    'Not found',
    (_: None) => 'There is no such thing here, or this caller may not see it. Check the path and the identifier.',
  ),
  'name-taken': entry(
    409,
    'The name is taken',
    (d: { name: string; heldBy: string }) =>
      `"${d.name}" is already used beside it, by ${d.heldBy}. Go on with that one, or choose another name.`,
  ),
  'still-in-use': entry(
    409,
    'Something still hangs on it',
    (d: { id: string; users: string }) => `${d.id} still has ${d.users}. Remove them first.`,
  ),
  'version-conflict': entry(
    409,
    'Someone else changed it first',
    (d: { id: string }) => `${d.id} changed while this was carried out. Read it again and repeat the change.`,
  ),
  'idempotency-key-in-progress': entry(
    409,
    'The first call with this Idempotency-Key is still running',
    (_: None) => 'Repeat the call in a few seconds; it then answers as the first.',
  ),
  'precondition-failed': entry(
    412,
    'It is not as the caller saw it',
    (d: { etag: string }) => `If-Match does not name the present ETag ${d.etag}. Read it again and repeat the change.`,
  ),
  'payload-too-large': entry(
    413,
    'The body is too large',
    (d: { bytesMax: number }) => `At most ${d.bytesMax} bytes are read. Send less at once.`,
  ),
  'unsupported-media-type': entry(
    415,
    'The body has another media type',
    (d: { expected: string }) => `Send Content-Type: ${d.expected}.`,
  ),
  'invalid-body': entry(422, 'The body cannot be used', (_: None) => 'Every fault is in errors. Nothing was stored.'),
  'idempotency-key-reused': entry(
    422,
    'The Idempotency-Key belongs to another call',
    (_: None) => 'This key was first sent with another body or another query. Use a new key for a new call.',
  ),
  'too-many-live-grants': entry(
    409,
    'The principal has too many live grants in this project',
    (d: { most: number }) =>
      `At most ${d.most} grants of one principal live at once, with 400 KB of roles in all. End some, or put them together.`,
  ),
  'grant-ended': entry(
    409,
    'The grant has ended',
    (d: { id: string; endedAt: string }) =>
      `${d.id} ended at ${d.endedAt} and cannot change any more. Create a new grant.`,
  ),
  'identity-provider-not-connected': entry(
    422,
    'The identity provider is not connected to the organization',
    (d: { identityProviderId: string; organizationId: string }) =>
      `${d.identityProviderId} is not connected to ${d.organizationId}. POST /v1/organizations/${d.organizationId}/connections first.`,
  ),
  'refused-by-policy': entry(
    422,
    'The access policy of the project does not take the grant',
    (d: { rules: string }) =>
      `${d.rules} of the project's access policy takes it as it is. See errors for what to change.`,
  ),
  'identity-provider-connected': entry(
    409,
    'The identity provider is still connected',
    (d: { identityProviderId: string; organizations: string }) =>
      `${d.identityProviderId} is still connected to ${d.organizations}. Disconnect it there, wait until the connection is gone, then delete it.`,
  ),
  'already-connected': entry(
    409,
    'The identity provider is connected already',
    (d: { identityProviderId: string }) => `${d.identityProviderId} is connected to this organization already.`,
  ),
  'identity-provider-taken': entry(
    409,
    'Issuer and audience are registered already',
    (d: { identityProviderId: string }) =>
      `${d.identityProviderId} of this federation has the same issuer and audience. Change that one, or use another audience.`,
  ),
  'identity-provider-unfit': entry(
    422,
    'The issuer cannot be used as it is',
    (_: None) => 'Its discovery document or keys have faults: see findings. Correct them at the issuer and try again.',
  ),
  'domain-expired': entry(
    409,
    'The proof has expired',
    (d: { domainName: string }) =>
      `The proof of ${d.domainName} was not published in time. Add the domain anew and publish its new proof.`,
  ),
  'webhook-disabled': entry(
    409,
    'The webhook is disabled',
    (d: { id: string }) =>
      `${d.id} is disabled and nothing is sent to it. PATCH it with {"status": "ENABLED"} first; what waits then goes on.`,
  ),
  'too-many-webhooks': entry(
    409,
    'The federation has too many webhooks',
    (d: { most: number }) =>
      `A federation has at most ${d.most} webhooks. Delete one, or let one receiver pass events on to others.`,
  ),
  'invalid-signature': entry(
    401,
    'The delivery is not proven',
    (_: None) =>
      'No live secret of a hook at this address made the signature of these very bytes, or it is older than five minutes. Check the address, the secret and the format.',
  ),
  'payload-does-not-fit': entry(
    422,
    'The payload does not fit the hook',
    (_: None) =>
      'Every fault is in errors, with its place in the payload. Nothing was done: correct the payload or the hook, and send it again.',
  ),
  'hook-target-gone': entry(
    422,
    'What the hook acts on is gone',
    (d: { id: string }) =>
      `The project or the identity provider that ${d.id} acts on was deleted. Delete the hook, too.`,
  ),
  'no-role-binding': entry(
    403,
    'Nobody has given this person a role',
    (d: { userName: string }) =>
      `${d.userName} has signed in, but neither the user nor a group of the token is bound to a role. Ask an owner for a role binding.`,
  ),
  'role-bound-already': entry(
    409,
    'The principal has this role there already',
    (d: { roleBindingId: string }) => `${d.roleBindingId} gives this principal the same role in the same scope.`,
  ),
  'rate-limited': entry(
    429,
    'Too many calls',
    (d: { limit: number; retryAfterSeconds: number }) =>
      `At most ${d.limit} calls a minute are answered. Call again in ${d.retryAfterSeconds} s.`,
  ),
  unavailable: entry(
    503,
    'It cannot be decided or stored now',
    (d: { what: string }) => `${d.what} did not answer in time. Try again; nothing was changed.`,
  ),
  'not-reached': entry(
    503,
    'There was no time left for it',
    (_: None) =>
      'Nothing of it was done. Send the call again: with the same Idempotency-Key and body what is done is answered as it was, and the rest is carried out.',
  ),
  internal: entry(
    500,
    'Sallyport failed',
    (d: { correlationId: string }) =>
      `The fault is logged under ${d.correlationId}. Try again, then tell the operator.`,
  ),
} as const;

export type ProblemType = keyof typeof ENTRIES;
export const isProblemType = (text: string): text is ProblemType => Object.hasOwn(ENTRIES, text);
type DataOf = { [T in ProblemType]: Parameters<(typeof ENTRIES)[T]['detail']>[0] };
export type ProblemData<T extends ProblemType> = DataOf[T];

export const CATALOGUE: { readonly [T in ProblemType]: Entry<DataOf[T]> } = ENTRIES;

interface More {
  readonly errors?: readonly FieldError[];
  /** Members beside the standard ones, such as the findings of a discovery. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Of a refusal that time alone lifts. */
  readonly retryAfterSeconds?: number;
  /** For the log only. */
  readonly cause?: unknown;
}

/** Thrown by capabilities, which know no HTTP status; one middleware renders it. */
export class Problem<T extends ProblemType = ProblemType> extends Error {
  readonly type: T;
  readonly data: ProblemData<T>;
  readonly errors: readonly FieldError[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(type: T, data: ProblemData<T>, more: More = {}) {
    super(CATALOGUE[type].detail(data), { cause: more.cause });
    this.type = type;
    this.data = data;
    this.errors = more.errors ?? [];
    this.extensions = more.extensions ?? {};
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  /** The same with its faults at other places: those of what was sent, where that is not what was refused. */
  at(errors: readonly FieldError[]): Problem<T> {
    const { retryAfterSeconds, extensions, cause } = this;
    return new Problem(this.type, this.data, {
      errors,
      extensions,
      cause,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }

  get status(): number {
    return CATALOGUE[this.type].status;
  }
}

/** Base of every `type`; each leads to its paragraph of docs/problems.md. */
const TYPE_BASE = 'https://sallyport.dev/problems/';

export const typeUriOf = (type: ProblemType): string => TYPE_BASE + type;

/** The RFC 9457 members of a problem. `instance` names this one answer, for the operator's log. */
export const renderProblem = (problem: Problem, correlationId: string): Record<string, unknown> => ({
  type: typeUriOf(problem.type),
  title: CATALOGUE[problem.type].title,
  status: problem.status,
  detail: problem.message,
  instance: `urn:sallyport:call:${correlationId}`,
  ...(problem.errors.length > 0 && { errors: problem.errors }),
  ...problem.extensions,
});

/** A 422 for one field that the schema takes and a rule refuses. */
export const refuseField = (pointer: string, message: string): Problem =>
  new Problem('invalid-body', {}, { errors: [{ pointer, message }] });

/**
 * What can be filled from a payload: each field's own schema, by which actions it is used, and what a payload without a
 * value means. What would widen access if it were left out (an end, clusters) is never left out silently. Pure.
 */
import * as z from 'zod';
import { Roles } from '../grants/roles.ts';
import { NewGrant, Principal, Ticket } from '../grants/schema.ts';
import { isJsonObject, type JsonObject } from '../platform/json-object.ts';
import { Incident, NewRevocation } from '../revocations/schema.ts';
import type { FieldName, HookAction } from './schema.ts';

interface Field {
  readonly actions: readonly HookAction[];
  /** As the API takes it. */
  readonly schema: z.ZodType;
  /** A list, or text: a payload's number or boolean is then written out. */
  readonly isList?: boolean;
  /** Whether null and '' in a payload mean that there is none: only of what describes, never of what gives or bounds. */
  readonly mayBeEmpty?: boolean;
  /** Descriptions that are cut rather than refused: an incident with a long title is an incident. */
  readonly cutAt?: number;
}

const GRANT: readonly HookAction[] = ['CREATE_GRANT'];
const TICKET: readonly HookAction[] = ['CREATE_GRANT', 'END_GRANTS_OF_TICKET'];
const REVOCATION: readonly HookAction[] = ['REVOKE_JWKS'];
const EVERY: readonly HookAction[] = [...TICKET, ...REVOCATION];
/** As the schemas of ticket and revocation bound them. */
const REASON_CHARACTERS_MAX = 2000;

export const FIELDS: { readonly [Name in FieldName]: Field } = {
  'ticket.system': { actions: TICKET, schema: Ticket.shape.system },
  'ticket.key': { actions: TICKET, schema: Ticket.shape.key },
  'ticket.url': { actions: GRANT, schema: Ticket.shape.url, mayBeEmpty: true },
  'ticket.requester': { actions: GRANT, schema: Ticket.shape.requester, mayBeEmpty: true },
  'ticket.approver': { actions: GRANT, schema: Ticket.shape.approver, mayBeEmpty: true },
  'ticket.reason': { actions: GRANT, schema: Ticket.shape.reason, mayBeEmpty: true, cutAt: REASON_CHARACTERS_MAX },
  'principal.type': { actions: GRANT, schema: Principal.shape.type },
  'principal.name': { actions: GRANT, schema: Principal.shape.name },
  'roles.builtIn': { actions: GRANT, schema: Roles.shape.builtIn },
  'roles.custom': { actions: GRANT, schema: Roles.shape.custom, isList: true },
  'roles.privileges': { actions: GRANT, schema: Roles.shape.privileges, isList: true },
  'scope.clusterIds': { actions: GRANT, schema: clusterIds(), isList: true },
  duration: { actions: GRANT, schema: NewGrant.shape.duration },
  expiresAt: { actions: GRANT, schema: NewGrant.shape.expiresAt },
  startsAt: { actions: GRANT, schema: NewGrant.shape.startsAt },
  onEnd: { actions: GRANT, schema: NewGrant.shape.onEnd },
  'incident.system': { actions: REVOCATION, schema: Incident.shape.system },
  'incident.key': { actions: REVOCATION, schema: Incident.shape.key },
  reason: { actions: REVOCATION, schema: NewRevocation.shape.reason, mayBeEmpty: true, cutAt: REASON_CHARACTERS_MAX },
  occurredAt: { actions: EVERY, schema: z.string() },
};

function clusterIds(): z.ZodType {
  return NewGrant.shape.scope.unwrap().shape.clusterIds;
}

/** What must be filled, by mapping or constants; `principal.type` is the identity provider's, when left out. */
export const REQUIRED: { readonly [Action in HookAction]: readonly FieldName[] } = {
  REVOKE_JWKS: [],
  END_GRANTS_OF_TICKET: ['ticket.system', 'ticket.key'],
  CREATE_GRANT: ['principal.name'],
};

export const isFieldName = (name: string): name is FieldName => Object.hasOwn(FIELDS, name);

export type Filled = { readonly [Name in FieldName]?: unknown };

export type Reading =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'fault'; readonly message: string };

const left: Reading = { kind: 'left-out' };
const fault = (message: string): Reading => ({ kind: 'fault', message });

/** A payload's value as the field's: checked with the field's own schema. */
export function read(name: FieldName, given: unknown): Reading {
  const { schema, isList = false, mayBeEmpty = false, cutAt } = FIELDS[name];
  if (given === null || given === '') {
    return mayBeEmpty ? left : fault('The payload has no value there. Correct the payload, or the mapping.');
  }
  if (typeof given === 'number' && isRounded(given)) {
    return fault('It is too large a number to be read digit by digit. Send it as text.');
  }
  const written = typeof given === 'number' || typeof given === 'boolean' ? String(given) : given;
  const wanted = isList && !Array.isArray(written) ? [written] : written;
  if (!isWellFormed(wanted)) return fault('It holds half of a surrogate pair.');
  const value =
    cutAt !== undefined && typeof wanted === 'string' ? wanted.trim().slice(0, cutAt).toWellFormed() : wanted;
  if (value === '' && mayBeEmpty) return left;
  const parsed = schema.safeParse(value);
  return parsed.success ? { kind: 'value', value } : fault(messageOf(parsed.error));
}

/** More digits than a number keeps: written out, it would name something else. */
const isRounded = (number: number): boolean =>
  !Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number));

const messageOf = ({ issues: [first] }: z.ZodError): string =>
  first?.code === 'invalid_value'
    ? `Give one of ${first.values.map(String).join(', ')}.`
    : (first?.message ?? 'It cannot be used.');

const isWellFormed = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed();
  return !Array.isArray(value) || value.every((one) => typeof one !== 'string' || one.isWellFormed());
};

/** `{'ticket.key': 'OPS-1'}` as `{ticket: {key: 'OPS-1'}}`: the body that a caller of the API would send. */
export function nested(filled: Filled): JsonObject {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(filled)) {
    const [first = '', second] = name.split('.', 2);
    const before = body[first];
    body[first] = second === undefined ? value : { ...(isJsonObject(before) ? before : {}), [second]: value };
  }
  return body;
}

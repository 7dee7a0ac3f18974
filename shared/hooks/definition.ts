/** Whether a hook makes sense as it is asked for: every fault at once, each with its pointer. Pure. */
import { pointerTo } from '../api/faults.ts';
import { roleNamed } from '../custom-roles/rules.ts';
import type { Facts } from '../grants/facts.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import type { FieldError } from '../platform/problems.ts';
import type { Project } from '../tenants/schema.ts';
import { FIELDS, isFieldName, REQUIRED } from './fields.ts';
import { parsePointer } from './json-pointer.ts';
import { timePointerOf } from './occurred.ts';
import type { Constants, FieldName, Guards, HookAction, Mapping, NewHook } from './schema.ts';
import { keyOf } from './signature.ts';

/** What of a hook is looked at, new or changed. */
export interface Definition {
  readonly format: NewHook['format'];
  readonly action: HookAction;
  readonly mapping: Mapping;
  readonly constants: Constants;
  readonly guards: Guards;
}

/** What it would act on, as far as it is there. */
export interface Targets {
  readonly federationId: string;
  readonly project: Project | undefined;
  readonly identityProvider: IdentityProvider | undefined;
  /** Of a grant that it would make. */
  readonly grantFacts: Facts | undefined;
}

const at = (path: readonly string[], message: string): FieldError => ({ pointer: pointerTo(path), message });

const WHICH = {
  REVOKE_JWKS: { projectId: false, identityProviderId: true },
  END_GRANTS_OF_TICKET: { projectId: true, identityProviderId: false },
  CREATE_GRANT: { projectId: true, identityProviderId: true },
} as const satisfies Record<HookAction, Record<string, boolean>>;

/** Faults of what only a new hook says. */
export function newHookFaults(wish: NewHook, targets: Targets): FieldError[] {
  return [...signingFaults(wish), ...targetFaults(wish, targets), ...definitionFaults(wish, targets)];
}

function signingFaults({ format, header, prefix, encoding, secret }: NewHook): FieldError[] {
  const own = { header, prefix, encoding };
  if (format !== 'hmac-sha256') {
    const given = Object.entries(own).filter(([, value]) => value !== undefined);
    const faults = given.map(([name]) =>
      at([name], `${format} says this itself. Leave it out, or choose hmac-sha256.`),
    );
    return [...faults, ...secretFaults(format, secret)];
  }
  return header === undefined ? [at(['header'], 'It is missing. Give the name of the header with the signature.')] : [];
}

/** Standard Webhooks 1.0.0 asks for 24 to 64 bytes; a little less and more is met in the field. */
const KEY_BYTES = { min: 16, max: 128 } as const;

export function secretFaults(format: NewHook['format'], secret: string | undefined): FieldError[] {
  if (secret === undefined) return [];
  const bytes = keyOf({ format }, secret)?.length ?? 0;
  if (format !== 'standard-webhooks' || !secret.startsWith('whsec_')) return [];
  if (bytes >= KEY_BYTES.min && bytes <= KEY_BYTES.max) return [];
  return [at(['secret'], `After whsec_ give Base64 of ${KEY_BYTES.min} to ${KEY_BYTES.max} bytes.`)];
}

function targetFaults(wish: NewHook, { federationId, project, identityProvider, grantFacts }: Targets): FieldError[] {
  const { action, projectId, identityProviderId } = wish;
  const needs = WHICH[action];
  const faults: FieldError[] = [];
  const check = (name: 'projectId' | 'identityProviderId', given: string | undefined, ownerId: string | undefined) => {
    if (needs[name] && given === undefined) faults.push(at([name], `It is missing. ${action} acts on it.`));
    if (!needs[name] && given !== undefined) faults.push(at([name], `${action} does not act on it. Leave it out.`));
    if (needs[name] && given !== undefined && ownerId !== federationId) {
      faults.push(at([name], `There is no such thing in ${federationId}. Give the id of one of its own.`));
    }
  };
  check('projectId', projectId, project?.federationId);
  check('identityProviderId', identityProviderId, identityProvider?.federationId);
  const isConnected = grantFacts === undefined || grantFacts.connection?.status === 'CONNECTED';
  if (!isConnected && grantFacts && identityProvider?.federationId === federationId) {
    const { organizationId } = grantFacts.project;
    faults.push(at(['identityProviderId'], `It is not connected to ${organizationId}. Connect it there first.`));
  }
  return faults;
}

/** Faults of mapping, constants and guards. */
export function definitionFaults(wish: Definition, { identityProvider, grantFacts }: Targets): FieldError[] {
  const { action, mapping, constants } = wish;
  const isFilled = (name: FieldName) => mapping[name] !== undefined || constants[name] !== undefined;
  return [
    ...fieldsOf(mapping).flatMap((name) => mappingFaults(name, wish)),
    ...fieldsOf(constants).flatMap((name) => constantFaults(name, wish)),
    ...REQUIRED[action].filter((name) => !isFilled(name)).map((name) => missing(name, action)),
    ...togetherFaults(action, isFilled),
    ...grantFaults(constants, identityProvider, grantFacts),
    ...guardFaults(wish),
  ];
}

const fieldsOf = (record: object): FieldName[] => Object.keys(record).filter(isFieldName);
const missing = (name: FieldName, action: HookAction): FieldError =>
  at(['mapping', name], `It is missing. ${action} needs ${name}: give a pointer, or a constant.`);

const NO_POINTER = 'Give a JSON Pointer (RFC 6901), such as /issue/key; ~ is written ~0, and / in a name ~1.';

function mappingFaults(name: FieldName, { action, mapping, constants }: Definition): FieldError[] {
  const path = ['mapping', name];
  if (!FIELDS[name].actions.includes(action)) return [at(path, `${action} has no use for ${name}. Leave it out.`)];
  const faults = constants[name] === undefined ? [] : [at(path, 'Give a pointer or a constant, not both.')];
  return parsePointer(mapping[name] ?? '') ? faults : [...faults, at(path, NO_POINTER)];
}

function constantFaults(name: FieldName, { action, constants }: Definition): FieldError[] {
  const path = ['constants', name];
  if (name === 'occurredAt') return [at(path, 'It is another one in every delivery. Give a pointer.')];
  if (!FIELDS[name].actions.includes(action)) return [at(path, `${action} has no use for ${name}. Leave it out.`)];
  const parsed = FIELDS[name].schema.safeParse(constants[name]);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => ({
    pointer: pointerTo([...path, ...issue.path]),
    message: issue.code === 'invalid_value' ? `Give one of ${issue.values.map(String).join(', ')}.` : issue.message,
  }));
}

/** Fields that stand only with others, or instead of them. */
function togetherFaults(action: HookAction, isFilled: (name: FieldName) => boolean): FieldError[] {
  const some = (...names: FieldName[]) => names.some(isFilled);
  const faults: FieldError[] = [];
  const needs = (name: FieldName, because: string) => {
    if (!isFilled(name)) faults.push(at(['mapping', name], `It is missing: ${because}.`));
  };
  if (action === 'REVOKE_JWKS' && some('incident.system', 'incident.key')) {
    needs('incident.system', 'an incident has a system and a key');
    needs('incident.key', 'an incident has a system and a key');
  }
  if (action !== 'CREATE_GRANT') return faults;
  if (some('ticket.system', 'ticket.key', 'ticket.url', 'ticket.requester', 'ticket.approver', 'ticket.reason')) {
    needs('ticket.system', 'a ticket has a system and a key');
    needs('ticket.key', 'a ticket has a system and a key');
  }
  if (!some('roles.builtIn', 'roles.custom', 'roles.privileges')) {
    faults.push(
      at(['constants', 'roles.builtIn'], 'Give at least one of roles.builtIn, roles.custom and roles.privileges.'),
    );
  }
  if (isFilled('duration') && isFilled('expiresAt')) {
    faults.push(at(['mapping', 'expiresAt'], 'Give duration or expiresAt, not both.'));
  }
  return faults;
}

/** What is known of every grant that it will make. */
function grantFaults(
  constants: Constants,
  identityProvider: IdentityProvider | undefined,
  facts: Facts | undefined,
): FieldError[] {
  if (!facts || !identityProvider) return [];
  const faults: FieldError[] = [];
  const type = constants['principal.type'];
  const { authorizationType } = identityProvider;
  if (type !== undefined && type !== authorizationType) {
    const message = `${identityProvider.id} authorizes by ${authorizationType}. Give that, or leave it out.`;
    faults.push(at(['constants', 'principal.type'], message));
  }
  listOf(constants['roles.custom']).forEach((name, index) => {
    if (!roleNamed(facts.customRoles, name)) {
      faults.push(at(['constants', 'roles.custom', String(index)], 'The project has no custom role of this name.'));
    }
  });
  listOf(constants['scope.clusterIds']).forEach((id, index) => {
    if (!facts.presentClusterIds.has(id)) {
      faults.push(at(['constants', 'scope.clusterIds', String(index)], 'The project has no such cluster.'));
    }
  });
  return faults;
}

export const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** Smaller ones than any that somebody sends; the table's own limit is 1E-130. */
const NUMBER_MIN = 1e-100;
const NOT_KEPT = 'It is too large or too small a number to be kept digit by digit. Guard another member.';
/** A larger one has lost digits when it was read: it would be equal to its neighbours, and the table takes none. */
const isKept = (number: number): boolean =>
  number === 0 || (Math.abs(number) >= NUMBER_MIN && Math.abs(number) <= Number.MAX_SAFE_INTEGER);

function guardFaults({ guards, format, mapping }: Definition): FieldError[] {
  const faults = Object.entries(guards.equals).flatMap(([pointer, wanted]) => {
    const path = ['guards', 'equals', pointer];
    // A whole document is no value that a guard could want, and the table keeps no member without a name.
    if (pointer === '' || !parsePointer(pointer)) return [at(path, NO_POINTER)];
    return typeof wanted === 'number' && !isKept(wanted) ? [at(path, NOT_KEPT)] : [];
  });
  if (guards.maxAge === undefined || timePointerOf(format, mapping) !== undefined) return faults;
  return [...faults, at(['guards', 'maxAge'], `${format} says no time of the event. Map occurredAt.`)];
}

/**
 * What a delivery says: which guards it passes, and each field of ours with its value. Guards come first, since events
 * that a hook is not about have another shape. Pure.
 */
import type { FieldError } from '../platform/problems.ts';
import { formatDuration, formatInstant, type Instant } from '../platform/time.ts';
import { FIELD_NAMES } from './field-names.ts';
import { type Filled, read } from './fields.ts';
import { lookUp } from './json-pointer.ts';
import { occurredIn } from './occurred.ts';
import type { FieldName, Hook } from './schema.ts';
import { TIMESTAMP_TOLERANCE_MS } from './signature.ts';

export interface GuardCheck {
  readonly guard: 'equals' | 'maxAge' | 'maxActionsPerHour' | 'ticketOpen';
  readonly outcome: 'PASS' | 'FAIL';
  /** What was held against what; never a payload's value. */
  readonly detail: string;
}

export interface ReadDelivery {
  readonly guards: readonly GuardCheck[];
  /** The payload's own time; null: it says none. */
  readonly occurredAt: Instant | null;
  readonly fields: Filled;
  /** By pointers into the payload. */
  readonly faults: readonly FieldError[];
}

export function readDelivery(hook: Hook, payload: unknown, now: Instant): ReadDelivery {
  const equals = equalsChecks(hook, payload);
  const occurred = occurredIn(payload, hook);
  const occurredAt = occurred.ok ? occurred.at : null;
  const { fields, faults } = fill(hook, payload);
  return {
    guards: [...equals, ...ageChecks(hook, occurredAt, now)],
    occurredAt,
    fields,
    faults: occurred.ok ? faults : [occurred.fault, ...faults],
  };
}

/** The words for the sender, or undefined when nothing declines. */
export const declinedBy = (guards: readonly GuardCheck[]): string | undefined =>
  guards.find(({ outcome }) => outcome === 'FAIL')?.detail;

const check = (guard: GuardCheck['guard'], holds: boolean, detail: string): GuardCheck => ({
  guard,
  outcome: holds ? 'PASS' : 'FAIL',
  detail,
});

const equalsChecks = ({ guards }: Hook, payload: unknown): GuardCheck[] =>
  Object.entries(guards.equals)
    .sort(inOrder)
    .map(([pointer, wanted]) => {
      const found = lookUp(payload, pointer);
      const holds = found.found && found.value === wanted;
      const detail = holds ? `${pointer} is as the guard wants it.` : `${pointer} is not ${JSON.stringify(wanted)}.`;
      return check('equals', holds, detail);
    });

/** The table keeps no order of members: the one that declines is named the same each time. */
const inOrder = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);

/** An event of the future is none: at most the clocks differ. */
function ageChecks({ guards: { maxAgeMs } }: Hook, occurredAt: Instant | null, now: Instant): GuardCheck[] {
  if (maxAgeMs === null || occurredAt === null) return [];
  const longest = formatDuration(maxAgeMs);
  const told = `The event is of ${formatInstant(occurredAt)}`;
  const age = now - occurredAt;
  if (age > maxAgeMs) return [check('maxAge', false, `${told}, longer ago than ${longest}.`)];
  if (age < -TIMESTAMP_TOLERANCE_MS) return [check('maxAge', false, `${told}, which is still to come.`)];
  return [check('maxAge', true, `${told}, at most ${longest} ago.`)];
}

function fill({ mapping, constants }: Hook, payload: unknown): { fields: Filled; faults: FieldError[] } {
  const fields: { [Name in FieldName]?: unknown } = {};
  const faults: FieldError[] = [];
  for (const name of FIELD_NAMES) {
    if (constants[name] !== undefined) fields[name] = constants[name];
    const pointer = mapping[name];
    if (pointer === undefined || name === 'occurredAt') continue;
    const found = lookUp(payload, pointer);
    if (!found.found) {
      faults.push({ pointer, message: `${name}: The payload has nothing there. Correct the payload, or the mapping.` });
      continue;
    }
    const reading = read(name, found.value);
    if (reading.kind === 'fault') faults.push({ pointer, message: `${name}: ${reading.message}` });
    if (reading.kind === 'value') fields[name] = reading.value;
  }
  return { fields, faults };
}

/** When the event of a payload happened, by the payload's own word. Pure. */
import type { FieldError } from '../platform/problems.ts';
import { INSTANT_MAX, type Instant, InstantText, SECOND_MS } from '../platform/time.ts';
import { lookUp } from './json-pointer.ts';
import type { Signing } from './schema.ts';

/** Where formats have it (PagerDuty, V3 webhook payload; Jira Cloud, Webhooks; Standard Webhooks 1.0.0, Payload structure). */
const OF_FORMAT: { readonly [Format in Signing['format']]?: string } = {
  'pagerduty-v3': '/event/occurred_at',
  'jira-websub': '/timestamp',
  'standard-webhooks': '/timestamp',
};

/** A pointer to it, or undefined when nothing says where it stands. */
export const timePointerOf = (
  format: Signing['format'],
  mapping: { readonly [name: string]: string | undefined },
): string | undefined => mapping.occurredAt ?? OF_FORMAT[format];

/** Seconds since 1970 have this many digits until 2286; milliseconds have had more since 1973. */
const SECONDS_MAX = 99_999_999_999;

const instantOf = (value: unknown): Instant | undefined => {
  if (typeof value === 'string') {
    const parsed = InstantText.safeParse(value);
    return parsed.success ? parsed.data : undefined;
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > INSTANT_MAX) return undefined;
  return value <= SECONDS_MAX ? value * SECOND_MS : value;
};

export type Occurred =
  | { readonly ok: true; readonly at: Instant | null }
  | { readonly ok: false; readonly fault: FieldError };

/** RFC 3339, or seconds or milliseconds since 1970. A fault only where somebody relies on it: mapped, or by `maxAge`. */
export function occurredIn(
  payload: unknown,
  {
    signing,
    mapping,
    guards,
  }: {
    readonly signing: Pick<Signing, 'format'>;
    readonly mapping: { readonly [name: string]: string | undefined };
    readonly guards: { readonly maxAgeMs: number | null };
  },
): Occurred {
  const pointer = timePointerOf(signing.format, mapping);
  if (pointer === undefined) return { ok: true, at: null };
  const found = lookUp(payload, pointer);
  const at = found.found ? instantOf(found.value) : undefined;
  if (at !== undefined) return { ok: true, at };
  if (mapping.occurredAt === undefined && guards.maxAgeMs === null) return { ok: true, at: null };
  const what = found.found
    ? 'This is no time: give RFC 3339, or seconds or milliseconds since 1970.'
    : 'The payload has nothing there.';
  return { ok: false, fault: { pointer, message: `occurredAt: ${what}` } };
}

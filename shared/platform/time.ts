/** Pure. Instants are milliseconds since 1970; RFC 3339 lives at the edge, JWT seconds in the token parser. */
import * as z from 'zod';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;
export type Clock = () => Instant;

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

/** RFC 3339 in UTC with milliseconds, as every answer of the API shows an instant. */
export const formatInstant = (at: Instant): string => new Date(at).toISOString();
export const formatInstantOrNull = (at: Instant | null): string | null => (at === null ? null : formatInstant(at));

/** The schema of what `formatInstant` gives. */
export const InstantShown = z.string().meta({ format: 'date-time', examples: ['2026-11-25T18:00:00.000Z'] });

/** First and last instant that RFC 3339 can write in UTC: its years have four digits. */
const INSTANT_MIN = Date.parse('0000-01-01T00:00:00.000Z');
export const INSTANT_MAX = Date.parse('9999-12-31T23:59:59.999Z');

const NO_INSTANT = 'Give an RFC 3339 date-time such as 2026-11-24T18:00:00.000Z.';
/** An RFC 3339 date-time with any offset; finer than a millisecond is cut. */
export const InstantText = z.iso
  .datetime({ offset: true, error: NO_INSTANT })
  .meta({ examples: ['2026-11-25T18:00:00.000Z'] })
  .transform((text) => Date.parse(text))
  .refine((at) => at >= INSTANT_MIN && at <= INSTANT_MAX, NO_INSTANT); // an offset may lead into the year 10000

const DURATION = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/;
/** A hundred years: what is meant to last longer is permanent. Keeps every instant inside what `Date` can hold. */
const DURATION_MAX_MS = 36_525 * DAY_MS;

/**
 * Length of an ISO 8601 duration in milliseconds, or undefined when it is not one. Weeks to seconds only: years and
 * months have no fixed length, and `P1D` is 24 hours.
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => (part === undefined ? 0 : Number(part)));
  const total =
    (weeks ?? 0) * WEEK_MS +
    (days ?? 0) * DAY_MS +
    (hours ?? 0) * HOUR_MS +
    (minutes ?? 0) * MINUTE_MS +
    (seconds ?? 0) * SECOND_MS;
  return total > 0 && total <= DURATION_MAX_MS ? total : undefined;
}

/** A whole number of seconds as an ISO 8601 duration that `parseDuration` reads back: `PT1H30M`, `P1D`. */
export function formatDuration(ms: number): string {
  const units = [
    [DAY_MS, 'D'],
    [HOUR_MS, 'H'],
    [MINUTE_MS, 'M'],
    [SECOND_MS, 'S'],
  ] as const;
  let rest = ms;
  const [days, ...times] = units.map(([length, letter]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? '' : `${count}${letter}`;
  });
  const time = times.join('');
  return `P${days}${time && `T${time}`}`;
}

/** ISO 8601 duration text, parsed to milliseconds. */
export const DurationText = z
  .string()
  .meta({
    format: 'duration',
    description: 'ISO 8601, weeks to seconds: no years or months, and `P1D` is 24 hours.',
    examples: ['PT6H', 'P1D', 'P1W'],
  })
  .transform((text, context) => {
    const length = parseDuration(text);
    if (length !== undefined) return length;
    context.addIssue({
      code: 'custom',
      message:
        'Give an ISO 8601 duration of one second to 100 years in weeks, days, hours, minutes or seconds, such as PT6H, P1D or P1W.',
    });
    return z.NEVER;
  });

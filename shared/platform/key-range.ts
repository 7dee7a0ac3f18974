/** Which sort keys of a partition a query reads. Pure. */

export interface KeyRange {
  /** Where the page before ended, exclusive: keys after it, or before it when the newest come first. */
  readonly after?: string | undefined;
  /** Only sort keys that begin so. */
  readonly prefix?: string | undefined;
  /** Only sort keys from here on, inclusive, whichever come first. */
  readonly from?: string | undefined;
  /** Only sort keys below this one, exclusive, whichever come first. */
  readonly to?: string | undefined;
  readonly newestFirst?: boolean | undefined;
}

/** Both inclusive, as DynamoDB's BETWEEN is; undefined: open on that side. */
export interface Bounds {
  readonly low: string | undefined;
  readonly high: string | undefined;
}

/** One condition on the sort key is all a query may have: what all of these leave between them. */
export function boundsOf({ after, prefix, from, to, newestFirst = false }: KeyRange): Bounds {
  const lows = [prefix, from, newestFirst || after === undefined ? undefined : `${after}\u0000`];
  const highs = [
    prefix === undefined ? undefined : `${prefix}\uffff`,
    to === undefined ? undefined : justBefore(to),
    newestFirst && after !== undefined ? justBefore(after) : undefined,
  ];
  return {
    low: given(lows).reduce<string | undefined>(
      (one, other) => (one !== undefined && one > other ? one : other),
      undefined,
    ),
    high: given(highs).reduce<string | undefined>(
      (one, other) => (one !== undefined && one < other ? one : other),
      undefined,
    ),
  };
}

/** Whether no key can lie between them, which DynamoDB refuses to be asked. */
export const isEmpty = ({ low, high }: Bounds): boolean => low !== undefined && high !== undefined && low > high;

const given = (keys: readonly (string | undefined)[]): string[] => keys.filter((key) => key !== undefined);

/** The greatest text that sorts before this one among our keys, whose last character is never the lowest. */
const justBefore = (text: string): string =>
  `${text.slice(0, -1)}${String.fromCharCode(text.charCodeAt(text.length - 1) - 1)}\uffff`;

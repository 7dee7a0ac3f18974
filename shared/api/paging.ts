/** Lists: pages with sealed cursors, which cannot be forged, read, or carried to another list (api.md, Conventions). */
import * as z from 'zod';
import { Problem } from '../platform/problems.ts';
import type { Sealer } from '../platform/seal.ts';
import { type Clock, DAY_MS } from '../platform/time.ts';

const LIMIT_MAX = 100;
const LIMIT_DEFAULT = 25;
/** Long enough for a nightly job that pages slowly. */
const CURSOR_LIFE_MS = DAY_MS;

/** Lambda takes 6 MB of an answer as JSON text, in which every quotation mark of ours is escaped; the rest is a margin. */
export const ANSWER_BYTES_MAX = 5 * 1024 * 1024;
/** What a text takes of it. */
export const answerBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** Query parameters of every list; a list with filters extends it. */
export const ListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, `Give a whole number from 1 to ${LIMIT_MAX}.`)
    .meta({ type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT, description: 'Items of a page.' })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= LIMIT_MAX, `Give a whole number from 1 to ${LIMIT_MAX}.`)
    .default(LIMIT_DEFAULT),
  cursor: z
    .string()
    .max(2048)
    .describe('`nextCursor` of the page before. It fits this list with these filters, and no other.')
    .optional(),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** A page of a list (api.md, Conventions). */
export const listOf = <View extends z.ZodType>(view: View) =>
  z
    .object({
      items: z.array(view),
      nextCursor: z
        .string()
        .optional()
        .meta({
          description: 'Give it to `cursor` for the next page; absent on the last one.',
          examples: ['kW3v0qkz1mV9cQ…'],
        }),
    })
    .meta({ id: `${view.meta()?.id ?? 'Unnamed'}List` });

export interface List<View> {
  readonly items: View[];
  readonly nextCursor?: string;
}

export interface Pager {
  /** Where the page begins: what `list` was given, or undefined for the first page. */
  after(query: { cursor?: string | undefined }, list: string): string | undefined;
  /** The answer; `last` is where the next page begins after, undefined on the last page. */
  answer<View>(items: View[], list: string, last: string | undefined): List<View>;
  /** A page of what is at hand as a whole. @param idOf what it is sorted by here, and where a page begins after */
  cut<T, View>(all: readonly T[], query: ListQuery, list: string, of: Cut<T, View>): List<View>;
}

export interface Cut<T, View> {
  readonly idOf: (one: T) => string;
  readonly view: (one: T) => View;
}

const purpose = (list: string): string => `cursor ${list}`;

/** `list` names the list with its parent and its filters: a cursor fits no other. */
export function pagerOf(sealer: Sealer, clock: Clock): Pager {
  const pager: Pager = {
    after({ cursor }, list) {
      if (cursor === undefined) return undefined;
      const [, until, after] = /^(\d+) (.*)$/su.exec(sealer.open(cursor, purpose(list)) ?? '') ?? [];
      if (after !== undefined && clock() < Number(until)) return after;
      const message =
        'This cursor belongs to another list, was changed, or is older than a day. Begin again without a cursor.';
      throw new Problem('invalid-query', {}, { errors: [{ pointer: '/cursor', message }] });
    },
    answer: (items, list, last) => ({
      items,
      ...(last !== undefined && { nextCursor: sealer.seal(`${clock() + CURSOR_LIFE_MS} ${last}`, purpose(list)) }),
    }),
    cut(all, query, list, { idOf, view }) {
      const after = pager.after(query, list);
      const rest = all
        .filter((one) => after === undefined || idOf(one) > after)
        .sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
      const page = rest.slice(0, query.limit);
      const last = page.at(-1);
      return pager.answer(page.map(view), list, rest.length > page.length && last ? idOf(last) : undefined);
    },
  };
  return pager;
}

/**
 * Smart values of Jira's automation, as Atlassian documents them: a path into the data, functions after it, and sections
 * over lists. Pure. A value is put in once: braces inside it stay as they are. What is not there is nothing.
 */
import * as z from 'zod';

export type Data = Readonly<Record<string, unknown>>;
/** What `asJsonString` writes for an empty value is not documented. */
export type EmptyJson = '' | '""' | 'null';

/** @throws on what this stand-in does not know: a guide that uses it has to be looked up again */
export function render(template: string, data: Data, emptyJson: EmptyJson): string {
  return template.replaceAll(
    /\{\{#([^}]+)\}\}(.*?)\{\{\/\}\}|\{\{([^}#/]+)\}\}/gs,
    (_, list: string | undefined, inner: string, path: string | undefined) => {
      if (list === undefined) return textOf(valueAt(path ?? '', data, emptyJson));
      const items = valueAt(list, data, emptyJson);
      return Array.isArray(items) ? items.map((item) => render(inner, recordOf(item), emptyJson)).join('') : '';
    },
  );
}

function valueAt(path: string, data: Data, emptyJson: EmptyJson): unknown {
  return [...path.matchAll(/([\w -]+)(\(\s*"([^"]*)"\s*\))?/g)].reduce<unknown>(
    (value, [, name = '', call, given = '']) =>
      call === undefined ? member(value, name.trim(), emptyJson) : called(value, name, given),
    data,
  );
}

function member(value: unknown, name: string, emptyJson: EmptyJson): unknown {
  if (name === 'asJsonString') return isEmpty(value) ? emptyJson : JSON.stringify(textOf(value));
  if (Array.isArray(value)) {
    if (name === 'size') return value.length;
    if (name === 'first') return value[0];
    return value.map((item) => recordOf(item)[name]);
  }
  return recordOf(value)[name];
}
function called(value: unknown, name: string, given: string): unknown {
  if (name === 'join' && Array.isArray(value)) return value.map(textOf).join(given);
  if (name === 'join') return textOf(value); // of nothing
  throw new Error(`This stand-in does not know ${name}()`);
}

const Fields = z.record(z.string(), z.unknown());
const recordOf = (value: unknown): Data => Fields.safeParse(value).data ?? {};
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';
const textOf = (value: unknown): string => (isEmpty(value) ? '' : String(value));

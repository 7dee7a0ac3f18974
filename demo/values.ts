/** How values are written for a reader. Pure: from a value to lines, without colours. */

/** Widest value on one line; a wider list or object takes several, a wider text is cut and marked so. */
const LINE_CHARACTERS_MAX = 92;
/** By its first this many characters a token is recognised; the rest is noise to a reader. */
const TOKEN_CHARACTERS_SHOWN = 12;
const ID = /\b([a-z]{3}_)[0-9A-Za-z]{12,}([0-9A-Za-z]{4})\b/g;
const TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{3}))?Z$/;
/** Claims that count seconds since 1970 (RFC 7519): a reader wants the time beside them. */
const SECONDS_CLAIMS = new Set(['exp', 'iat', 'nbf']);

/** `fed_01K9…7QZX` as `fed_…7QZX`: enough to see which is which. */
export const shortIds = (text: string): string => text.replace(ID, '$1…$2');

/** `2026-11-25 07:51:39.724 UTC`. */
export const instant = (text: string): string =>
  text.replace(INSTANT, (_all, day, time, ms) => `${day} ${time}${ms ? `.${ms}` : ''} UTC`);

/** One value on one line. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return shortIds(instant(value).replace(TOKEN, shortToken));
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(written).join(', ');
  if (typeof value === 'object') return phrase(new Map(Object.entries(value)));
  return String(value);
}

/** The fields as `name   value` lines, aligned; what is too wide for a line takes one for each of its parts. */
export function aligned(fields: Readonly<Record<string, unknown>>, nameWidth: number): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    linesOf(name, value).map((line, index) => `${(index === 0 ? name : '').padEnd(nameWidth)}${cut(line)}`),
  );
}

function linesOf(name: string, value: unknown): string[] {
  if (typeof value === 'number' && SECONDS_CLAIMS.has(name)) {
    return [`${value} (${instant(new Date(value * 1000).toISOString())})`];
  }
  if (isListOfObjects(value)) return value.flatMap((one) => linesOf('', one));
  const line = written(value);
  if (line.length <= LINE_CHARACTERS_MAX || typeof value !== 'object' || value === null) return [line];
  return Object.entries(value).map(([member, part]) => `${member} ${written(part)}`);
}

/** Objects that recur in the API are written as people would say them; any other as its members in a row. */
function phrase(members: ReadonlyMap<string, unknown>): string {
  const says = (...names: string[]) => members.size === names.length && names.every((name) => members.has(name));
  const the = (name: string) => written(members.get(name));
  if (says('type', 'name')) return `${the('type')} ${the('name')}`;
  if (says('type', 'names')) return `${the('type')} ${the('names')}`;
  if (says('type', 'id')) return `${the('type')} ${the('id')}`;
  if (says('system', 'key')) return `${the('system')} ${the('key')}`;
  if (says('role', 'database')) return `${the('role')} on ${the('database')}`;
  return [...members].map(([name, value]) => `${name} ${written(value)}`).join(' · ');
}

const isListOfObjects = (value: unknown): value is object[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'object' && one !== null);
const shortToken = (token: string): string => `${token.slice(0, TOKEN_CHARACTERS_SHOWN)}… (${token.length} characters)`;
const cut = (line: string): string =>
  line.length > LINE_CHARACTERS_MAX ? `${line.slice(0, LINE_CHARACTERS_MAX - 1)}…` : line;

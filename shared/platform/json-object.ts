/** Pure. Objects out of JSON that somebody else wrote, read by their own members only. */

/** A JSON object as parsed. Read it with `own`: `claims.constructor` would find what `Object` has, not the sender. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether the sender wrote this member, whatever its value. `__proto__` is a member like any other. */
export const has = (object: JsonObject, name: string): boolean => Object.hasOwn(object, name);

/** The member's value as the sender wrote it, or undefined when there is none. */
export const own = (object: JsonObject, name: string): unknown => (has(object, name) ? object[name] : undefined);

export type JsonObjectFault =
  | { problem: 'not-utf8' }
  | { problem: 'not-json' }
  | { problem: 'not-an-object'; value: unknown }
  | { problem: 'duplicate-member'; member: string };

/**
 * Reads bytes as one JSON object in UTF-8 (RFC 8259 section 8.1): bad UTF-8 and a byte order mark are refused, not
 * repaired. A name that occurs twice at the top is refused too. RFC 7515 section 4 and RFC 7519 section 4 would also
 * allow to take the last, but then another reader of the same token (a MongoDB server) may take the first. Deeper
 * objects keep the last, as `JSON.parse` does: nothing here reads that deep.
 */
export function readJsonObject(
  bytes: Uint8Array,
): { ok: true; object: JsonObject } | ({ ok: false } & JsonObjectFault) {
  const text = utf8(bytes);
  if (text === undefined) return { ok: false, problem: 'not-utf8' };
  const parsed = parse(text);
  if (parsed === undefined) return { ok: false, problem: 'not-json' };
  const { value } = parsed;
  if (!isJsonObject(value)) return { ok: false, problem: 'not-an-object', value };
  const member = duplicateMember(text);
  return member === undefined ? { ok: true, object: value } : { ok: false, problem: 'duplicate-member', member };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    // ignoreBOM keeps the mark in the text, where JSON does not allow it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The value in an envelope, as `undefined` means unparsable. The parser's message is dropped: it quotes the text. */
function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/**
 * The first name that occurs twice in the top-level object, or undefined. The text must be known to be a valid JSON
 * object: then a string that follows `{` or `,` at depth one is a name, and nothing else needs to be understood.
 * Names are compared decoded, so that `"a\u006cg"` is `"alg"`. One pass, no recursion.
 */
function duplicateMember(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  let nameIsNext = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (depth === 1 && nameIsNext) {
        const name = String(JSON.parse(text.slice(at, end + 1)));
        if (seen.has(name)) return name;
        seen.add(name);
        nameIsNext = false;
      }
      at = end;
    } else if (character === '{' || character === '[') {
      depth++;
      nameIsNext = depth === 1;
    } else if (character === '}' || character === ']') depth--;
    else if (character === ',') nameIsNext = depth === 1;
  }
  return undefined;
}

/** Position of the quotation mark that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"' && at < text.length) at += text[at] === '\\' ? 2 : 1;
  return at;
}

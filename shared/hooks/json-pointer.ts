/** JSON Pointer (RFC 6901): where a field of ours stands in somebody else's payload. Looks up and never runs anything. Pure. */
import { has, isJsonObject } from '../platform/json-object.ts';

/** Names from the top of the document down; none: the whole document. */
export type PointerPath = readonly string[];

/** Zero, or digits without a leading zero (section 4). */
const INDEX = /^(?:0|[1-9]\d{0,8})$/;

/** The names, or undefined when the text is no pointer: it begins with `/`, and `~` is followed by 0 or 1 (section 3). */
export function parsePointer(text: string): PointerPath | undefined {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export type Found = { readonly found: true; readonly value: unknown } | { readonly found: false };
const NOWHERE: Found = { found: false };

/**
 * What stands there. A member is found only if the sender wrote it (never what every object has, such as `constructor`),
 * and `-`, the element after the last one, is nowhere (section 4).
 */
export function valueAt(document: unknown, path: PointerPath): Found {
  let value = document;
  for (const name of path) {
    if (Array.isArray(value)) {
      const index = INDEX.test(name) ? Number(name) : -1;
      if (index < 0 || index >= value.length) return NOWHERE;
      value = value[index];
    } else if (isJsonObject(value) && has(value, name)) value = value[name];
    else return NOWHERE;
  }
  return { found: true, value };
}

/** Likewise by a pointer's text, which has been checked. */
export const lookUp = (document: unknown, pointer: string): Found => {
  const path = parsePointer(pointer);
  return path ? valueAt(document, path) : NOWHERE;
};

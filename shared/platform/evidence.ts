/**
 * Pure. Quotes what somebody else wrote (a claim, a key's name) so that it can stand in a sentence, a log line or a
 * table: short, on one line, and unable to look like something else.
 */

/** Longest quotation in characters: enough to recognise a value, too short to flood a log or carry a token along. */
const EVIDENCE_CHARACTERS_MAX = 100;

/** Control, format (bidi too), line and paragraph separators, and halves of surrogate pairs: shown as escapes. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * The value as evidence: text in double quotes, cut at 100 characters with `…`; numbers, booleans and null as JSON;
 * arrays and objects by name only, since they may be deep enough to exhaust the stack.
 */
export function quote(value: unknown): string {
  if (typeof value === 'string') return `"${printable(value)}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'an array' : 'an object';
}

/** Visible ASCII without a quotation mark: it can look like nothing else. */
const PLAIN_ADDRESS = /^[\x21\x23-\x7e]{1,512}$/;
/** An address that somebody is to copy: whole up to 512 characters, where `quote` would cut it. */
export const quoteAddress = (value: unknown): string =>
  typeof value === 'string' && PLAIN_ADDRESS.test(value) ? `"${value}"` : quote(value);

/** One character by its Unicode name, such as `U+000A`; for what must not be shown itself. */
export const nameOfCharacter = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function printable(text: string): string {
  let shown = '';
  // Cut first: iterating a 64 KiB value to show 100 characters of it would be work for the sender's benefit.
  for (const character of text.slice(0, EVIDENCE_CHARACTERS_MAX)) {
    const next = UNPRINTABLE.test(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character;
    if (shown.length + next.length > EVIDENCE_CHARACTERS_MAX - 1) return `${shown}…`;
    shown += next;
  }
  return text.length > EVIDENCE_CHARACTERS_MAX ? `${shown}…` : shown;
}

/**
 * Pure. Warns of names that people may read as another one (security.md section 3.4, UTS 39). A warning, not a refusal:
 * whoever proves such a name owns it, but should know that it is not the one that it looks like.
 */
import { nameOfCharacter, quote } from '../platform/evidence.ts';
import type { Finding } from '../platform/finding.ts';
import { LOOKS_LIKE } from './look-alike-letters.ts';
import { unicodeName } from './names.ts';
import { mixesScripts, scriptsOf } from './scripts.ts';

/** undefined: nothing to say. Names of ASCII only are never warned about. */
export function lookAlike(domainName: string): Finding | undefined {
  const shown = unicodeName(domainName);
  if (shown === null) return undefined;
  const labels = shown.split('.');
  const topLevel = labels.at(-1) ?? '';
  const why = labels.flatMap((label) => whyLabel(label, topLevel) ?? []);
  if (why.length === 0) return undefined;
  return {
    severity: 'WARNING',
    code: 'domain-looks-alike',
    message: `${quote(shown)} is the name ${domainName}, and may be read as another one: ${why.slice(0, LABELS_SHOWN_MAX).join('; ')}.`,
    fix: `Compare it with the name that you mean, letter by letter. If it is the right one, write it as ${domainName} where people could mistake it; else delete this domain.`,
  };
}

/** Labels told of; a name has ten at most. */
const LABELS_SHOWN_MAX = 3;
/** Letters named of each script. */
const LETTERS_SHOWN_MAX = 8;

function whyLabel(label: string, topLevel: string): string | undefined {
  if (ASCII_ONLY.test(label)) return undefined;
  if (mixesScripts(label)) return `${quote(label)} mixes ${lettersByScript(label)}`;
  const read = readAsAscii(label);
  if (read === undefined || isOfItsOwn(label, topLevel)) return undefined;
  return `${quote(label)} looks like ${quote(read)} and has ${lettersByScript(label.replace(/\p{ASCII}/gu, ''))}`;
}
const ASCII_ONLY = /^\p{ASCII}*$/u;

/** What the label looks like, when no letter in it looks like anything else than ASCII. */
function readAsAscii(label: string): string | undefined {
  const letters = [...label.replace(DOUBLY_DOTTED, '$1')].map((letter) =>
    ASCII_ONLY.test(letter) ? letter : LOOKS_LIKE.get(letter),
  );
  if (letters.includes(undefined)) return undefined;
  const read = letters.join('');
  // A word of dashes and strokes alone is read as what it is.
  return LDH.test(read) || /[a-z0-9]/.test(label) ? read : undefined;
}
/** The dot that is added falls on the one that is there: nothing is seen of it. */
const DOUBLY_DOTTED = /([ij])\u0307/gu;
const LDH = /^(?!-)[a-z0-9-]+(?<!-)$/;

/** Countries whose registries take names in a script below a top-level domain of ASCII. */
const HOME_OF_SCRIPTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Cyrillic', ['bg', 'by', 'kg', 'kz', 'mk', 'mn', 'rs', 'ru', 'su', 'tj', 'ua', 'uz']],
  ['Greek', ['cy', 'gr']],
  ['Armenian', ['am']],
  ['Georgian', ['ge']],
]);

/** Below `.рф` a word of Cyrillic letters is read as such, and below `.bg` too: its first letters say the script. */
function isOfItsOwn(label: string, topLevel: string): boolean {
  const [script] = [...label].filter((letter) => !ASCII_ONLY.test(letter)).flatMap(scriptsOf);
  if (script === undefined || /[a-z]/.test(label)) return false;
  return [...topLevel].some((letter) => scriptsOf(letter).includes(script)) || isHome(script, topLevel);
}
const isHome = (script: string, topLevel: string): boolean => HOME_OF_SCRIPTS.get(script)?.includes(topLevel) ?? false;

/** `Latin a p and Cyrillic р`: each letter once, by the first script that uses it; signs of no script by number. */
function lettersByScript(label: string): string {
  const letters = new Map<string, Set<string>>();
  const add = (group: string, shown: string) => letters.set(group, (letters.get(group) ?? new Set()).add(shown));
  for (const letter of label) {
    const [script] = scriptsOf(letter);
    if (script !== undefined) add(script.replaceAll('_', ' '), letter);
    else if (!ASCII_ONLY.test(letter)) add('the sign', nameOfCharacter(letter));
  }
  return [...letters]
    .map(([group, used]) => `${group} ${[...used].slice(0, LETTERS_SHOWN_MAX).join(' ')}`)
    .join(' and ');
}

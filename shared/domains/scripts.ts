/**
 * Pure. Which writing systems a label uses, and whether that is usual: UTS 39 section 5.1 (augmented script sets) and
 * section 5.2 (Highly Restrictive). The engine knows each character's scripts (Script_Extensions, Unicode 15 or later).
 */

/** UTS 31 tables 5 and 7, and three historic ones that hold look-alikes. All others count as one. */
const NAMES = [
  ...['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Syriac', 'Thaana', 'Nko', 'Ethiopic'],
  ...['Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo', 'Yi', 'Lisu', 'Miao', 'Tibetan', 'Thai', 'Lao', 'Khmer'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
  ...['Myanmar', 'Cherokee', 'Canadian_Aboriginal', 'Tifinagh', 'Vai', 'Adlam', 'Osage', 'Bamum', 'Mandaic', 'Wancho'],
  ...['Balinese', 'Batak', 'Chakma', 'Cham', 'Hanifi_Rohingya', 'Javanese', 'Kayah_Li', 'Lepcha', 'Limbu', 'Newa'],
  ...['Meetei_Mayek', 'Nyiakeng_Puachue_Hmong', 'Ol_Chiki', 'Saurashtra', 'Sundanese', 'Syloti_Nagri', 'Tai_Le'],
  ...['Tai_Tham', 'Tai_Viet', 'Coptic', 'Deseret', 'Warang_Citi'],
];
const SCRIPTS = NAMES.map((name) => ({ name, pattern: new RegExp(`\\p{Script_Extensions=${name}}`, 'u') }));
/** Marks go with the letter below them; by Script, since each release of Unicode lists more scripts for them. */
const OF_NO_SCRIPT = /[\p{Script_Extensions=Common}\p{Script=Inherited}]/u;
const RARE = 'a rare script';

/** Scripts that are written together: Japanese, Korean, Chinese with Bopomofo. */
const TOGETHER: ReadonlyMap<string, readonly string[]> = new Map([
  ['Han', ['Japanese', 'Korean', 'Chinese']],
  ['Hiragana', ['Japanese']],
  ['Katakana', ['Japanese']],
  ['Hangul', ['Korean']],
  ['Bopomofo', ['Chinese']],
]);

/** The scripts that use this character; empty for digits, hyphens and marks, which all use. */
export function scriptsOf(character: string): readonly string[] {
  if (OF_NO_SCRIPT.test(character)) return [];
  const names = SCRIPTS.filter(({ pattern }) => pattern.test(character)).map(({ name }) => name);
  return names.length === 0 ? [RARE] : names;
}

/** Whether no script, and no three that are written together with Latin, holds all of the label. */
export function mixesScripts(label: string): boolean {
  const sets = [...label].map(scriptsOf).filter((scripts) => scripts.length > 0);
  return common(sets.map(augmented)) === 0 && !isLatinWithEastAsian(sets);
}

const augmented = (scripts: readonly string[]): readonly string[] => [
  ...scripts,
  ...scripts.flatMap((script) => TOGETHER.get(script) ?? []),
];

function isLatinWithEastAsian(sets: readonly (readonly string[])[]): boolean {
  const others = sets.filter((scripts) => !scripts.includes('Latin')).map(augmented);
  const isEastAsian = others.every((scripts) => scripts.some((script) => EAST_ASIAN.includes(script)));
  return isEastAsian && common(others.map((scripts) => scripts.filter((script) => EAST_ASIAN.includes(script)))) > 0;
}
const EAST_ASIAN = ['Japanese', 'Korean', 'Chinese'];

/** How many names all sets hold; no sets at all agree on everything. */
function common(sets: readonly (readonly string[])[]): number {
  const [first, ...rest] = sets;
  if (first === undefined) return Number.POSITIVE_INFINITY;
  return first.filter((name) => rest.every((set) => set.includes(name))).length;
}

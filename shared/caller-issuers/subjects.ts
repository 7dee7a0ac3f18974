/** Which subjects of an issuer's JWTs may call: patterns in which `*` stands for any text. Pure. */

/**
 * What stands before the first `*`: a kind and a whole name, such as `repo:acme/`, `system:serviceaccount:` or
 * `organization:acme:`. With less, every account of a public issuer would be let in.
 */
const NAMES_SOMEBODY = /^[^:/*]+[:/][^:/*]+[:/]/;

/** Why a pattern is not taken, or undefined. */
export function patternFault(pattern: string): string | undefined {
  if (!pattern.includes('*') || NAMES_SOMEBODY.test(pattern)) return undefined;
  return 'Begin with the account or repository, such as repo:acme/infra:*: a * further ahead would let in strangers of the same issuer.';
}

/** Whether the whole subject fits the pattern, character by character, with case. Linear in both lengths. */
export function matchesPattern(pattern: string, subject: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return subject === pattern;
  if (!subject.startsWith(head)) return false;
  const tail = rest.pop() ?? '';
  let from = head.length;
  for (const part of rest) {
    const at = subject.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return subject.length - tail.length >= from && subject.endsWith(tail);
}

export const matchesAny = (patterns: readonly string[], subject: string): boolean =>
  patterns.some((pattern) => matchesPattern(pattern, subject));

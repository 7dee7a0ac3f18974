/** Which names a federation may prove to own (S4). Pure. Stored as A-labels: internationalized names have one spelling. */
import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { getDomain, parse } from 'tldts';
import { SPECIAL_USE_ENDS } from '../platform/outside-url.ts';

export type OwnableName = { readonly ok: true; readonly name: string } | { readonly ok: false; readonly fault: string };

/** Without the trailing dot (RFC 1035 section 2.3.4). */
export const NAME_CHARACTERS_MAX = 253;
/** As certificate authorities bound them; a deeper name is a mistake. */
const LABELS_MAX = 10;
/** Letters, digits, hyphens, none at an end (RFC 5890 section 2.3.1). */
const LDH = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** What people paste around a name: a scheme, a path, a port, an address, an encoding. */
const NOT_BARE = /[\s/:@?#\\%[\]]/;
/**
 * The mapping drops what cannot be seen. The joiners stay, which Persian and Indic names need (RFC 5892 appendix A), and
 * the selector that keyboards put behind a picture.
 */
const UNSEEN = /(?!\u200c|\u200d|\ufe0f)[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
/** Second-level names for special use (RFC 6761 section 6.5); the top-level ones are in the list of outside URLs. */
const EXAMPLES: ReadonlySet<string> = new Set(['example.com', 'example.net', 'example.org']);

/** `github.io` and its kin are suffixes too: each name below is somebody else's. */
const PRIVATE_TOO = { allowPrivateDomains: true };

const refuse = (fault: string): OwnableName => ({ ok: false, fault });

/** The name as it is stored, or a sentence on why nobody can own it here. */
export function ownableName(text: string): OwnableName {
  const given = text.trim();
  if (NOT_BARE.test(given)) return refuse('Give the bare domain name, such as acme.com: no scheme, path or space.');
  if (UNSEEN.test(given)) return refuse('The name has characters that cannot be seen. Type it anew.');
  if (given.includes('*')) return refuse('Give the name itself, without a wildcard.');
  // UTS 46, non-transitional. It is lenient with what it does not map: the form is checked on what comes out.
  const name = domainToASCII(given).replace(/\.$/, '');
  if (name === '') return refuse('This is no domain name. Give one such as acme.com.');
  if (isIP(name) !== 0 || /^[0-9.]*[0-9][0-9.]*$/.test(given)) return refuse('An IP address is not a domain name.');
  const labels = name.split('.');
  const fault = formFault(name, labels) ?? suffixFault(name, labels);
  return fault === undefined ? { ok: true, name } : refuse(fault);
}

/** The name that was registered, one label below the public suffix: most often the zone. */
export const registeredName = (name: string): string => getDomain(name, PRIVATE_TOO) ?? name;

/** The stored name as people read it; null: it is the same. */
export function unicodeName(name: string): string | null {
  const shown = domainToUnicode(name);
  return shown === name || shown === '' ? null : shown;
}

function formFault(name: string, labels: readonly string[]): string | undefined {
  if (name.length > NAME_CHARACTERS_MAX) return `A domain name has at most ${NAME_CHARACTERS_MAX} characters.`;
  if (labels.includes('')) return 'Two dots follow each other, or the name begins with one. Take out the extra dot.';
  if (labels.length > LABELS_MAX) return `A domain name has at most ${LABELS_MAX} labels here.`;
  if (labels.length < 2) return 'A single label is not a domain that can be owned. Give one such as acme.com.';
  const bad = labels.find((label) => !LDH.test(label));
  if (bad !== undefined) {
    return `The label "${bad.slice(0, 100)}" is to be 1 to 63 letters, digits and inner hyphens, and nothing else.`;
  }
  if (/^[0-9]/.test(labels.at(-1) ?? '')) return 'The last label of a domain name is not a number.';
  const disguised = labels.find((label) => label.slice(2, 4) === '--' && !isRealALabel(label));
  if (disguised !== undefined) {
    return `The label "${disguised}" is no internationalized label: it does not decode and encode back to itself.`;
  }
  return undefined;
}

/** An A-label decodes to something that is not ASCII, and encodes back to itself (RFC 5891 section 5.4). */
function isRealALabel(label: string): boolean {
  if (!label.startsWith('xn--')) return false;
  const decoded = domainToUnicode(label);
  return decoded !== label && /\P{ASCII}/u.test(decoded) && domainToASCII(decoded) === label;
}

function suffixFault(name: string, labels: readonly string[]): string | undefined {
  const reserved = labels
    .map((_, from) => labels.slice(from).join('.'))
    .find((end) => SPECIAL_USE_ENDS.has(end) || EXAMPLES.has(end));
  if (reserved !== undefined) {
    return `"${reserved}" and the names below it are for special use and belong to nobody (RFC 6761).`;
  }
  const { isIcann, isPrivate, domain, publicSuffix } = parse(name, PRIVATE_TOO);
  // By its default rule the list takes every last label for a suffix: `.corp` too.
  if (!isIcann && !isPrivate) return `"${labels.at(-1)}" is no public top-level domain.`;
  if (domain === null) {
    return `"${publicSuffix}" is a public suffix: others register names below it, so nobody owns it.`;
  }
  return undefined;
}

/**
 * Pure. No clock, no I/O: the document was fetched by the guarded client. Which keys of an issuer's JWK set may check a
 * signature, what is to be said about the others, and which are tried for one token.
 *
 * It does not decide how long a set may be used, whether a key is banned, or which algorithms an issuer may use.
 */
import { quote } from '../platform/evidence.ts';
import { has, isJsonObject, type JsonObject, own } from '../platform/json-object.ts';
import { isAllowed, type KeyAlgorithm, type KeyDefect, namesOf, type PublicJwk, readPublicKey } from './jwk.ts';
import {
  findingsOf,
  KEY_SET_BYTES_MAX,
  KEYS_MAX,
  type KeyFinding,
  type KeyFindingCode,
  nameOfKey,
} from './key-finding.ts';

/** A key that may check signatures. */
export interface UsableKey {
  readonly kid?: string;
  /** The one algorithm that its JWK names, as it names it; left out, the type and curve decide. */
  readonly alg?: KeyAlgorithm;
  /** RFC 7638, SHA-256, base64url: what bans and caches go by. */
  readonly thumbprint: string;
  /** Public members only, each in its one spelling. */
  readonly jwk: PublicJwk;
  /** Use `algorithmsOf`. */
  readonly algorithms: readonly KeyAlgorithm[];
}

export interface KeySet {
  /** In the document's order. */
  readonly keys: readonly UsableKey[];
  readonly findings: readonly KeyFinding[];
}

/** Keys tried for one token: each costs a signature check, and the sender chooses how often. */
export const CANDIDATES_MAX = 5;

type Seen = Map<KeyFindingCode, string[]>;

/**
 * Reads a fetched JWK set (RFC 7517 section 5): bad keys are passed over and told, the rest is used. A set that is too
 * large as a whole gives no keys: half a set would refuse some people and not others.
 * @param bytes length of the body as fetched, when known
 */
export function readKeySet(document: unknown, bytes = 0): KeySet {
  const seen: Seen = new Map();
  const entries = isJsonObject(document) ? own(document, 'keys') : undefined;
  if (bytes > KEY_SET_BYTES_MAX) tell(seen, 'key-set-too-large', String(bytes));
  else if (!Array.isArray(entries)) tell(seen, 'key-set-malformed', whatIsMalformed(document, entries));
  else if (entries.length > KEYS_MAX) tell(seen, 'key-set-too-many-keys', String(entries.length));
  else return readEntries(entries, seen);
  return { keys: [], findings: findingsOf(seen) };
}

/** What the key can do and may be used for: the algorithm its JWK names, else all of its type and curve. */
export const algorithmsOf = (key: UsableKey): readonly KeyAlgorithm[] => key.algorithms;

/**
 * The keys to try for a token, at most five, in the set's order: those that can do its algorithm, with its `kid` if it
 * has one. `allowed` are the algorithms of this identity provider; one that is not among them gets no key.
 */
export function candidateKeys(
  keys: readonly UsableKey[],
  header: { readonly alg: string; readonly kid?: string },
  allowed: readonly string[],
): UsableKey[] {
  if (!isAllowed(header.alg, allowed)) return [];
  return keys
    .filter((key) => header.kid === undefined || key.kid === header.kid)
    .filter((key) => algorithmsOf(key).some((algorithm) => algorithm === header.alg))
    .slice(0, CANDIDATES_MAX);
}

function readEntries(entries: readonly unknown[], seen: Seen): KeySet {
  const usable: UsableKey[] = [];
  /** A key whose private part is in the set is leaked under every name that the set gives it. */
  const leaked = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    if (!isJsonObject(entry)) {
      tell(seen, 'key-not-an-object', `keys[${index}] is ${quote(entry)}`);
      continue;
    }
    const name = nameOfKey(own(entry, 'kid'), index);
    tellServersView(seen, entry, name);
    const secrets = SECRET_MEMBERS.filter((member) => has(entry, member));
    if (secrets.length > 0 || own(entry, 'kty') === 'oct') {
      tell(seen, 'published-private-key', secrets.length > 0 ? `${name} with ${secrets.join(' ')}` : name);
      const read = readPublicKey(entry);
      if (read.ok) leaked.add(read.key.thumbprint);
      continue;
    }
    const key = readEntry(entry, name, seen);
    if (key && !usable.some((other) => isSame(other, key))) usable.push(key);
  }
  tellDuplicates(seen, entries);
  const keys = usable.filter((key) => !leaked.has(key.thumbprint));
  if (keys.length === 0) tell(seen, 'no-usable-key');
  return { keys, findings: findingsOf(seen) };
}

/** Private and symmetric parts (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1; RFC 9964 for `priv`). Never read, only seen. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

function readEntry(entry: JsonObject, name: string, seen: Seen): UsableKey | undefined {
  const kid = own(entry, 'kid');
  const alg = own(entry, 'alg');
  const purpose = purposeOf(entry);
  if (purpose === 'other') {
    tellShortModulus(seen, entry, name);
    return undefined; // an encryption key beside the signing keys: usual, nothing else to tell
  }
  const isMalformed = purpose === 'malformed' || !isTextOrAbsent(kid) || !isTextOrAbsent(alg);
  const read = isMalformed ? ({ ok: false, defect: 'malformed' } as const) : readPublicKey(entry);
  if (!read.ok) {
    tell(seen, CODE_OF_DEFECT[read.defect], name);
    return undefined;
  }
  const { jwk, thumbprint, algorithms, smallExponent } = read.key;
  // Each key has exactly one algorithm, if it names one (RFC 8725 section 3.1).
  const bound = algorithms.find((algorithm) => algorithm === alg);
  if (alg !== undefined && bound === undefined) {
    tell(seen, 'key-unsupported', `${name} with alg ${quote(alg)}`);
    return undefined;
  }
  if (smallExponent) tell(seen, 'rsa-exponent-small', name);
  return {
    ...(typeof kid === 'string' && { kid }),
    ...(bound !== undefined && { alg: bound }),
    thumbprint,
    jwk,
    algorithms: bound === undefined ? algorithms : boundTo(bound),
  };
}

/** One algorithm, by all its names: a key that says Ed25519 checks tokens that say EdDSA, and the other way round. */
const boundTo = (algorithm: KeyAlgorithm): readonly KeyAlgorithm[] =>
  namesOf(algorithm === 'Ed25519' ? 'EdDSA' : algorithm);

/** RFC 7517 sections 4.2 and 4.3. Both may be absent; what is there must allow checking signatures. */
function purposeOf(entry: JsonObject): 'signatures' | 'other' | 'malformed' {
  const use = own(entry, 'use');
  const operations = own(entry, 'key_ops');
  if (!isTextOrAbsent(use)) return 'malformed';
  if (operations !== undefined && !Array.isArray(operations)) return 'malformed';
  if (use !== undefined && use !== 'sig') return 'other';
  return operations === undefined || operations.includes('verify') ? 'signatures' : 'other';
}

const CODE_OF_DEFECT: Readonly<Record<KeyDefect, KeyFindingCode>> = {
  malformed: 'key-malformed',
  unsupported: 'key-unsupported',
  'rsa-too-small': 'rsa-key-too-small',
  'rsa-too-large': 'rsa-key-too-large',
  'rsa-exponent-unsafe': 'rsa-exponent-unsafe',
  'rsa-modulus-weak': 'rsa-modulus-weak',
  'ed25519-weak': 'ed25519-key-weak',
};

/** What makes a MongoDB server refuse the whole set. It reads neither `use` nor `alg`, so every key counts. */
function tellServersView(seen: Seen, entry: JsonObject, name: string): void {
  const kid = own(entry, 'kid');
  if (kid === undefined || kid === '') tell(seen, 'key-id-missing', name);
  const crv = own(entry, 'crv');
  if (own(entry, 'kty') === 'EC' && crv !== 'P-256' && crv !== 'P-384') tell(seen, 'curve-refused-by-servers', name);
}

/** Servers measure a key that is not for signatures too. */
function tellShortModulus(seen: Seen, entry: JsonObject, name: string): void {
  const read = readPublicKey(entry);
  if (!read.ok && read.defect === 'rsa-too-small') tell(seen, 'rsa-key-too-small', name);
}

/** Legal between types (RFC 7517 section 4.5), but not for servers. */
function tellDuplicates(seen: Seen, entries: readonly unknown[]): void {
  const kids = entries.map((entry) => (isJsonObject(entry) ? own(entry, 'kid') : undefined));
  const repeated = kids.filter((kid, index) => typeof kid === 'string' && kid !== '' && kids.indexOf(kid) < index);
  for (const kid of new Set(repeated)) tell(seen, 'key-id-duplicate', `kid ${quote(kid)}`);
}

function tell(seen: Seen, code: KeyFindingCode, which = ''): void {
  seen.set(code, [...(seen.get(code) ?? []), which]);
}

function whatIsMalformed(document: unknown, entries: unknown): string {
  if (!isJsonObject(document)) return `it is ${quote(document)}`;
  return `"keys" is ${quote(entries)}`;
}

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

const isSame = (a: UsableKey, b: UsableKey): boolean =>
  a.thumbprint === b.thumbprint && a.kid === b.kid && a.alg === b.alg;

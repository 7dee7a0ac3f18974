/** Pure. What is noteworthy about a fetched key set, in stable words: findings are stored and shown. */
import { quote } from '../platform/evidence.ts';
import { RSA_BITS_MAX, RSA_BITS_MIN } from './jwk.ts';

/** Bytes. Amazon's own authorizer takes 150,000. */
export const KEY_SET_BYTES_MAX = 256 * 1024;
export const KEYS_MAX = 100;

type Severity = 'ERROR' | 'WARNING' | 'INFO';

/** ERROR: the set is not to be relied on. WARNING: somebody will be refused. INFO: passed over, as it should be. */
export interface KeyFinding {
  readonly severity: Severity;
  readonly code: KeyFindingCode;
  readonly message: string;
  readonly fix: string;
}

export type KeyFindingCode = keyof typeof WORDS;

const SERVERS = 'A mongodb or atlas cluster refuses the whole set because of it, so nobody can sign in there.';
const REPLACE = 'Replace the key at the identity provider and take this one out of the set.';

interface Words {
  readonly severity: Severity;
  /** `which` names the keys, or the evidence; `''` when the finding is about the set. */
  readonly message: (which: string) => string;
  readonly fix: string;
}

/** Every finding, in the order in which they are told. A code is never renamed and never reused. */
const WORDS = {
  'key-set-malformed': {
    severity: 'ERROR',
    message: (which) => `The key set is no JSON object with a list "keys" (RFC 7517 section 5): ${which}.`,
    fix: 'Correct jwks_uri in the issuer’s discovery document: it must answer with a JWK set.',
  },
  'key-set-too-large': {
    severity: 'ERROR',
    message: (which) => `The key set has ${which} bytes; at most ${KEY_SET_BYTES_MAX} are read, so no key is used.`,
    fix: 'Publish the keys of this issuer only, without certificate chains (x5c).',
  },
  'key-set-too-many-keys': {
    severity: 'ERROR',
    message: (which) => `The key set has ${which} keys; at most ${KEYS_MAX} are read, so none is used.`,
    fix: 'Publish only the keys with which this issuer signs now or soon.',
  },
  'published-private-key': {
    severity: 'ERROR',
    message: (which) =>
      `The key set publishes private or symmetric key values (${which}): whoever reads it can sign as anybody. These keys are never used.`,
    fix: 'Treat the keys as leaked: replace them at the identity provider, publish public parts only (OpenID Connect Discovery section 3), then revoke the JWKS.',
  },
  'no-usable-key': {
    severity: 'ERROR',
    message: () => 'The key set has no key with which a token’s signature could be checked.',
    fix: `Publish a signing key: RSA of ${RSA_BITS_MIN} bits or more, or EC P-256.`,
  },
  'key-not-an-object': {
    severity: 'WARNING',
    message: (which) => `The key set holds something that is no key (${which}). It is passed over. ${SERVERS}`,
    fix: 'Take it out of the set at the identity provider.',
  },
  'key-malformed': {
    severity: 'WARNING',
    message: (which) => `Members are missing or wrong (${which}). The key is passed over (RFC 7517 section 5).`,
    fix: 'Report it to the administrator of the identity provider, or take the key out of the set.',
  },
  'rsa-key-too-small': {
    severity: 'WARNING',
    message: (which) => `RSA below ${RSA_BITS_MIN} bits (${which}) is never used (RFC 7518 section 3.3). ${SERVERS}`,
    fix: REPLACE,
  },
  'rsa-key-too-large': {
    severity: 'WARNING',
    message: (which) => `RSA above ${RSA_BITS_MAX} bits (${which}) is never used: each signature takes too long.`,
    fix: REPLACE,
  },
  'rsa-exponent-unsafe': {
    severity: 'WARNING',
    message: (which) =>
      `The RSA exponent is even, below 3 or longer than 256 bits (${which}): with 1 anybody can forge. The key is never used.`,
    fix: `${REPLACE} Use the exponent 65537.`,
  },
  'rsa-exponent-small': {
    severity: 'WARNING',
    message: (which) => `The RSA exponent is below 65537 (${which}), which FIPS 186-5 asks for. The key is used.`,
    fix: 'Use the exponent 65537 for the next key.',
  },
  'rsa-modulus-weak': {
    severity: 'WARNING',
    message: (which) =>
      `The RSA modulus can be factored (${which}): it is even, or made by a generator with the ROCA fault (CVE-2017-15361). The key is never used.`,
    fix: `Treat it as leaked. ${REPLACE}`,
  },
  'ed25519-key-weak': {
    severity: 'WARNING',
    message: (which) =>
      `The Ed25519 key is a point of small order (${which}): anybody can forge. The key is never used.`,
    fix: `Treat it as leaked. ${REPLACE}`,
  },
  'key-unsupported': {
    severity: 'INFO',
    message: (which) =>
      `The key’s type, curve or algorithm is not one that Sallyport checks (${which}). It is passed over.`,
    fix: 'Nothing, unless access tokens are signed with it: then sign them with RS256 or ES256.',
  },
  'key-id-missing': {
    severity: 'WARNING',
    message: (which) => `The key has no kid, or an empty one (${which}). ${SERVERS}`,
    fix: 'Give each key a kid of its own at the identity provider.',
  },
  'key-id-duplicate': {
    severity: 'WARNING',
    message: (which) => `Several keys have the same kid (${which}). Each that fits is tried. ${SERVERS}`,
    fix: 'Give each key a kid of its own at the identity provider.',
  },
  'curve-refused-by-servers': {
    severity: 'WARNING',
    message: (which) => `The EC curve is neither P-256 nor P-384 (${which}). ${SERVERS}`,
    fix: 'Use P-256 with ES256, or let such clusters use an issuer without this key.',
  },
} as const satisfies Record<string, Words>;

const CODES = Object.keys(WORDS).filter((code): code is KeyFindingCode => Object.hasOwn(WORDS, code));

/** Keys named in one finding. A set of 100 bad keys is one finding of each kind, not 100. */
const NAMED_MAX = 5;

/** Collects what was seen, code by code, and tells it in the order of the list above. */
export function findingsOf(seen: ReadonlyMap<KeyFindingCode, readonly string[]>): KeyFinding[] {
  return CODES.flatMap((code) => {
    const which = seen.get(code);
    return which ? [finding(code, which)] : [];
  });
}

function finding(code: KeyFindingCode, which: readonly string[]): KeyFinding {
  const { severity, message, fix } = WORDS[code];
  const named = which.slice(0, NAMED_MAX).join(', ');
  const more = which.length > NAMED_MAX ? ` and ${which.length - NAMED_MAX} more` : '';
  return { severity, code, message: message(`${named}${more}`), fix };
}

/** How a finding names a key: by its kid, and by its place in the set when it has none. */
export const nameOfKey = (kid: unknown, index: number): string =>
  typeof kid === 'string' && kid !== '' ? `kid ${quote(kid)}` : `keys[${index}]`;

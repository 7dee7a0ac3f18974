/**
 * Pure. Who a token's bearer is: the user's name and the groups, read from claims at the top level only, as MongoDB
 * servers do. Nothing is trimmed, folded or normalised: names are compared by code point (RFC 7519 section 7.3).
 */
import { nameOfCharacter, quote } from '../platform/evidence.ts';
import { has, isJsonObject, type JsonObject, own } from '../platform/json-object.ts';
import type { PrincipalFault } from './principal-fault.ts';

/** Longest name of a user or a group, in UTF-16 code units. Atlas caps `username` at 1024. */
export const NAME_CHARACTERS_MAX = 1024;
/** Most groups in one token. Entra stops at 200; each group costs one item of a verdict's read. */
export const GROUPS_MAX = 1000;

/** Which claims name the principal, as the identity provider is registered. */
export interface PrincipalClaims {
  readonly userClaim: string;
  readonly groupsClaim: string;
  /** USER: the groups claim is not looked at, and may be absent. */
  readonly authorizationType: 'GROUP' | 'USER';
}

export interface TokenPrincipal {
  readonly userName: string;
  /** In the token's order, each once. Empty for USER. */
  readonly groups: readonly string[];
  /**
   * Members of the claim that are no usable names: not text, empty, too long, or with control characters. They match
   * no grant. MongoDB Enterprise refuses a token with a member that is not text, so a verdict for one must too.
   */
  readonly groupsIgnored: number;
}

export type ReadPrincipal = { ok: true; principal: TokenPrincipal } | { ok: false; fault: PrincipalFault };
type Refused = Extract<ReadPrincipal, { ok: false }>;

const refuse = (fault: PrincipalFault): Refused => ({ ok: false, fault });

/** User and groups of an access token; an ID token names a user too, and is refused first. */
export function readPrincipal(claims: JsonObject, registered: PrincipalClaims): ReadPrincipal {
  const mark = markOfIdToken(claims);
  if (mark !== undefined) return refuse({ kind: 'id-token', mark });
  const user = readUser(claims, registered.userClaim);
  if (!user.ok) return user;
  if (registered.authorizationType === 'USER') {
    return { ok: true, principal: { userName: user.name, groups: [], groupsIgnored: 0 } };
  }
  const groups = readGroups(claims, registered.groupsClaim);
  if (!groups.ok) return groups;
  return { ok: true, principal: { userName: user.name, groups: groups.names, groupsIgnored: groups.ignored } };
}

/**
 * The claim that only ID tokens carry, or undefined (OIDC Core sections 2 and 3.3.2.11). Where the audience is the
 * client ID, nothing else tells them from access tokens. Older Keycloaks copy `nonce` into access tokens as well, but
 * mark those with the claim `typ` "Bearer".
 */
function markOfIdToken(claims: JsonObject): string | undefined {
  const marks = own(claims, 'typ') === 'Bearer' ? ['at_hash', 'c_hash'] : ['nonce', 'at_hash', 'c_hash'];
  return marks.find((mark) => has(claims, mark));
}

/**
 * What a name may not hold: control characters and line or paragraph separators (they would reach CSV, logs and
 * `$external` user names), overrides of the writing direction, and halves of surrogate pairs, which no UTF-8 has.
 */
const UNUSABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

function readUser(claims: JsonObject, claim: string): { ok: true; name: string } | Refused {
  if (!has(claims, claim)) return refuse({ kind: 'user-missing', claim: quote(claim) });
  const name = own(claims, claim);
  if (typeof name !== 'string' || name === '')
    return refuse({ kind: 'user-malformed', claim: quote(claim), got: quote(name) });
  if (name.length > NAME_CHARACTERS_MAX) {
    return refuse({
      kind: 'user-too-long',
      claim: quote(claim),
      characters: name.length,
      charactersMax: NAME_CHARACTERS_MAX,
    });
  }
  const unusable = UNUSABLE.exec(name);
  if (unusable)
    return refuse({ kind: 'user-unprintable', claim: quote(claim), character: nameOfCharacter(unusable[0]) });
  return { ok: true, name };
}

function readGroups(claims: JsonObject, name: string): { ok: true; names: string[]; ignored: number } | Refused {
  const claim = quote(name);
  if (!has(claims, name)) {
    const mark = markOfOverage(claims, name);
    return refuse(mark === undefined ? { kind: 'groups-missing', claim } : { kind: 'groups-overage', claim, mark });
  }
  const value = own(claims, name);
  if (typeof value === 'string') return refuse({ kind: 'groups-text', claim, got: quote(value) });
  if (!Array.isArray(value)) return refuse({ kind: 'groups-malformed', claim, got: quote(value) });
  const members: readonly unknown[] = value;
  const count = members.length;
  if (count > GROUPS_MAX) return refuse({ kind: 'groups-too-many', claim, count, countMax: GROUPS_MAX });
  const usable = members.filter(isUsableName);
  // An empty list is a user without groups, which is no fault; a list of nothing but rubbish is the issuer's.
  if (count > 0 && usable.length === 0) return refuse({ kind: 'groups-unusable', claim, count });
  return { ok: true, names: [...new Set(usable)], ignored: count - usable.length };
}

const isUsableName = (member: unknown): member is string =>
  typeof member === 'string' && member !== '' && member.length <= NAME_CHARACTERS_MAX && !UNUSABLE.test(member);

/**
 * The claim by which Entra says that it left the groups out: `_claim_names` (OIDC Core section 5.6.2) with an address
 * in `_claim_sources`, or `hasgroups` in the implicit flow. The address is never fetched: a token would choose it.
 */
function markOfOverage(claims: JsonObject, groupsClaim: string): string | undefined {
  const elsewhere = own(claims, '_claim_names');
  if (isJsonObject(elsewhere) && (has(elsewhere, groupsClaim) || has(elsewhere, 'groups'))) return '_claim_names';
  return own(claims, 'hasgroups') === true || own(claims, 'hasgroups') === 'true' ? 'hasgroups' : undefined;
}

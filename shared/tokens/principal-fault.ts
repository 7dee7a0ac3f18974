/** Pure. Why a token does not say who its bearer is, and what to do: for `explain`, never for introspection. */
import type { Explanation } from './token-fault.ts';

/** Every way in which user and groups can fail to be read. `got` is a quotation of at most 100 characters. */
export type PrincipalFault =
  | { kind: 'id-token'; mark: string }
  | { kind: 'user-missing'; claim: string }
  | { kind: 'user-malformed'; claim: string; got: string }
  | { kind: 'user-too-long'; claim: string; characters: number; charactersMax: number }
  /** `character` by name, such as U+000A. */
  | { kind: 'user-unprintable'; claim: string; character: string }
  | { kind: 'groups-missing'; claim: string }
  /** Entra left the groups out because there were too many; `mark` is the claim that says so. */
  | { kind: 'groups-overage'; claim: string; mark: string }
  | { kind: 'groups-text'; claim: string; got: string }
  | { kind: 'groups-malformed'; claim: string; got: string }
  | { kind: 'groups-too-many'; claim: string; count: number; countMax: number }
  | { kind: 'groups-unusable'; claim: string; count: number };

const FEWER_GROUPS =
  'Set the groups claim to "Groups assigned to the application", or use app roles (claim "roles") as the groups claim.';

/** The fault in words a person can act on. Exhaustive: a new fault does not compile until it has its words. */
export function describePrincipalFault(fault: PrincipalFault): Explanation {
  switch (fault.kind) {
    case 'id-token':
      return {
        detail: `The token has ${fault.mark}: it is an ID token, which tells a client who signed in and opens nothing.`,
        fix: 'Send the access token of the same sign-in.',
      };
    case 'user-missing':
      return {
        detail: `The token has no ${fault.claim}, the claim that names the user.`,
        fix: 'Add the claim to access tokens at the identity provider, or set userClaim to one that is there.',
      };
    case 'user-malformed':
      return {
        detail: `The token’s ${fault.claim} is ${fault.got}; a user’s name is a text that is not empty.`,
        fix: 'Set userClaim to a claim whose value is text, such as sub.',
      };
    case 'user-too-long':
      return {
        detail: `The token’s ${fault.claim} has ${fault.characters} characters; at most ${fault.charactersMax} are taken.`,
        fix: 'Set userClaim to a shorter claim, such as sub.',
      };
    case 'user-unprintable':
      return {
        detail: `The token’s ${fault.claim} holds the character ${fault.character}, which no user’s name may have.`,
        fix: 'Correct the name in the directory, or set userClaim to another claim, such as sub.',
      };
    case 'groups-missing':
      return {
        detail: `The token has no ${fault.claim}, the claim that holds the groups.`,
        fix:
          'Add the groups to access tokens (not only to ID tokens) at the identity provider, or correct groupsClaim. ' +
          'Some providers leave the claim out for a user without groups. Nested claims cannot be reached.',
      };
    case 'groups-overage':
      return {
        detail: `The token has no ${fault.claim} but ${fault.mark}: the user is in more groups than Entra puts into a token.`,
        fix: `${FEWER_GROUPS} Sallyport never fetches groups from the address in the token.`,
      };
    case 'groups-text':
      return {
        detail: `The token’s ${fault.claim} is the text ${fault.got}, not a list: MongoDB Enterprise refuses that too.`,
        fix: 'Make the claim multivalued at the identity provider, so that even one group comes as a list.',
      };
    case 'groups-malformed':
      return {
        detail: `The token’s ${fault.claim} is ${fault.got}; groups are a list of texts.`,
        fix: 'Make the claim a list of texts at the identity provider, or correct groupsClaim.',
      };
    case 'groups-too-many':
      return {
        detail: `The token’s ${fault.claim} lists ${fault.count} groups; at most ${fault.countMax} are read.`,
        fix: FEWER_GROUPS,
      };
    case 'groups-unusable':
      return {
        detail: `None of the ${fault.count} members of the token’s ${fault.claim} is a usable text.`,
        fix: 'Let the identity provider list groups by name or ID, as plain texts without control characters.',
      };
  }
}

/** Pure. Why a text is not a token that Sallyport can read, and what to do: for `explain`, never for introspection. */

export type TokenPart = 'header' | 'payload' | 'signature';

/**
 * Every way in which the form of a token can be wrong, each with its evidence. `got` and `member` are quotations of at
 * most 100 characters; nothing here holds the token or a part of its signature, so a fault may be shown and logged.
 */
export type TokenFault =
  | { kind: 'empty' }
  | { kind: 'too-long'; characters: number; bytesMax: number }
  /** Not a JWT at all: a reference that only its issuer can resolve. */
  | { kind: 'opaque'; parts: number }
  /** A JWE (RFC 7516 section 7.1): only the holder of its key can read it. */
  | { kind: 'encrypted' }
  /** Counted to 6, which means six or more. */
  | { kind: 'part-count'; parts: number }
  | { kind: 'empty-part'; part: TokenPart }
  /** `character` by name, such as U+0020; `position` counts characters from 1 within the part. */
  | { kind: 'bad-character'; part: TokenPart; character: string; position: number }
  | { kind: 'not-base64url'; part: TokenPart }
  | { kind: 'not-utf8'; part: TokenPart }
  | { kind: 'not-json'; part: TokenPart }
  | { kind: 'not-an-object'; part: TokenPart; got: string }
  | { kind: 'duplicate-member'; part: TokenPart; member: string }
  | { kind: 'alg-invalid'; got: string }
  | { kind: 'kid-invalid'; got: string }
  | { kind: 'typ-invalid'; got: string }
  | { kind: 'critical-extension'; got: string }
  | { kind: 'unencoded-payload'; got: string };

/** What is wrong, with the evidence, and what to do about it: whole sentences. */
export interface Explanation {
  detail: string;
  fix: string;
}

const COPY_AGAIN = 'Copy the whole access token again, in one piece and without the word Bearer.';
const ASK_ISSUER = 'This is made by the issuer: report it to the administrator of the identity provider.';
const ASK_FOR_JWT =
  'Ask the identity provider for a signed JWT access token. Auth0: set the tenant’s Default Audience to your API. ' +
  'Okta: use a custom authorization server. PingFederate: use a JSON Web Token access token manager.';

/** The fault in words a person can act on. Exhaustive: a new fault does not compile until it has its words. */
export function describeTokenFault(fault: TokenFault): Explanation {
  switch (fault.kind) {
    case 'empty':
      return { detail: 'The token is empty.', fix: COPY_AGAIN };
    case 'too-long':
      return {
        detail: `The token has ${fault.characters} characters; at most ${fault.bytesMax} bytes are read.`,
        fix: 'Let the identity provider put fewer claims into it: only the groups assigned to the application.',
      };
    case 'opaque':
      return {
        detail: 'The token is opaque: it is no JWT (three parts with dots between), so only its issuer can read it.',
        fix: ASK_FOR_JWT,
      };
    case 'encrypted':
      return {
        detail: 'The token has five parts: it is encrypted (a JWE), and only the holder of its key can read it.',
        fix: `Turn the encryption of access tokens off for this application, or: ${ASK_FOR_JWT}`,
      };
    case 'part-count':
      return {
        detail: `A signed JWT has three parts with dots between; this token has ${fault.parts === 6 ? 'six or more' : fault.parts}.`,
        fix: `Part of it may be missing, or two tokens may be joined. ${COPY_AGAIN}`,
      };
    case 'empty-part':
      return fault.part === 'signature'
        ? { detail: 'The token has no signature.', fix: `Unsigned tokens are never accepted. ${COPY_AGAIN}` }
        : { detail: `The token’s ${fault.part} is empty.`, fix: COPY_AGAIN };
    case 'bad-character':
      return {
        detail:
          `The token’s ${fault.part} has the character ${fault.character} at position ${fault.position}; ` +
          'only A-Z, a-z, 0-9, "-" and "_" may occur.',
        fix: `Spaces, line breaks, quotation marks and "=" do not belong there. ${COPY_AGAIN}`,
      };
    case 'not-base64url':
      return { detail: `The token’s ${fault.part} has a length that base64url cannot have.`, fix: COPY_AGAIN };
    case 'not-utf8':
      return { detail: `The token’s ${fault.part} is not UTF-8 text.`, fix: `${COPY_AGAIN} ${ASK_ISSUER}` };
    case 'not-json':
      return {
        detail: `The token’s ${fault.part} is not JSON.`,
        fix: `${COPY_AGAIN} If it stays so, the token is opaque after all. ${ASK_FOR_JWT}`,
      };
    case 'not-an-object':
      return { detail: `The token’s ${fault.part} is ${fault.got}, not a JSON object.`, fix: ASK_ISSUER };
    case 'duplicate-member':
      return {
        detail: `The token’s ${fault.part} has ${fault.member} twice; two readers could understand it differently.`,
        fix: `Map one value only to that claim. ${ASK_ISSUER}`,
      };
    case 'alg-invalid':
      return { detail: `The token’s header has ${fault.got} for "alg"; it must name an algorithm.`, fix: ASK_ISSUER };
    case 'kid-invalid':
      return { detail: `The token’s header has ${fault.got} for "kid"; a key ID is text.`, fix: ASK_ISSUER };
    case 'typ-invalid':
      return { detail: `The token’s header has ${fault.got} for "typ"; a type is text.`, fix: ASK_ISSUER };
    case 'critical-extension':
      return {
        detail: `The token’s header demands extensions ("crit" is ${fault.got}); Sallyport understands none.`,
        fix: `Issue access tokens without "crit". ${ASK_ISSUER}`,
      };
    case 'unencoded-payload':
      return {
        detail: `The token’s header has ${fault.got} for "b64"; a JWT’s payload is always encoded.`,
        fix: `Issue access tokens without "b64". ${ASK_ISSUER}`,
      };
  }
}

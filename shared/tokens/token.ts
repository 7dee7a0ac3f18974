/**
 * Pure. No clock, no I/O, no key. The step `form`: what a text must be before any parser of tokens sees it. jose alone
 * would take spaces, line breaks and padding in a part, and `b64: false` without `crit`.
 *
 * Spare bits of base64url that are not zero are read as zero (RFC 4648 section 3.5 leaves it open), so one token has
 * several spellings: never key a ban or a log on a token's text or its hash.
 */
import { nameOfCharacter, quote } from '../platform/evidence.ts';
import { has, type JsonObject, own, readJsonObject } from '../platform/json-object.ts';
import type { TokenFault, TokenPart } from './token-fault.ts';

/** Bytes. Entra's 200 groups make about 12 KiB; above 64 KiB nobody needs. */
export const TOKEN_BYTES_MAX = 64 * 1024;

/** What of a header is ever looked at. Never `jwk`, `jku`, `x5u` or `x5c`: keys come from the issuer only. */
export interface TokenHeader {
  readonly alg: string;
  /** Data to compare with: never a path, a query or a property's name (RFC 8725 section 3.10). */
  readonly kid?: string;
  readonly typ?: string;
}

/** A token whose form is right. Nothing in it is true yet: the signature has not been checked. */
export interface Token {
  readonly header: TokenHeader;
  /** As parsed: read members with `own`, a payload may hold `__proto__`. */
  readonly claims: JsonObject;
  /** The compact serialization, as jose wants it. A secret: never logged, never in an answer. */
  readonly text: string;
  /** Microsoft's own APIs get tokens with a `nonce` in the header, which no other party can verify. */
  readonly nonceInHeader: boolean;
}

export type ParsedToken = { ok: true; token: Token } | { ok: false; fault: TokenFault };
type Refusal = { ok: false; fault: TokenFault };

const PARTS: readonly TokenPart[] = ['header', 'payload', 'signature'];
/** One more than an encrypted token has: what is beyond need not be split. */
const PARTS_COUNTED_MAX = 6;
const NOT_BASE64URL = /[^A-Za-z0-9_-]/u;

/**
 * Reads a token's form (RFC 7515 sections 2, 4 and 5.2; RFC 7519 section 7.2). Never throws, whatever the text.
 * The algorithm, the type and the claims are judged later: here only their form is.
 */
export function parseToken(text: string): ParsedToken {
  if (text === '') return refuse({ kind: 'empty' });
  // A text with more bytes than characters is not ASCII, and is refused below.
  if (text.length > TOKEN_BYTES_MAX) {
    return refuse({ kind: 'too-long', characters: text.length, bytesMax: TOKEN_BYTES_MAX });
  }
  const parts = text.split('.', PARTS_COUNTED_MAX);
  const fault = faultOfParts(parts);
  if (fault) return refuse(fault);

  const header = decode('header', parts[0]);
  if (!header.ok) return header;
  const claims = decode('payload', parts[1]);
  if (!claims.ok) return claims;
  const read = readHeader(header.object);
  if (!read.ok) return read;
  const nonceInHeader = has(header.object, 'nonce');
  return { ok: true, token: { header: read.header, claims: claims.object, text, nonceInHeader } };
}

const refuse = (fault: TokenFault): Refusal => ({ ok: false, fault });

function faultOfParts(parts: readonly string[]): TokenFault | undefined {
  if (parts.length === 5) return { kind: 'encrypted' };
  if (parts.length !== 3) {
    // `{"` in base64url: what begins so was a JWT before somebody cut it.
    const cut = parts[0]?.startsWith('eyJ') ?? false;
    return parts.length < 3 && !cut
      ? { kind: 'opaque', parts: parts.length }
      : { kind: 'part-count', parts: parts.length };
  }
  for (const [index, part] of PARTS.entries()) {
    const content = parts[index] ?? '';
    if (content === '') return { kind: 'empty-part', part };
    const bad = NOT_BASE64URL.exec(content);
    if (bad) return { kind: 'bad-character', part, character: nameOfCharacter(bad[0]), position: bad.index + 1 };
    // Six bits a character: one left over is no byte. Node would drop it without a word.
    if (content.length % 4 === 1) return { kind: 'not-base64url', part };
  }
  return undefined;
}

function decode(part: TokenPart, encoded = ''): { ok: true; object: JsonObject } | Refusal {
  const read = readJsonObject(Buffer.from(encoded, 'base64url'));
  if (read.ok) return read;
  switch (read.problem) {
    case 'not-an-object':
      return refuse({ kind: 'not-an-object', part, got: quote(read.value) });
    case 'duplicate-member':
      return refuse({ kind: 'duplicate-member', part, member: quote(read.member) });
    case 'not-utf8':
    case 'not-json':
      return refuse({ kind: read.problem, part });
  }
}

function readHeader(header: JsonObject): { ok: true; header: TokenHeader } | Refusal {
  const alg = own(header, 'alg');
  if (typeof alg !== 'string' || alg === '') return refuse({ kind: 'alg-invalid', got: quote(alg) });
  // Not understood means invalid (RFC 7515 section 4.1.11), and we understand no extension.
  if (has(header, 'crit')) return refuse({ kind: 'critical-extension', got: quote(own(header, 'crit')) });
  // RFC 7797 section 7. jose ignores `b64: false` without `crit`.
  if (has(header, 'b64') && own(header, 'b64') !== true) {
    return refuse({ kind: 'unencoded-payload', got: quote(own(header, 'b64')) });
  }
  const kid = own(header, 'kid');
  if (has(header, 'kid') && typeof kid !== 'string') return refuse({ kind: 'kid-invalid', got: quote(kid) });
  const typ = own(header, 'typ');
  if (has(header, 'typ') && typeof typ !== 'string') return refuse({ kind: 'typ-invalid', got: quote(typ) });
  return {
    ok: true,
    header: { alg, ...(typeof kid === 'string' && { kid }), ...(typeof typ === 'string' && { typ }) },
  };
}

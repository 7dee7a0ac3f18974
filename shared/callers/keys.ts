/**
 * The forms of what callers prove themselves with. Recognisable for secret scanners, one word for a double click, and a
 * typing error is found without asking the table. Pure but for the hash.
 *
 *   API key        spk_<26 characters of its id>_<30 random><6 of CRC-32>
 *   client secret  scs_<26 characters of its id>_<30 random><6 of CRC-32>
 *   access token   sat_<key, cis or idp><26 of whom it was issued to>_<26 of its own id>_<30 random><6 of CRC-32>
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** 30 characters of base62 hold 178 bits: no slow hash is needed. */
export const SECRET_CHARACTERS = 30;
const ULID = '[0-9A-HJKMNP-TV-Z]{26}';
const KEY_FORM = new RegExp(`^(spk|scs)_(${ULID})_([0-9A-Za-z]{30})[0-9a-z]{6}$`);
const TOKEN_FORM = new RegExp(`^sat_(key|cis|idp)(${ULID})_(${ULID})_([0-9A-Za-z]{30})[0-9a-z]{6}$`);

const checksumOf = (text: string): string => crc32(text).toString(36).padStart(6, '0').slice(-6);
const withChecksum = (body: string): string => body + checksumOf(body);
const hasChecksum = (text: string): boolean => checksumOf(text.slice(0, -6)) === text.slice(-6);

export interface ParsedKey {
  readonly apiKeyId: string;
  readonly secret: string;
}

export interface ParsedAccessToken {
  readonly id: string;
  /** `key_…` of client credentials, `cis_…` of a caller issuer, `idp_…` of a person's identity provider. */
  readonly issuedTo: string;
  readonly secret: string;
}

const ulidOf = (id: string): string => id.slice(id.indexOf('_') + 1);

/** The whole key, shown once. */
export const formatKey = (apiKeyId: string, secret: string): string =>
  withChecksum(`spk_${ulidOf(apiKeyId)}_${secret}`);
/** The whole client secret, shown once. */
export const formatClientSecret = (apiKeyId: string, secret: string): string =>
  withChecksum(`scs_${ulidOf(apiKeyId)}_${secret}`);
export const formatAccessToken = ({ id, issuedTo, secret }: ParsedAccessToken): string =>
  withChecksum(`sat_${issuedTo.replace('_', '')}_${ulidOf(id)}_${secret}`);

const parse = (prefix: 'spk' | 'scs', text: string): ParsedKey | undefined => {
  const [, found, id, secret] = KEY_FORM.exec(text) ?? [];
  return found === prefix && id && secret && hasChecksum(text) ? { apiKeyId: `key_${id}`, secret } : undefined;
};

/** Its parts, or undefined when it has another form or a wrong checksum. */
export const parseKey = (text: string): ParsedKey | undefined => parse('spk', text);
export const parseClientSecret = (text: string): ParsedKey | undefined => parse('scs', text);
export function parseAccessToken(text: string): ParsedAccessToken | undefined {
  const [, kind, issuedTo, id, secret] = TOKEN_FORM.exec(text) ?? [];
  if (!kind || !issuedTo || !id || !secret || !hasChecksum(text)) return undefined;
  return { id: `tok_${id}`, issuedTo: `${kind}_${issuedTo}`, secret };
}

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Compares in constant time, whatever the lengths. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

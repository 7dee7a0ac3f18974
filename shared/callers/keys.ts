/**
 * The form of an API key: `spk_<26 characters of its id>_<30 random><6 of CRC-32>`. Recognisable for secret scanners,
 * one word for a double click, and a typing error is found without asking the table. Pure but for the hash.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** 30 characters of base62 hold 178 bits: no slow hash is needed. */
export const SECRET_CHARACTERS = 30;
const FORM = /^spk_([0-9A-HJKMNP-TV-Z]{26})_([0-9A-Za-z]{30})([0-9a-z]{6})$/;

const checksumOf = (text: string): string => crc32(text).toString(36).padStart(6, '0').slice(-6);

export interface ParsedKey {
  readonly apiKeyId: string;
  readonly secret: string;
}

/** The whole key, shown once. */
export function formatKey(apiKeyId: string, secret: string): string {
  const body = `spk_${apiKeyId.slice('key_'.length)}_${secret}`;
  return body + checksumOf(body);
}

/** Its parts, or undefined when it has another form or a wrong checksum. */
export function parseKey(text: string): ParsedKey | undefined {
  const match = FORM.exec(text);
  const [, id, secret, checksum] = match ?? [];
  if (!id || !secret || checksumOf(text.slice(0, -6)) !== checksum) return undefined;
  return { apiKeyId: `key_${id}`, secret };
}

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Compares in constant time, whatever the lengths. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * The first part of an identity provider's users and roles on clusters, as in `acme-entra/alice@acme.com`. Made from its
 * first name and fixed from then on; what clusters have once seen is never given to another, not even after a delete.
 */
import { claim, holderOf } from '../platform/claim.ts';
import type { Table, Write } from '../platform/table.ts';

/** Characters: leaves room for a suffix and a connector's own prefix in names that people read. */
const SHORT_NAME_MAX = 40;
const SUFFIX_CHARACTERS = 6;

/** Of `[a-z0-9-]` only: MongoDB servers take `[A-Za-z0-9_-]` in a prefix (mongodb-atlas.md section 1.1). Pure. */
export function shortNameFrom(name: string): string {
  const letters = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = letters.replace(/[^a-z0-9]+/g, '-').slice(0, SHORT_NAME_MAX);
  return words.replace(/^-+|-+$/g, '') || 'idp';
}

/** With the last characters of the identifier, which are random. Pure. */
const distinguished = (shortName: string, id: string): string =>
  `${shortName}-${id.slice(-SUFFIX_CHARACTERS).toLowerCase()}`;

const scopeOf = (federationId: string): string => `${federationId}#identity-provider-short-name`;

/** One that is free as of now (consistent read): the plain one, or with a part of the identifier. */
export async function freeShortName(table: Table, federationId: string, name: string, id: string): Promise<string> {
  const plain = shortNameFrom(name);
  return (await holderOf(table, scopeOf(federationId), plain)) === undefined ? plain : distinguished(plain, id);
}

/** Whoever is second makes the plan again, with another one. */
export const claimShortName = (federationId: string, shortName: string, id: string): Write =>
  claim(scopeOf(federationId), shortName, id, () => 'stale');

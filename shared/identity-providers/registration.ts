/**
 * Which identity providers and caller issuers believe an issuer for an audience: a token names these two, and nothing else
 * about whom it concerns. Under a hash, since they may be longer than a key.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { itemKind } from '../platform/item.ts';
import { type JsonObject, own } from '../platform/json-object.ts';
import { deletion, type Table, type Write } from '../platform/table.ts';

/** Whom a token is of and for. */
export interface Believed {
  readonly issuerUri: string;
  readonly audience: string;
}

const Registration = z.object({ version: z.number(), issuerUri: z.string(), audience: z.string(), id: z.string() });
type Registration = z.infer<typeof Registration>;

const partitionOf = ({ issuerUri, audience }: Believed): string =>
  `ISSUER#${createHash('sha256')
    .update(JSON.stringify([issuerUri, audience]))
    .digest('base64url')}`;
const registrationItem = itemKind<Registration>({
  name: 'REGISTRATION',
  schema: Registration,
  key: (registration) => ({ pk: partitionOf(registration), sk: registration.id }),
});

/** It is made and removed, never changed: always the first version. */
const registration = ({ issuerUri, audience }: Believed, id: string): Registration => ({
  version: 1,
  issuerUri,
  audience,
  id,
});

export const register = (believed: Believed, id: string): Write =>
  registrationItem.create(registration(believed, id), () => 'stale');
export const unregister = (believed: Believed, id: string): Write =>
  deletion(registrationItem.key(registration(believed, id)));

/** Audiences of one token that are looked up: real ones have one or two. */
const AUDIENCES_MAX = 10;
/** Registrations of one issuer and audience that are looked at, the oldest first: a federation has few of each. */
const PAGES_MAX = 10;

/** IDs with this prefix that believe the token, the oldest first (consistent reads). */
export async function registeredFor(table: Table, claims: JsonObject, prefix: 'idp' | 'cis'): Promise<string[]> {
  const issuerUri = own(claims, 'iss');
  const audiences = [own(claims, 'aud')].flat().filter((one) => typeof one === 'string');
  if (typeof issuerUri !== 'string' || audiences.length > AUDIENCES_MAX) return [];
  const found = await Promise.all(audiences.map((audience) => idsOf(table, { issuerUri, audience }, prefix)));
  return [...new Set(found.flat())].sort();
}

async function idsOf(table: Table, believed: Believed, prefix: 'idp' | 'cis'): Promise<string[]> {
  const partition = partitionOf(believed);
  const ids: string[] = [];
  for (let page = 0; page < PAGES_MAX; page++) {
    const after = ids.at(-1);
    const query = { partition, prefix: `${prefix}_`, limit: 100, ...(after !== undefined && { after }) };
    const { items, more } = await table.query(query);
    ids.push(...items.map((item) => registrationItem.parse(item).id));
    if (!more) break;
  }
  return ids;
}

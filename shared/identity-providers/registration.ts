/**
 * Which identity providers and caller issuers believe an issuer: a token names its issuer, and nothing else about whom it
 * concerns. Under a hash, since an issuer may be longer than a key.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { itemKind } from '../platform/item.ts';
import { deletion, type Table, type Write } from '../platform/table.ts';

const Registration = z.object({ version: z.number(), issuerUri: z.string(), id: z.string() });
type Registration = z.infer<typeof Registration>;

const partitionOf = (issuerUri: string): string =>
  `ISSUER#${createHash('sha256').update(issuerUri).digest('base64url')}`;
const registrationItem = itemKind<Registration>({
  name: 'REGISTRATION',
  schema: Registration,
  key: ({ issuerUri, id }) => ({ pk: partitionOf(issuerUri), sk: id }),
});

/** It is made and removed, never changed: always the first version. */
const registration = (issuerUri: string, id: string): Registration => ({ version: 1, issuerUri, id });

export const registerIssuer = (issuerUri: string, id: string): Write =>
  registrationItem.create(registration(issuerUri, id), () => 'stale');
export const unregisterIssuer = (issuerUri: string, id: string): Write =>
  deletion(registrationItem.key(registration(issuerUri, id)));

/** Federations that register one issuer; each has few identity providers or caller issuers of it. */
const REGISTRATIONS_MAX = 100;

/** IDs with this prefix, the oldest first, at most 100 (consistent read). */
export async function registeredFor(table: Table, issuerUri: string, prefix: 'idp' | 'cis'): Promise<string[]> {
  const query = { partition: partitionOf(issuerUri), prefix: `${prefix}_`, limit: REGISTRATIONS_MAX };
  const { items } = await table.query(query);
  return items.map((item) => registrationItem.parse(item).id);
}

/**
 * That people of a domain sign in with an identity provider (S7). Kept under the domain, so that sign-in discovery finds
 * it without searching; the identity provider lists the same domains, and both change in one transaction.
 */
import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { itemKind } from '../platform/item.ts';
import type { Table, Write } from '../platform/table.ts';

const Association = z.object({ version: z.number(), domainId: idOf('dom'), identityProviderId: idOf('idp') });
type Association = z.infer<typeof Association>;

const PREFIX = 'SIGN_IN#';
const associationItem = itemKind<Association>({
  name: 'ASSOCIATION',
  schema: Association,
  key: ({ domainId, identityProviderId }) => ({ pk: domainId, sk: `${PREFIX}${identityProviderId}` }),
});

/** It is made and removed, never changed: always the first version. */
const association = (domainId: string, identityProviderId: string): Association => ({
  version: 1,
  domainId,
  identityProviderId,
});

export const associate = (domainId: string, identityProviderId: string): Write =>
  associationItem.create(association(domainId, identityProviderId), () => 'stale');
export const dissociate = (domainId: string, identityProviderId: string): Write =>
  associationItem.remove(association(domainId, identityProviderId));

/** The first identity provider with which people of the domain sign in: the oldest (consistent read). */
export async function firstAssociated(table: Table, domainId: string): Promise<string | undefined> {
  const { items } = await table.query({ partition: domainId, prefix: PREFIX, limit: 1 });
  return items[0] && associationItem.parse(items[0]).identityProviderId;
}

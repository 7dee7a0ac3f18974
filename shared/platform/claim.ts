/** Things of which there may be one: a name under a parent, an issuer and audience, a domain's owner. */
import * as z from 'zod';
import { itemKind } from './item.ts';
import type { Problem } from './problems.ts';
import type { Key, Table, Write } from './table.ts';

const Claim = z.object({ version: z.number(), scope: z.string(), name: z.string(), holderId: z.string() });
type Claim = z.infer<typeof Claim>;

const claimKey = (scope: string, name: string): Key => ({ pk: `CLAIM#${scope}#${name}`, sk: 'CLAIM' });
const claimItem = itemKind<Claim>({ name: 'CLAIM', schema: Claim, key: ({ scope, name }) => claimKey(scope, name) });

const claimOf = (scope: string, name: string, holderId: string): Claim => ({ version: 1, scope, name, holderId });

/** At most one holder at a time, whoever races. */
export const claim = (scope: string, name: string, holderId: string, refused: (heldBy: string) => Problem): Write =>
  claimItem.create(claimOf(scope, name, holderId), (existing) =>
    refused(existing ? claimItem.parse(existing).holderId : ''),
  );

/** Lets go; a claim is never taken over, so the version is always the first. */
export const release = (scope: string, name: string, holderId: string): Write =>
  claimItem.remove(claimOf(scope, name, holderId));

/** Who holds it as of now (consistent read). */
export const holderOf = async (table: Table, scope: string, name: string): Promise<string | undefined> =>
  (await claimItem.read(table, claimKey(scope, name)))?.holderId;

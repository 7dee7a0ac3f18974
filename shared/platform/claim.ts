/** Things of which there may be one: a name under a parent, an issuer and audience, a domain's owner. */
import * as z from 'zod';
import { itemKind } from './item.ts';
import type { Problem } from './problems.ts';
import { type Key, type Table, toAttributes, type Write } from './table.ts';

const Claim = z.object({ version: z.number(), scope: z.string(), name: z.string(), holderId: z.string() });
type Claim = z.infer<typeof Claim>;

const claimKey = (scope: string, name: string): Key => ({ pk: `CLAIM#${scope}#${name}`, sk: 'CLAIM' });
const claimItem = itemKind<Claim>({ name: 'CLAIM', schema: Claim, key: ({ scope, name }) => claimKey(scope, name) });

/** At most one holder at a time, whoever races. */
export const claim = (
  scope: string,
  name: string,
  holderId: string,
  refused: (heldBy: string) => Problem | 'stale',
): Write =>
  claimItem.create({ version: 1, scope, name, holderId }, (existing) =>
    refused(existing ? claimItem.parse(existing).holderId : ''),
  );

/** Only as long as the one holds it; else the plan was made from what is no longer so. */
const heldBy = (holderId: string) => ({
  ConditionExpression: 'holderId = :held',
  ExpressionAttributeValues: toAttributes({ ':held': holderId }),
});
const stale = (): 'stale' => 'stale';

/** The holder lets go. */
export const release = (scope: string, name: string, holderId: string): Write => {
  const key = claimKey(scope, name);
  const Delete = { Key: toAttributes(key), ...heldBy(holderId) };
  return { key, change: (TableName) => ({ Delete: { TableName, ...Delete } }), refused: stale };
};

/** Refuses the whole plan unless it is still so. */
export const stillHeld = (scope: string, name: string, holderId: string): Write => {
  const key = claimKey(scope, name);
  const Check = { Key: toAttributes(key), ...heldBy(holderId) };
  return { key, change: (TableName) => ({ ConditionCheck: { TableName, ...Check } }), refused: stale };
};

/** Passes it from one holder to another in one step: at no instant does nobody hold it. */
export const takeOver = (scope: string, name: string, from: string, to: string): Write => {
  const key = claimKey(scope, name);
  const Put = { Item: toAttributes({ ...key, version: 1, scope, name, holderId: to }), ...heldBy(from) };
  return { key, change: (TableName) => ({ Put: { TableName, ...Put } }), refused: stale };
};

/** Who holds it as of now (consistent read). */
export const holderOf = async (table: Table, scope: string, name: string): Promise<string | undefined> =>
  (await claimItem.read(table, claimKey(scope, name)))?.holderId;

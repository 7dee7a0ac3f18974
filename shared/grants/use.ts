/**
 * How often a grant let somebody in, and when it last did (A11). An item of its own: a use makes no plan of the grant stale,
 * and stands in the way of no verdict.
 */
import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Item, type Key, keyText, type Table, toAttributes } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';

const GrantUse = z.object({ lastUsedAt: z.number().nullable(), useCount: z.number() });
export type GrantUse = z.infer<typeof GrantUse>;
export const UNUSED: GrantUse = { lastUsedAt: null, useCount: 0 };

/** Below `USE#`, which is all that the function of verdicts may change. */
export const grantUseKey = (grantId: string): Key => ({ pk: `USE#${grantId}`, sk: 'GRANT_USE' });

const parse = (item: Item | undefined): GrantUse => (item ? GrantUse.parse(item) : UNUSED);

/** As of now (consistent read). */
export const useOf = async (table: Table, grantId: string): Promise<GrantUse> =>
  parse(await table.get(grantUseKey(grantId)));

/** The same of many, by grant. */
export async function usesOf(table: Table, grantIds: readonly string[]): Promise<(grantId: string) => GrantUse> {
  const found = await table.batchGet(grantIds.map(grantUseKey));
  return (grantId) => parse(found.get(keyText(grantUseKey(grantId))));
}

/** Uses that are still to be written. */
export interface Uses {
  readonly count: number;
  readonly lastUsedAt: Instant;
}

/** Adds uses, once each time it is called. `lastUsedAt` never goes back, whichever instance writes last. */
export const grantUseWriter =
  ({ client, name }: Table) =>
  async (grantId: string, { count, lastUsedAt }: Uses): Promise<void> => {
    const update = (more: { UpdateExpression: string; ConditionExpression?: string }, values: object) =>
      client.send(
        new UpdateItemCommand({
          TableName: name,
          Key: toAttributes(grantUseKey(grantId)),
          ExpressionAttributeValues: toAttributes(values),
          ...more,
        }),
      );
    try {
      const newest = 'attribute_not_exists(lastUsedAt) OR lastUsedAt <= :at';
      const write = { UpdateExpression: 'SET lastUsedAt = :at ADD useCount :count', ConditionExpression: newest };
      await update(write, { ':at': lastUsedAt, ':count': count });
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      await update({ UpdateExpression: 'ADD useCount :count' }, { ':count': count });
    }
  };
export type WriteUses = ReturnType<typeof grantUseWriter>;

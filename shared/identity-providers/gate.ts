/**
 * What may change what an IdP's tokens are worth at once: small, read by every verdict, raised by revocations. Apart
 * from the IdP's settings, so that an incident never waits for an edit.
 */
import * as z from 'zod';
import { itemKind } from '../platform/item.ts';
import type { Key } from '../platform/table.ts';

export const Gate = z.object({
  version: z.number(),
  identityProviderId: z.string(),
  /** Raised by every revocation: keys fetched under a lower one are never used again. */
  keyGeneration: z.number(),
  /** When it was raised last; null: never. */
  revokedAt: z.number().nullable(),
  /** Principals that verdicts say no to, each with the freeze that says so (A10). */
  frozen: z.array(z.object({ freezeId: z.string(), type: z.enum(['USER', 'GROUP']), name: z.string() })).default([]),
});
export type Gate = z.infer<typeof Gate>;

export const gateItem = itemKind<Gate>({
  name: 'GATE',
  schema: Gate,
  key: ({ identityProviderId }) => gateKey(identityProviderId),
});
export const gateKey = (identityProviderId: string): Key => ({ pk: identityProviderId, sk: 'GATE' });

export const newGate = (identityProviderId: string): Gate => ({
  version: 1,
  identityProviderId,
  keyGeneration: 1,
  revokedAt: null,
  frozen: [],
});

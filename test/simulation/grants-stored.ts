/** The little of stored items that the model of grants looks at. */
import * as z from 'zod';

export const Audit = z.object({
  federationId: z.string(),
  at: z.number(),
  actor: z.object({ type: z.enum(['CALLER', 'SYSTEM']) }),
  action: z.string(),
  resource: z.object({ id: z.string() }),
  correlationId: z.string(),
});
export type Audit = z.infer<typeof Audit>;

export const Event = z.object({
  id: z.string(),
  federationId: z.string(),
  type: z.string(),
  subject: z.string(),
  data: z.unknown(),
  publishedAt: z.number().nullable(),
});
export type Event = z.infer<typeof Event>;

export const Grant = z.object({
  id: z.string(),
  federationId: z.string(),
  identityProviderId: z.string(),
  epoch: z.number(),
  principal: z.object({ name: z.string() }),
  clusterIds: z.array(z.string()).nullable(),
  startsAt: z.number(),
  expiresAt: z.number().nullable(),
  startedAt: z.number().nullable(),
  warnedAt: z.number().nullable().default(null),
  endedAt: z.number().nullable(),
  endReason: z.enum(['EXPIRED', 'ENDED', 'DISCONNECTED', 'INELIGIBLE']).nullable(),
});
export type StoredGrant = z.infer<typeof Grant>;

export const Interval = z.object({ grantId: z.string(), from: z.number(), until: z.number().nullable() });

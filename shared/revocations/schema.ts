import * as z from 'zod';
import { idOf } from '../platform/ids.ts';

const text = (most: number) => z.string().trim().min(1).max(most);
export const Incident = z
  .strictObject({
    system: text(100).meta({ examples: ['pagerduty'] }),
    key: text(200).meta({ examples: ['Q1KDXUJ3T5Z3SI'] }),
  })
  .meta({ id: 'Incident', description: 'The incident behind a revocation.' });

export const NewRevocation = z
  .strictObject({ reason: text(2000), incident: Incident.optional() })
  .meta({ id: 'NewRevocation' });
export type NewRevocation = z.infer<typeof NewRevocation>;

/** Where the way through the clusters of all connected organizations has come to: the last one that was told. */
export const Position = z.object({ organizationId: z.string(), projectId: z.string(), clusterId: z.string() });
export type Position = z.infer<typeof Position>;

export const Revocation = z.object({
  id: idOf('rev'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  identityProviderId: idOf('idp'),
  reason: z.string(),
  incident: Incident.nullable(),
  /** Keys fetched under a lower generation are used for no verdict any more. */
  keyGeneration: z.number(),
  effectiveAt: z.number(),
  position: Position.nullable(),
  finishedAt: z.number().nullable(),
  createdBy: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Revocation = z.infer<typeof Revocation>;

/** How far one cluster is with one revocation. */
export const ClusterProgress = z.object({
  version: z.number(),
  revocationId: idOf('rev'),
  clusterId: idOf('cls'),
  state: z.enum(['ACKNOWLEDGED']),
  at: z.number(),
  detail: z.string(),
});
export type ClusterProgress = z.infer<typeof ClusterProgress>;

import * as z from 'zod';
import { frame } from '../api/view.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { Incident } from './schema.ts';

export const RevocationClusterView = z
  .object({
    clusterId: idOf('cls'),
    state: z
      .enum(['PENDING', 'ACKNOWLEDGED', 'FAILED', 'STUCK', 'NOT_ENFORCEABLE'])
      .describe('FAILED is the last try; it goes on.'),
    at: InstantShown.nullable().describe('When it came to this state; null while PENDING.'),
    lagMs: z.number().nullable().describe('From `effectiveAt` to the acknowledgement, in milliseconds.'),
    nodes: z.array(z.object({ host: z.string(), state: z.string() })),
    detail: z.string().nullable(),
  })
  .meta({ id: 'RevocationCluster', description: 'How far one cluster is with one revocation.' });
export type RevocationClusterView = z.infer<typeof RevocationClusterView>;

export const RevocationView = z
  .object({
    ...frame('rev'),
    identityProviderId: idOf('idp'),
    federationId: idOf('fed'),
    reason: z.string(),
    incident: Incident.nullable(),
    status: z.enum(['PROPAGATING', 'FINISHED']).describe('FINISHED: every cluster has been told.'),
    effectiveAt: InstantShown.describe('From this instant on no verdict uses a key that was fetched before it.'),
    finishedAt: InstantShown.nullable(),
    createdBy: z.string(),
    clusters: z.array(RevocationClusterView).describe('At most 100; all of them at `…/clusters`.'),
  })
  .meta({
    id: 'Revocation',
    description: 'One order to forget an identity provider’s cached signing keys, with its progress.',
  });
export type RevocationView = z.infer<typeof RevocationView>;

import * as z from 'zod';
import { frame } from '../api/view.ts';
import { idOf } from '../platform/ids.ts';
import { ConnectorView } from './connector-schema.ts';
import { Distribution, Kind, VerdictMaxAge } from './schema.ts';

export const ClusterView = z
  .object({
    ...frame('cls'),
    name: z.string(),
    kind: Kind,
    tier: z.string(),
    distribution: Distribution,
    mongoDbVersion: z.string(),
    connector: ConnectorView,
    verdictMaxAge: VerdictMaxAge,
    projectId: idOf('prj'),
    organizationId: idOf('org'),
    federationId: idOf('fed'),
  })
  .meta({ id: 'Cluster', description: 'A data plane with a connector.' });
export type ClusterView = z.infer<typeof ClusterView>;

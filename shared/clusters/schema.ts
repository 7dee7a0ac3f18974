import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { Name } from '../tenants/schema.ts';
import { Connector, NewConnector } from './connector-schema.ts';

export const Distribution = z.enum(['ATLAS', 'ENTERPRISE', 'PERCONA']);
export type Distribution = z.infer<typeof Distribution>;

const Tier = z
  .string()
  .regex(/^(SELF_MANAGED|FLEX|[MR]\d{1,3}(_NVME)?)$/, 'Give SELF_MANAGED or an Atlas tier such as M10.')
  .describe('SELF_MANAGED, or a dedicated Atlas tier: what lies below M10 has no workforce access.');
const MongoDbVersion = z
  .string()
  .regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}(-\d{1,4})?$/, 'Give a full version such as 7.0.12, or 7.0.24-13 for Percona.')
  .describe('From 7.0.11 on; of Percona from 7.0.24-13 or 8.0.12-4 on.');

export const Kind = z.enum(['CLUSTER', 'FEDERATED_DATABASE_INSTANCE']);
export const VerdictMaxAge = z
  .number()
  .int()
  .min(0)
  .max(60)
  .describe('Seconds for which a gateway may hold a verdict.');

export const Cluster = z.object({
  id: idOf('cls'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  organizationId: idOf('org'),
  projectId: idOf('prj'),
  name: z.string(),
  kind: Kind,
  tier: z.string(),
  distribution: Distribution,
  mongoDbVersion: z.string(),
  connector: Connector,
  verdictMaxAge: VerdictMaxAge,
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Cluster = z.infer<typeof Cluster>;

export const NewCluster = z
  .strictObject({
    name: Name,
    kind: Kind.default('CLUSTER'),
    tier: Tier,
    distribution: Distribution.describe('Left out: ATLAS for Atlas tiers, ENTERPRISE for SELF_MANAGED.').optional(),
    mongoDbVersion: MongoDbVersion,
    connector: NewConnector,
    verdictMaxAge: VerdictMaxAge.default(0),
  })
  .meta({ id: 'NewCluster' });
export type NewCluster = z.infer<typeof NewCluster>;

export const ClusterChange = z
  .strictObject({
    name: Name.optional(),
    tier: Tier.optional(),
    distribution: Distribution.optional(),
    mongoDbVersion: MongoDbVersion.optional(),
    connector: NewConnector.describe('As a whole, with its secrets.').optional(),
    verdictMaxAge: VerdictMaxAge.optional(),
  })
  .meta({ id: 'ClusterChange' });
export type ClusterChange = z.infer<typeof ClusterChange>;

import * as z from 'zod';
import { frame } from '../api/view.ts';
import { idOf } from '../platform/ids.ts';

export const FederationView = z
  .object({ ...frame('fed'), name: z.string() })
  .meta({ id: 'Federation', description: 'One customer’s settings: the boundary that nothing crosses.' });
export type FederationView = z.infer<typeof FederationView>;

export const OrganizationView = z.object({ ...frame('org'), name: z.string(), federationId: idOf('fed') }).meta({
  id: 'Organization',
  description: 'As in Atlas: projects, for which identity providers are connected together.',
});
export type OrganizationView = z.infer<typeof OrganizationView>;

export const ProjectView = z
  .object({ ...frame('prj'), name: z.string(), organizationId: idOf('org'), federationId: idOf('fed') })
  .meta({ id: 'Project', description: 'As in Atlas: clusters, and the grants on them.' });
export type ProjectView = z.infer<typeof ProjectView>;

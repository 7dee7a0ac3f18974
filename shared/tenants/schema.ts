/** Federations, organizations and projects: the tree in which everything else stands. */
import * as z from 'zod';
import { idOf } from '../platform/ids.ts';

export const Name = z
  .string()
  .trim()
  .min(1, 'Give a name of 1 to 100 characters.')
  .max(100, 'Give a name of 1 to 100 characters.')
  .regex(/^[^\p{Cc}]*$/u, 'Give a name without control characters.');

const stored = {
  version: z.number(),
  /** Counts what callers changed; the ETag. */
  revision: z.number(),
  name: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
};

export const Federation = z.object({ id: idOf('fed'), ...stored });
export type Federation = z.infer<typeof Federation>;

export const Organization = z.object({ id: idOf('org'), federationId: idOf('fed'), ...stored });
export type Organization = z.infer<typeof Organization>;

export const Project = z.object({
  id: idOf('prj'),
  federationId: idOf('fed'),
  organizationId: idOf('org'),
  ...stored,
});
export type Project = z.infer<typeof Project>;

export const NewTenant = z.strictObject({ name: Name }).meta({ id: 'NewTenant' });
export type NewTenant = z.infer<typeof NewTenant>;
export const TenantChange = z.strictObject({ name: Name.optional() }).meta({ id: 'TenantChange' });
export type TenantChange = z.infer<typeof TenantChange>;

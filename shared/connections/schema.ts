import * as z from 'zod';
import { idOf } from '../platform/ids.ts';

/** An organization with one IdP, for all its projects. Kept after a disconnect, for its epoch. */
export const Connection = z.object({
  /** The organization's: an IdP's connections are listed by it. */
  id: idOf('org'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  organizationId: idOf('org'),
  identityProviderId: idOf('idp'),
  /** DISCONNECTED: as if it did not exist; kept for its epoch. */
  status: z.enum(['CONNECTED', 'DISCONNECTED']),
  /** Raised by every disconnect. A grant carries the one it was made under, so connecting anew revives none. */
  epoch: z.number(),
  /** While grants of earlier epochs are still being ended: from which epoch on, and after which project it goes on. */
  sweep: z
    .object({
      fromEpoch: z.number(),
      afterProjectId: z.string().nullable(),
      /** When each of those epochs ended, from `fromEpoch` on. */
      cuts: z.array(z.number()).default([]),
      /** The second look, at what an index that was late did not show to the first; absent: it is the first. */
      notBefore: z.number().optional(),
    })
    .nullable(),
  disconnectedAt: z.number().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Connection = z.infer<typeof Connection>;

export const NewConnection = z.strictObject({ identityProviderId: idOf('idp') }).meta({ id: 'NewConnection' });
export type NewConnection = z.infer<typeof NewConnection>;

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
  /** DISCONNECTING: verdicts say no already, its grants are being ended. DISCONNECTED: as if it did not exist. */
  status: z.enum(['CONNECTED', 'DISCONNECTING', 'DISCONNECTED']),
  /** Raised by every disconnect. A grant carries the one it was made under, so connecting anew revives none. */
  epoch: z.number(),
  /** While DISCONNECTING: after which of the organization's projects the work goes on. */
  cursor: z.string().nullable(),
  disconnectedAt: z.number().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Connection = z.infer<typeof Connection>;

export const NewConnection = z.strictObject({ identityProviderId: idOf('idp') });
export type NewConnection = z.infer<typeof NewConnection>;

import * as z from 'zod';
import { frame } from '../api/view.ts';
import { Principal } from '../grants/schema.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';

const Loss = z
  .object({ projectId: idOf('prj'), principals: z.array(Principal), grants: z.array(idOf('grt')) })
  .meta({ id: 'Loss', description: 'Whose access ends in one project, and the grants that give it.' });

export const ConnectionView = z
  .object({
    ...frame('idp'),
    identityProviderId: idOf('idp'),
    organizationId: idOf('org'),
    federationId: idOf('fed'),
    status: z
      .enum(['CONNECTED', 'DISCONNECTING'])
      .describe('DISCONNECTING: verdicts say no already, and the grants are being ended one by one.'),
    connectedAt: InstantShown,
    losesAccess: z.array(Loss).optional().describe('In a dry run of a disconnect only.'),
  })
  .meta({ id: 'Connection', description: 'An organization with one identity provider enabled, for all its projects.' });
export type ConnectionView = z.infer<typeof ConnectionView>;

import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';

export const AuditEventView = z
  .object({
    id: idOf('evt'),
    at: InstantShown,
    actor: z.object({
      type: z.enum(['CALLER', 'SYSTEM']),
      id: z.string().describe('What proved the caller: `key_…`, `cis_…`, `idp_…` of a person, or `bootstrap`.'),
      subject: z.string().optional().describe('Who stands behind it: `sub` of a pipeline’s JWT, or the person’s name.'),
    }),
    action: z.string(),
    resource: z.object({ type: z.string(), id: z.string() }),
    before: z.unknown(),
    after: z.unknown(),
    source: z.string().nullable().describe('Address of the caller; null for what the system does by itself.'),
    correlationId: z.string(),
  })
  .meta({ id: 'AuditEvent', description: 'Who did what, when, from where, before and after.' });
export type AuditEventView = z.infer<typeof AuditEventView>;

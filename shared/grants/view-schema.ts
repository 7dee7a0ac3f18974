import * as z from 'zod';
import { frame } from '../api/view.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { Roles } from './roles.ts';
import { Assurance, EndReason, OnEnd, Principal, Ticket } from './schema.ts';

export const GrantStatus = z
  .enum(['SCHEDULED', 'ACTIVE', 'ENDING', 'ENDED'])
  .describe('ENDING: verdicts say no, some cluster still has it. ENDED: gone everywhere.');
export type GrantStatus = z.infer<typeof GrantStatus>;

const GrantOnCluster = z
  .object({
    clusterId: idOf('cls'),
    state: z.enum(['PENDING', 'IN_SYNC', 'BEHIND', 'STUCK', 'REMOVED']),
    since: InstantShown,
    removedAt: InstantShown.optional(),
    lagMs: z.number().optional().describe('From the grant’s end to its removal there, in milliseconds.'),
    detail: z.string().optional(),
  })
  .meta({ id: 'GrantOnCluster', description: 'How one cluster stands with a grant.' });

export const GrantView = z
  .object({
    ...frame('grt'),
    projectId: idOf('prj'),
    federationId: idOf('fed'),
    identityProviderId: idOf('idp'),
    principal: Principal,
    roles: Roles,
    scope: z.object({ clusterIds: z.array(idOf('cls')).optional().describe('Absent: all clusters of the project.') }),
    status: GrantStatus,
    frozen: z
      .array(idOf('frz'))
      .describe('While they are there, no verdict allows it; absent when there is none.')
      .optional(),
    startsAt: InstantShown,
    expiresAt: InstantShown.nullable().describe('From this instant on no verdict allows it; null: permanent.'),
    remainingSeconds: z.number().int().nullable().describe('Floored; null: permanent.'),
    endedAt: InstantShown.nullable(),
    endReason: EndReason.nullable(),
    onEnd: OnEnd.describe('What a cluster that holds users or roles of ours does at the end.'),
    ticket: Ticket.nullable(),
    approval: z
      .object({ approver: z.string(), assurance: Assurance, by: z.string().describe('Which caller made or named it.') })
      .nullable()
      .describe('Null: the ticket names no approver.'),
    policyRule: z.string().nullable().describe('The rule of the access policy that decided; null: there was none.'),
    createdBy: z
      .string()
      .describe('Which caller made it: `key_…`, `cis_…`, `bootstrap`, or `idp_…/` and a person’s name.'),
    clusters: z.array(GrantOnCluster).describe('At most 100.'),
  })
  .meta({ id: 'Grant', description: 'An IdP user or group with roles on a project’s clusters.' });
export type GrantView = z.infer<typeof GrantView>;

import * as z from 'zod';
import { ProblemView } from '../api/problem-view.ts';
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
    reviewBy: InstantShown.nullable().describe(
      'When somebody is to look whether it is still needed; in the past: it is overdue. Null: never.',
    ),
    lastUsedAt: InstantShown.nullable().describe(
      'When a verdict last allowed it, seen within 15 s; null: never. What a gateway holds (`verdictMaxAge`) is one use.',
    ),
    useCount: z
      .int()
      .meta({ minimum: 0 })
      .describe(
        'Verdicts that allowed it. Each is counted while verdicts go on; of the last ten seconds before a silence some may be missing.',
      ),
    createdBy: z
      .string()
      .describe('Which caller made it: `key_…`, `cis_…`, `bootstrap`, or `idp_…/` and a person’s name.'),
    clusters: z.array(GrantOnCluster).describe('At most 100.'),
  })
  .meta({ id: 'Grant', description: 'An IdP user or group with roles on a project’s clusters.' });
export type GrantView = z.infer<typeof GrantView>;

const { id: _id, etag: _etag, ...shownBefore } = GrantView.shape;
/** As `openapi/dry-run.ts` makes it of the view. */
const GrantDryRun = z
  .object({ dryRun: z.literal(true), ...shownBefore })
  .meta({ id: 'GrantDryRun', description: 'What it would come to: nothing was stored.' });

const batchAnswer = <Grant extends z.ZodType>(grant: Grant) =>
  z
    .array(
      z.union([
        z.object({ status: z.literal(201), grant }),
        z.object({
          status: z.int().meta({ minimum: 400, maximum: 503, examples: [422] }),
          problem: ProblemView.describe('Its pointers lead into this grant, as if it had been a body of its own.'),
        }),
      ]),
    )
    .describe('One for each grant of the body, in the order given.');

export const GrantBatchAnswer = z.object({ items: batchAnswer(GrantView) }).meta({ id: 'GrantBatchAnswer' });
export const GrantBatchDryRun = z
  .object({ dryRun: z.literal(true), items: batchAnswer(GrantDryRun) })
  .meta({ id: 'GrantBatchAnswerDryRun', description: 'What each would come to: nothing was stored.' });

import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { DurationText, InstantText } from '../platform/time.ts';
import { Roles } from './roles.ts';

export const Principal = z
  .strictObject({
    type: z.enum(['GROUP', 'USER']).describe('As the identity provider authorizes.'),
    name: z.string().regex(
      /^[^\p{Cc}\p{Cs}]{1,256}$/u, // no control characters, and no half of a surrogate pair, which no key can hold
      'Give the exact value of the claim: 1 to 256 characters, none of them a control character.',
    ),
  })
  .meta({
    id: 'Principal',
    description: 'A user or group of an identity provider, by the value of its claim: compared character by character.',
  });
export type Principal = z.infer<typeof Principal>;

const text = (most: number) => z.string().trim().min(1).max(most);
export const Ticket = z
  .strictObject({
    system: text(100).meta({ examples: ['servicenow', 'jira'] }),
    key: text(200).meta({ examples: ['REQ0012345'] }),
    url: z
      .url({ protocol: /^https?$/, error: 'Give an http or https address.' })
      .max(2000)
      .optional(),
    requester: text(320).describe('Who asked for it.').optional(),
    approver: text(320).describe('Who said yes.').optional(),
    reason: text(2000).optional(),
  })
  .meta({ id: 'Ticket', description: 'The ticket behind a grant.' });
export type Ticket = z.infer<typeof Ticket>;

export const OnEnd = z.enum(['DROP_AND_END_SESSIONS', 'DROP']);

export const EndReason = z
  .enum(['EXPIRED', 'ENDED', 'DISCONNECTED', 'INELIGIBLE'])
  .describe('INELIGIBLE: when its start came, the policy no longer allowed it.');

/** How sure the ticket's approver is (A6). */
export const Assurance = z
  .enum(['VERIFIED', 'ASSERTED'])
  .describe('VERIFIED: the approver’s own access token made the call. ASSERTED: the caller named them.');

/** Clusters one grant may name; more are 'all clusters'. */
const CLUSTERS_MAX = 100;

export const Grant = z.object({
  id: idOf('grt'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  organizationId: idOf('org'),
  projectId: idOf('prj'),
  identityProviderId: idOf('idp'),
  /** The connection's when it was made: another one now means that it has been disconnected since. */
  epoch: z.number(),
  principal: Principal,
  roles: Roles,
  /** Null: all clusters of the project. */
  clusterIds: z.array(idOf('cls')).nullable(),
  /** It holds in [startsAt, expiresAt). */
  startsAt: z.number(),
  expiresAt: z.number().nullable(),
  /** When its start was seen and told; null before. */
  startedAt: z.number().nullable(),
  /** The instant from which it holds no more, once that has been recorded. */
  endedAt: z.number().nullable(),
  endReason: EndReason.nullable(),
  onEnd: OnEnd.nullable(),
  ticket: Ticket.nullable(),
  /** Null: the ticket names no approver. */
  approval: z.object({ assurance: Assurance, by: z.string() }).nullable().default(null),
  /** Which rule of the access policy it was taken under, when it was made or extended last; null: there was none. */
  policyRule: z.string().nullable().default(null),
  /** When its coming end was told; null: not yet, or not since it was extended. */
  warnedAt: z.number().nullable().default(null),
  /** When somebody is to look whether it is still needed; null: never. It ends nothing. */
  reviewBy: z.number().nullable().default(null),
  /** When that was told; null: not yet, or not since it was put off. */
  reviewToldAt: z.number().nullable().default(null),
  createdBy: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Grant = z.infer<typeof Grant>;

const eitherEnd = (value: { duration?: unknown; expiresAt?: unknown }, context: z.RefinementCtx) => {
  if (value.duration === undefined || value.expiresAt === undefined) return;
  const message = 'Give duration or expiresAt, not both.';
  context.addIssue({ code: 'custom', path: ['duration'], message });
};

export const NewGrant = z
  .strictObject({
    principal: Principal,
    identityProviderId: idOf('idp'),
    roles: Roles,
    scope: z
      .strictObject({ clusterIds: z.array(idOf('cls')).min(1).max(CLUSTERS_MAX).optional() })
      .describe('Left out: all clusters of the project, also those that are still to come.')
      .default({}),
    duration: DurationText.describe(
      'Counted from `startsAt` if that is in the future, else from now. Instead of `expiresAt`; neither: permanent.',
    ).optional(),
    expiresAt: InstantText.describe('It holds until just before this instant.').optional(),
    startsAt: InstantText.describe('Left out or passed: now.').optional(),
    onEnd: OnEnd.describe('Left out: DROP_AND_END_SESSIONS, of a permanent grant DROP.').optional(),
    ticket: Ticket.optional(),
    reviewBy: InstantText.describe(
      'When somebody is to look whether it is still needed: `grant.review-due` is told then, once. It ends nothing. After the start; meant for permanent grants.',
    ).optional(),
  })
  .superRefine(eitherEnd)
  .meta({ id: 'NewGrant' });
export type NewGrant = z.infer<typeof NewGrant>;

export const GrantChange = z
  .strictObject({
    duration: DurationText.describe('Counted from now, or from a start that is still to come.').optional(),
    expiresAt: InstantText.nullable().describe('Null makes it permanent.').optional(),
    reviewBy: InstantText.nullable().describe('Puts the review off, or off for good with null.').optional(),
  })
  .superRefine(eitherEnd)
  .meta({ id: 'GrantChange' });
export type GrantChange = z.infer<typeof GrantChange>;

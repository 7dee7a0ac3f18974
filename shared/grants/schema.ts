import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { DurationText, InstantText } from '../platform/time.ts';
import { Roles } from './roles.ts';

/** An IdP user or group, by the value of its claim: compared character by character. */
export const Principal = z.strictObject({
  type: z.enum(['GROUP', 'USER']),
  name: z.string().regex(
    /^[^\p{Cc}\p{Cs}]{1,256}$/u, // no control characters, and no half of a surrogate pair, which no key can hold
    'Give the exact value of the claim: 1 to 256 characters, none of them a control character.',
  ),
});
export type Principal = z.infer<typeof Principal>;

const text = (most: number) => z.string().trim().min(1).max(most);
export const Ticket = z.strictObject({
  system: text(100),
  key: text(200),
  url: z
    .url({ protocol: /^https?$/, error: 'Give an http or https address.' })
    .max(2000)
    .optional(),
  requester: text(320).optional(),
  approver: text(320).optional(),
  reason: text(2000).optional(),
});
export type Ticket = z.infer<typeof Ticket>;

export const EndReason = z.enum(['EXPIRED', 'ENDED', 'DISCONNECTED']);
export const OnEnd = z.enum(['DROP_AND_END_SESSIONS', 'DROP']);

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
    scope: z.strictObject({ clusterIds: z.array(idOf('cls')).min(1).max(CLUSTERS_MAX).optional() }).default({}),
    duration: DurationText.optional(),
    expiresAt: InstantText.optional(),
    startsAt: InstantText.optional(),
    onEnd: OnEnd.optional(),
    ticket: Ticket.optional(),
  })
  .superRefine(eitherEnd);
export type NewGrant = z.infer<typeof NewGrant>;

export const GrantChange = z
  .strictObject({
    duration: DurationText.optional(),
    /** Null makes it permanent. */
    expiresAt: InstantText.nullable().optional(),
  })
  .superRefine(eitherEnd);
export type GrantChange = z.infer<typeof GrantChange>;

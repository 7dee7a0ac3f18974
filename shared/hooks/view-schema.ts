import * as z from 'zod';
import { frame } from '../api/view.ts';
import { LastUsedAt } from '../callers/view-schema.ts';
import { GrantView } from '../grants/view-schema.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { RevocationView } from '../revocations/view-schema.ts';
import { Format, HookAction } from './schema.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const HookView = z
  .object({
    ...frame('hok'),
    federationId: idOf('fed'),
    name: z.string(),
    format: Format,
    header: z.string().optional().describe('Of `hmac-sha256`.'),
    prefix: z.string().optional().describe('Of `hmac-sha256`.'),
    encoding: z.enum(['hex', 'base64']).optional().describe('Of `hmac-sha256`.'),
    action: HookAction,
    projectId: idOf('prj').optional(),
    identityProviderId: idOf('idp').optional(),
    mapping: z.record(z.string(), z.string()),
    constants: z.record(z.string(), z.unknown()),
    guards: z.object({
      equals: z.record(z.string(), Scalar),
      maxAge: z
        .string()
        .nullable()
        .meta({ format: 'duration', examples: ['PT5M'] }),
      maxActionsPerHour: z.number().int().nullable(),
    }),
    url: z.string().describe('Where the sender posts to.'),
    olderSecretEndsAt: InstantShown.nullable().describe('Until then the secret of before proves deliveries, too.'),
    lastUsedAt: LastUsedAt,
  })
  .meta({ id: 'Hook', description: 'An inbound hook, without its secret.' });
export type HookView = z.infer<typeof HookView>;

export const NewHookView = HookView.extend({
  secret: z.string().optional().describe('Signs deliveries. Shown this once.'),
}).meta({ id: 'NewHookAnswer', description: 'The hook with its secret, which is shown this once.' });
export type NewHookView = z.infer<typeof NewHookView>;

export const HookDeliveryView = z
  .object({
    id: idOf('hdl'),
    declined: z.string().optional().describe('Why nothing was done: a guard, or a ticket that is closed.'),
  })
  .meta({
    id: 'HookDelivery',
    description: 'A delivery that was taken on, or declined. The same again answers the same.',
  });

const GuardView = z.object({
  guard: z
    .enum(['equals', 'maxAge', 'maxActionsPerHour', 'ticketOpen'])
    .describe('ticketOpen: a ticket that was closed gives no access any more.'),
  outcome: z.enum(['PASS', 'FAIL']),
  detail: z.string(),
});

export const HookTrialView = z
  .object({
    dryRun: z.literal(true),
    declined: z.string().optional().describe('Why nothing would be done.'),
    occurredAt: InstantShown.nullable().describe('The payload’s own time; null: it says none.'),
    fields: z.record(z.string(), z.unknown()).describe('Each field with its value, from the payload or the constants.'),
    guards: z.array(GuardView),
    creates: GrantView.pick({
      projectId: true,
      identityProviderId: true,
      principal: true,
      roles: true,
      scope: true,
      status: true,
      startsAt: true,
      expiresAt: true,
      ticket: true,
      policyRule: true,
    })
      .nullable()
      .describe('The grant that would be created.'),
    ends: z
      .array(idOf('grt'))
      .nullable()
      .describe(
        'The first hundred live grants that would end; null: it is no hook that ends grants, or it is declined.',
      ),
    revokes: RevocationView.pick({ identityProviderId: true, reason: true, incident: true })
      .nullable()
      .describe('The revocation that would begin.'),
  })
  .meta({ id: 'HookTrial', description: 'What a delivery would do: nothing was stored.' });
export type HookTrialView = z.infer<typeof HookTrialView>;

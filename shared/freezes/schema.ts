import * as z from 'zod';
import { Principal } from '../grants/schema.ts';
import { idOf } from '../platform/ids.ts';

const Target = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('FEDERATION'), id: idOf('fed') }),
    z.strictObject({ type: z.literal('PROJECT'), id: idOf('prj') }),
    z.strictObject({ type: z.literal('PRINCIPAL'), identityProviderId: idOf('idp'), principal: Principal }),
  ])
  .meta({
    id: 'FreezeTarget',
    description:
      'What is frozen: everybody of a federation or in a project, a person (USER) whatever their groups, or what a group is granted (GROUP).',
  });
export type Target = z.infer<typeof Target>;

export const FreezeReason = z
  .string()
  .trim()
  .min(1, 'Say why, in 1 to 1000 characters.')
  .max(1000, 'Say why, in 1 to 1000 characters.');

export const NewFreeze = z.strictObject({ target: Target, reason: FreezeReason }).meta({ id: 'NewFreeze' });
export type NewFreeze = z.infer<typeof NewFreeze>;

export const Freeze = z.object({
  id: idOf('frz'),
  version: z.number(),
  federationId: idOf('fed'),
  target: Target,
  reason: z.string(),
  createdBy: z.string(),
  createdAt: z.number(),
});
export type Freeze = z.infer<typeof Freeze>;

/** What verdicts read of a frozen project or federation; there is none while nothing is frozen. */
export const Frozen = z.object({ version: z.number(), id: z.string(), freezeIds: z.array(idOf('frz')) });
export type Frozen = z.infer<typeof Frozen>;

import * as z from 'zod';
import { frame } from '../api/view.ts';
import { idOf } from '../platform/ids.ts';
import { Freeze } from './schema.ts';

export const FreezeView = z
  .object({
    ...frame('frz'),
    federationId: idOf('fed'),
    target: Freeze.shape.target,
    reason: z.string(),
    createdBy: z.string().describe('Which caller froze it.'),
  })
  .meta({ id: 'Freeze', description: 'While it is there, every verdict for its target says no.' });
export type FreezeView = z.infer<typeof FreezeView>;

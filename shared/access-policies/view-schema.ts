import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { RULE_BOUNDS, RULE_DEMANDS } from './schema.ts';

const DurationShown = z.string().meta({ format: 'duration', examples: ['P1D'] });

const PolicyRuleView = z
  .object({
    name: z.string(),
    ...RULE_BOUNDS,
    longestDuration: DurationShown.optional(),
    longestTotal: DurationShown.optional(),
    ...RULE_DEMANDS,
  })
  .meta({ id: 'PolicyRule', description: 'Which grants it is about, then what it demands of them.' });

export const AccessPolicyView = z
  .object({
    id: idOf('prj').describe('The project’s: it has one policy.'),
    createdAt: InstantShown,
    updatedAt: InstantShown,
    etag: z.string().describe('Entity tag, also in the header `ETag`: give it to `If-Match`.'),
    projectId: idOf('prj'),
    federationId: idOf('fed'),
    rules: z.array(PolicyRuleView),
  })
  .meta({ id: 'AccessPolicy', description: 'What grants a project takes: the first rule that matches holds.' });
export type AccessPolicyView = z.infer<typeof AccessPolicyView>;

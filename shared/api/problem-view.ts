import * as z from 'zod';
import { Finding } from '../platform/finding.ts';

/** As every refusal is rendered (`platform/problems.ts`). */
export const ProblemView = z
  .object({
    type: z.string().meta({ format: 'uri', description: 'Stable: what a program looks at.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong, then what to do.'),
    instance: z.string().describe('This one answer, for the operator’s log.'),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('JSON Pointer (RFC 6901) into the body, or the parameter’s name.'),
          message: z.string(),
        }),
      )
      .describe('Every broken field at once.')
      .optional(),
    findings: z.array(Finding).describe('Of `identity-provider-unfit`: what was seen at the issuer.').optional(),
    error: z.string().describe('Of a bad form at introspection, as RFC 6749 section 5.2 names it.').optional(),
    error_description: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

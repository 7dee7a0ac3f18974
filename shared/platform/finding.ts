/** What the outside world did wrong, or could do better: stored and shown, never thrown. Stable words, no request IDs. */
import * as z from 'zod';

export const Finding = z
  .object({
    severity: z
      .enum(['ERROR', 'WARNING', 'INFO'])
      .describe('ERROR: it cannot be used as it is. WARNING: somebody will be refused or surprised.'),
    code: z.string().describe('kebab-case; never renamed.'),
    message: z.string(),
    fix: z.string().describe('What to do about it.'),
  })
  .meta({ id: 'Finding', description: 'What the world outside did wrong, or could do better.' });
export type Finding = z.infer<typeof Finding>;

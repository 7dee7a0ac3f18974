/** What the outside world did wrong, or could do better: stored and shown, never thrown. Stable words, no request IDs. */
import * as z from 'zod';

export const Finding = z.object({
  severity: z.enum(['ERROR', 'WARNING', 'INFO']),
  /** kebab-case; never renamed. */
  code: z.string(),
  message: z.string(),
  /** What to do about it. */
  fix: z.string(),
});
export type Finding = z.infer<typeof Finding>;

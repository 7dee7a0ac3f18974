/** An operation that a signature over the raw body proves, instead of a caller: for the OpenAPI document. Pure. */
import type * as z from 'zod';
import type { Action } from '../callers/rights.ts';
import type { ProblemType } from '../platform/problems.ts';
import type { Tag } from './operation.ts';

export interface SignedOperation<Trial = unknown> {
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  readonly method: 'POST';
  readonly path: string;
  /** Of the trial (`dryRun=true`), which a caller asks for; the signed call itself needs no right. */
  readonly action: Action;
  readonly status: 202;
  /** Whatever the signer sends. */
  readonly body: z.ZodType;
  readonly answer: z.ZodType;
  readonly trial: z.ZodType<Trial>;
  readonly problems: readonly ProblemType[];
}

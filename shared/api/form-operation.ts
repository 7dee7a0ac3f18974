/** An operation that takes a form and answers in the words of an RFC of its own: for the OpenAPI document. Pure. */
import type * as z from 'zod';
import type { Action } from '../callers/rights.ts';
import type { ProblemType } from '../platform/problems.ts';
import type { Tag } from './operation.ts';

export interface FormAnswer {
  readonly status: number;
  readonly description: string;
  readonly schema: z.ZodType;
}

export interface FormOperation {
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  readonly method: 'POST';
  readonly path: string;
  /** Null: the caller proves itself in the call, and needs no right for it. */
  readonly action: Action | null;
  readonly body: z.ZodType;
  readonly answers: readonly FormAnswer[];
  /** Those that are answered as problem details all the same. */
  readonly problems: readonly ProblemType[];
}

/** From zod's issues to one fault for each broken field. Pure. */
import type * as z from 'zod';
import type { FieldError } from '../platform/problems.ts';

const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** RFC 6901. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${escapePointer(String(part))}`).join('');

/** More than anybody reads, and far less than an answer may hold. */
const FAULTS_MAX = 100;

/** The first hundred. */
export function faultsOf(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  const faults = issues.slice(0, FAULTS_MAX).flatMap(faultsOfIssue);
  return faults.slice(0, FAULTS_MAX);
}

function faultsOfIssue(issue: z.core.$ZodIssue): FieldError[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, FAULTS_MAX).map((key) => ({
        pointer: pointerTo([...issue.path, key]),
        message: 'There is no such field. Remove it, or check its spelling.',
      }));
    case 'invalid_type':
      return [{ pointer: pointerTo(issue.path), message: typeMessage(issue) }];
    case 'invalid_value':
      return [{ pointer: pointerTo(issue.path), message: `Give one of ${issue.values.map(String).join(', ')}.` }];
    default:
      return [{ pointer: pointerTo(issue.path), message: issue.message }];
  }
}

function typeMessage(issue: z.core.$ZodIssueInvalidType): string {
  if (issue.input === undefined) return `It is missing. Give a value of type ${issue.expected}.`;
  return `Give a value of type ${issue.expected}.`;
}

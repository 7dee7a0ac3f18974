/** Refusals of what a delivery would do, in the words of its payload. Pure. */
import { type FieldError, Problem } from '../platform/problems.ts';
import { isFieldName } from './fields.ts';
import { parsePointer } from './json-pointer.ts';
import type { Hook } from './schema.ts';

/** `/ticket/key` of our body is the field `ticket.key`, which stands at its mapping's pointer; '' when no payload has it. */
function inPayload({ mapping }: Hook, { pointer, message }: FieldError): FieldError {
  const path = parsePointer(pointer) ?? [];
  const field = [path.slice(0, 2).join('.'), path[0] ?? ''].find(isFieldName);
  return { pointer: (field && mapping[field]) ?? '', message: `${field ?? path.join('.')}: ${message}` };
}

/** The same refusal, each fault at its place in the payload. What is wrong with the body is wrong with the payload. */
export function refusalOf(hook: Hook, error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const errors = error.errors.map((one) => inPayload(hook, one));
  if (error.type === 'invalid-body') return new Problem('payload-does-not-fit', {}, { errors });
  if (error.type === 'not-found') return new Problem('hook-target-gone', { id: hook.id }, { cause: error });
  return errors.length > 0 ? error.at(errors) : error;
}

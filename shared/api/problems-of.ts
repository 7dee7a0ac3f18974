/** Which problems an operation may answer with: its own, and those of everything of its kind. Pure. */
import type { ProblemType } from '../platform/problems.ts';
import type { Operation, PublicOperation } from './operation.ts';
import type { SignedOperation } from './signed-operation.ts';

const OF_EVERY_CALL = ['invalid-query', 'internal'] as const;
/** The table is asked who calls, or how often an address has. */
const OF_A_CALLER = ['unavailable', 'unauthenticated', 'no-role-binding', 'forbidden', 'rate-limited'] as const;
/** Of every write: a body is read before it is known whether one is taken. */
const OF_A_BODY = ['invalid-json', 'payload-too-large', 'unsupported-media-type', 'invalid-body'] as const;
const OF_A_KEY = ['idempotency-key-in-progress', 'idempotency-key-reused'] as const;

const distinct = (types: readonly ProblemType[]): ProblemType[] => [...new Set(types)].sort();

export const takesIfMatch = ({ method }: Operation): boolean =>
  method === 'PATCH' || method === 'PUT' || method === 'DELETE';
export const takesIdempotencyKey = ({ method }: Operation): boolean => method === 'POST';
export const takesDryRun = ({ method }: Operation): boolean => method !== 'GET';

export const problemsOf = (operation: Operation): ProblemType[] =>
  distinct([
    ...OF_EVERY_CALL,
    ...OF_A_CALLER,
    ...(operation.path.includes('{') ? (['not-found'] as const) : []),
    ...(operation.method === 'GET' ? [] : ([...OF_A_BODY, 'version-conflict'] as const)),
    ...(takesIdempotencyKey(operation) ? OF_A_KEY : []),
    ...(takesIfMatch(operation) ? (['precondition-failed'] as const) : []),
    ...(operation.problems ?? []),
  ]);

/** Of the signed call, and of the trial that a caller asks for. */
export const problemsOfSigned = (operation: SignedOperation): ProblemType[] =>
  distinct([
    ...OF_EVERY_CALL,
    ...OF_A_CALLER,
    'not-found',
    ...OF_A_BODY,
    'version-conflict',
    ...OF_A_KEY,
    ...operation.problems,
  ]);

export const problemsOfPublic = (operation: PublicOperation): ProblemType[] =>
  distinct([
    ...OF_EVERY_CALL,
    ...(operation.isCounted ? (['unavailable', 'rate-limited'] as const) : []),
    ...(operation.problems ?? []),
  ]);

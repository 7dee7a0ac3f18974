import { Problem } from '../../shared/platform/problems.ts';

/** The problem that an attempt throws. @throws when it throws something else, or nothing */
export function problemOf(attempt: () => unknown): Problem {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

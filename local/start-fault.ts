/** Why it cannot start, in one sentence that says what to do: it is printed without a stack trace. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
}

/** The text of whatever was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system's code of an error of Node's own, such as `EADDRINUSE`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

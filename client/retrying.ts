/** Repeats what may be repeated, when the answer says that it is worth it (RFC 9110 section 10.2.3). */

const TRIES_MAX = 3;
const WAIT_SECONDS_DEFAULT = 1;
/** A longer wait is the caller's to decide about: the answer goes back as it is. */
const WAIT_SECONDS_MAX = 60;

/** Reads, whole replacements and deletes; all else only if it is told apart from a second wish (`Idempotency-Key`). */
const mayRepeat = ({ method, headers }: Request): boolean =>
  ['GET', 'PUT', 'DELETE'].includes(method) || headers.has('idempotency-key');

export const retrying =
  (fetch: typeof globalThis.fetch) =>
  async (request: Request): Promise<Response> => {
    for (let tries = 1; ; tries++) {
      const response = await fetch(request.clone());
      const isBusy = response.status === 429 || response.status === 503;
      const seconds = Number(response.headers.get('retry-after') ?? WAIT_SECONDS_DEFAULT);
      if (!isBusy || tries === TRIES_MAX || !mayRepeat(request) || !(seconds <= WAIT_SECONDS_MAX)) return response;
      await response.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  };

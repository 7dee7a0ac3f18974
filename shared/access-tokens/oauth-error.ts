/** Refusals of the token endpoint, which answers as RFC 6749 section 5.2 says and not by problem details. Pure. */
import type { Problem } from '../platform/problems.ts';

export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  /** RFC 8693 section 2.2.2. */
  | 'invalid_target'
  /** Of RFC 6749 section 4.1.2.1: nobody has named another for what time alone lifts. */
  | 'temporarily_unavailable'
  | 'server_error';

export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: OAuthErrorCode, description: string, more: { status?: number; retryAfterSeconds?: number } = {}) {
    super(description);
    this.code = code;
    this.status = more.status ?? (code === 'invalid_client' ? 401 : 400);
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** Seconds after which a call that could not be decided is worth repeating. */
const RETRY_AFTER_SECONDS = 2;

/** What a capability refused, in the words of this endpoint; undefined for what is a fault of ours. */
export function oauthErrorOf(problem: Problem): OAuthError | undefined {
  switch (problem.type) {
    case 'rate-limited':
      return new OAuthError('temporarily_unavailable', problem.message, {
        status: 429,
        retryAfterSeconds: problem.retryAfterSeconds ?? RETRY_AFTER_SECONDS,
      });
    case 'unavailable':
      return new OAuthError('temporarily_unavailable', problem.message, {
        status: 503,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    case 'no-role-binding':
      return new OAuthError('invalid_grant', problem.message.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?'));
    case 'payload-too-large':
      return new OAuthError('invalid_request', problem.message, { status: 413 });
    default:
      return undefined;
  }
}

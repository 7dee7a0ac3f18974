/** The form body of an introspection request (RFC 7662 section 2.1). Pure. */
import { Problem } from '../platform/problems.ts';

const FORM = 'application/x-www-form-urlencoded';

/** As RFC 6749 section 5.2 names it, beside the problem's own members. */
const invalid = (message: string): Problem =>
  new Problem(
    'invalid-query',
    {},
    { errors: [{ pointer: '/token', message }], extensions: { error: 'invalid_request', error_description: message } },
  );

/**
 * The token to be judged; `token_type_hint` is not looked at.
 * @throws Problem `unsupported-media-type` · `invalid-query` when there is none, or more than one
 */
export function readToken(contentType: string | undefined, body: string): string {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== FORM) throw new Problem('unsupported-media-type', { expected: FORM });
  const [token, another] = new URLSearchParams(body).getAll('token');
  if (token === undefined || token === '') throw invalid('Send the token as the form parameter token.');
  if (another !== undefined) throw invalid('Send the form parameter token once.');
  return token;
}

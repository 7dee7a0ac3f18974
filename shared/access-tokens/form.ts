/** The request of the token endpoint (RFC 6749 sections 2.3.1, 3.2 and 4.4.2; RFC 7523; RFC 8693). Pure. */
import { OAuthError } from './oauth-error.ts';

const FORM = 'application/x-www-form-urlencoded';
/** The longest token that is looked at (64 KiB), encoded, and room for the rest. */
const FORM_CHARACTERS_MAX = 128 * 1024;
/** All grant types together know a dozen. */
const PARAMETERS_MAX = 50;

/** How a client authenticated: by header or by form, never by both. */
export interface ClientAuthentication {
  readonly id: string;
  readonly secret: string;
}

export interface TokenRequest {
  readonly grantType: string;
  readonly client: ClientAuthentication | undefined;
  /** `client_id` without a secret: says which caller issuer is meant. */
  readonly clientId: string | undefined;
  readonly parameter: (name: string) => string | undefined;
}

const invalidRequest = (description: string): OAuthError => new OAuthError('invalid_request', description);

/** @throws OAuthError `invalid_request` · `invalid_client` for a header that cannot be read */
export function readTokenRequest(
  contentType: string | undefined,
  authorization: string | undefined,
  body: string,
): TokenRequest {
  if (contentType?.split(';', 1)[0]?.trim().toLowerCase() !== FORM) {
    throw invalidRequest(`Send the parameters as ${FORM} in the body.`);
  }
  const form = readForm(body);
  // RFC 6749 section 3.2: a parameter without a value is as if it had been left out.
  const parameter = (name: string): string | undefined => form.get(name) || undefined;
  const grantType = parameter('grant_type');
  if (grantType === undefined) throw invalidRequest('Send the parameter grant_type.');
  if (form.has('client_assertion') || form.has('client_assertion_type')) {
    throw invalidRequest('A client authenticates by Basic or by client_secret, not by client_assertion.');
  }
  const client = clientOf(authorization, parameter);
  return { grantType, client, clientId: parameter('client_id'), parameter };
}

/** Each parameter once (RFC 6749 section 3.2). Bounded: anybody may ask here, without proving who they are. */
function readForm(body: string): ReadonlyMap<string, string> {
  if (body.length > FORM_CHARACTERS_MAX) throw invalidRequest(`Send at most ${FORM_CHARACTERS_MAX} characters.`);
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name)) throw invalidRequest(`Send the parameter ${printable(name)} once.`);
    form.set(name, value);
    if (form.size > PARAMETERS_MAX) throw invalidRequest(`Send at most ${PARAMETERS_MAX} parameters.`);
  }
  return form;
}

function clientOf(
  authorization: string | undefined,
  parameter: TokenRequest['parameter'],
): ClientAuthentication | undefined {
  const [id, secret] = [parameter('client_id'), parameter('client_secret')];
  if (authorization === undefined) {
    if (secret === undefined) return undefined;
    if (id === undefined) throw invalidRequest('Send client_id beside client_secret.');
    return { id, secret };
  }
  if (secret !== undefined) throw invalidRequest('Authenticate once: by Basic or by client_secret in the body.');
  const basic = readBasic(authorization);
  if (id !== undefined && id !== basic.id) throw invalidRequest('client_id names another client than Basic does.');
  return basic;
}

/** Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1). @throws OAuthError `invalid_client` */
function readBasic(authorization: string): ClientAuthentication {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization)?.[1];
  const [, id, secret] = /^([^:]*):(.*)$/su.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  const decoded = [id, secret].map((text) => (text === undefined ? undefined : formDecode(text)));
  if (!decoded[0] || !decoded[1]) {
    throw new OAuthError('invalid_client', 'Authorization is not Basic with a client ID and a client secret.');
  }
  return { id: decoded[0], secret: decoded[1] };
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined; // a stray %
  }
}

/** What RFC 6749 section 5.2 lets stand in a description; the rest is a caller's, and is not repeated. */
const printable = (text: string): string => text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?').slice(0, 50);

/** Pure. Whether people can sign in at an issuer: its endpoints, the code flow, PKCE, the device flow. */
import { quote } from '../platform/evidence.ts';
import type { Finding } from '../platform/finding.ts';
import { type JsonObject, own } from '../platform/json-object.ts';
import { error, info, warning } from './finding.ts';
import type { Provider } from './provider.ts';
import type { IdentityProvider } from './schema.ts';

/** Empty for machines, which need none of it. */
export function judgeSignIn(
  { purpose }: Pick<IdentityProvider, 'purpose'>,
  discovery: JsonObject,
  provider: Provider | undefined,
): Finding[] {
  if (purpose === 'WORKLOAD') return [];
  return [
    ...endpoints(discovery),
    ...codeFlow(discovery),
    ...pkce(own(discovery, 'code_challenge_methods_supported'), provider),
    ...deviceFlow(discovery, provider),
  ];
}

/** OpenID Connect Discovery section 3. They may be on any host: Google's and Cognito's are. */
function endpoints(discovery: JsonObject): Finding[] {
  const missing = ['authorization_endpoint', 'token_endpoint'].filter((name) => !isWebAddress(own(discovery, name)));
  if (missing.length === 0) return [];
  // Kubernetes names a URN in place of an address.
  const instead = missing.map((name) => own(discovery, name)).find((value) => value !== undefined);
  const shown = instead === undefined ? '' : ` (${quote(instead)} is no address)`;
  return [
    error(
      'sign-in-endpoint-missing',
      `The discovery document has no ${missing.join(' and no ')}${shown}, so nobody can sign in.`,
      'Let the issuer publish it, or register the IdP with purpose WORKLOAD if only machines use it.',
    ),
  ];
}

const isWebAddress = (value: unknown): boolean =>
  typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

function codeFlow(discovery: JsonObject): Finding[] {
  const types = own(discovery, 'response_types_supported');
  if (!Array.isArray(types) || types.includes('code')) return []; // absent is told as missing metadata
  const shown = types.slice(0, 10).map(quote).join(', ') || 'empty';
  return [
    warning(
      'code-flow-not-announced',
      `The discovery document does not announce the authorization code flow (response_types_supported is ${shown}), with which people sign in.`,
      'Turn on the authorization code flow at the identity provider (response type "code", RFC 6749 section 4.1).',
    ),
  ];
}

/**
 * They take S256 and do not say so: Entra (modelcontextprotocol/typescript-sdk issue 832) and Cognito (repost.aws,
 * Missing code_challenge_methods_supported in the OpenID configuration).
 */
const SILENT_ABOUT_PKCE: ReadonlyMap<Provider | undefined, string> = new Map([
  ['entra', 'Entra'],
  ['cognito', 'Cognito'],
]);

/** Against codes that are stolen on their way (RFC 7636). */
function pkce(methods: unknown, provider: Provider | undefined): Finding[] {
  if (Array.isArray(methods) && methods.includes('S256')) return [];
  const silent = methods === undefined ? SILENT_ABOUT_PKCE.get(provider) : undefined;
  if (silent !== undefined) {
    const message = `${silent} does not announce PKCE with S256, though it supports it.`;
    return [info('pkce-not-announced', message, 'Nothing: sign-in uses PKCE all the same.')];
  }
  const shown = Array.isArray(methods) ? methods.slice(0, 5).map(quote).join(', ') || 'empty' : quote(methods);
  return [
    warning(
      'pkce-not-announced',
      `The discovery document does not announce PKCE with S256 (code_challenge_methods_supported is ${shown}). If the issuer does not support it, a code that is stolen on its way can be used.`,
      'Turn on PKCE with S256 for the client at the identity provider (RFC 8414 section 2).',
    ),
  ];
}

/** For a machine without a browser. */
function deviceFlow(discovery: JsonObject, provider: Provider | undefined): Finding[] {
  if (isWebAddress(own(discovery, 'device_authorization_endpoint'))) return [];
  const message =
    'The discovery document has no device_authorization_endpoint: people without a browser on the same machine cannot sign in.';
  const fix =
    provider === 'cognito'
      ? 'Nothing: Cognito has no device flow. Sign in where there is a browser.'
      : 'Turn on the Device Authorization Grant (RFC 8628) for the client, if it is needed.';
  return [info('device-flow-missing', message, fix)];
}

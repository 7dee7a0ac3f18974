/** A person's side of a sign-in: a client that asks as openid-client does, and a browser that follows redirects. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  None,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { OWN_REQUEST } from './issuer-faults.ts';
import { REDIRECT_URI } from './issuer-provider.ts';

export interface SignedIn {
  readonly accessToken: string;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
}

/** More redirects than any sign-in needs: a consent that is never enough goes in circles. */
const REDIRECTS_MAX = 10;

/** The authorization code flow with PKCE, from discovery to the token, over HTTP. `as` names who is at the browser. */
export async function codeFlow(issuerUri: string, clientId: string, as: string, scope: string): Promise<SignedIn> {
  const config = await discovered(issuerUri, clientId);
  const verifier = randomPKCECodeVerifier();
  const state = randomState();
  const url = buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope,
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(scope.includes('offline_access') && { prompt: 'consent' }), // without it no refresh token is given
  });
  const arrived = await browse(url, as);
  const tokens = await authorizationCodeGrant(config, arrived, { pkceCodeVerifier: verifier, expectedState: state });
  return { accessToken: tokens.access_token, idToken: tokens.id_token, refreshToken: tokens.refresh_token };
}

function discovered(issuerUri: string, clientId: string): Promise<Configuration> {
  return discovery(new URL(issuerUri), clientId, undefined, None(), {
    execute: [allowInsecureRequests], // plain HTTP, on loopback only
    [customFetch]: (url, { body, headers, ...options }) => {
      // Forms are all that this flow ever sends.
      const form = body instanceof URLSearchParams || typeof body === 'string' ? body : null;
      return fetch(url, { ...options, body: form, headers: { ...headers, [OWN_REQUEST]: '1' } });
    },
  });
}

/** Follows an authorization URL as a browser would, signing in as `as` when asked, up to the client's redirect URI. */
export async function browse(start: URL, as: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < REDIRECTS_MAX; hops++) {
    if (url.pathname.includes('/interaction/')) url.searchParams.set('as', as);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) keep(cookies, set);
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`the sign-in stopped at ${url}: ${response.status} ${await response.text()}`);
    url = new URL(location, url);
    if (`${url.origin}${url.pathname}` === REDIRECT_URI) return url;
  }
  throw new Error(`the sign-in went in circles and never came back to ${REDIRECT_URI}: last seen at ${url}`);
}

function keep(cookies: Map<string, string>, set: string): void {
  const [pair = ''] = set.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals);
  const value = pair.slice(equals + 1);
  if (value === '') cookies.delete(name);
  else cookies.set(name, value);
}

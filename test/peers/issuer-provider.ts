/**
 * How oidc-provider is set up to behave as a company's identity provider for databases: a native client that signs
 * people in by code flow with PKCE or by device flow, and one resource server that takes JWT access tokens.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import Provider, { type AdapterFactory, type Configuration, type Grant } from 'oidc-provider';
import type { KeyRing } from './issuer-keys.ts';

/**
 * Where `sallyport login` listens, as MongoDB's own tools do (product.md, V1). Nothing needs to listen in the
 * tests.
 */
export const REDIRECT_URI = 'http://localhost:27097/redirect';
/** Names the resource server inside the issuer; the token's `aud` is the audience, which may be any text. */
const RESOURCE = 'urn:rig:databases';
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

export interface Person {
  readonly sub: string;
  readonly groups?: readonly string[] | undefined;
  /** Further claims of the access token, such as `email`. They win over `groups`. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** From `iat` to `exp` of the access token. */
  readonly lifetimeSeconds?: number | undefined;
  /** The instant of the sign-in, in ms: `iat` of the access token. Left out: the real one. */
  readonly now?: number | undefined;
}
export const LIFETIME_SECONDS_DEFAULT = 3600;
/** Said outright, as oidc-provider prints a notice on the first use of each default. */
const LIFETIMES_SECONDS = {
  AuthorizationCode: 60,
  DeviceCode: 600,
  Grant: 86_400,
  IdToken: 3600,
  Interaction: 3600,
  RefreshToken: 86_400,
  Session: 86_400,
};

export interface ProviderSettings {
  readonly issuerUri: string;
  readonly clientId: string;
  readonly audience: string;
  readonly groupsClaim: string;
  readonly scopes: readonly string[];
  readonly keys: KeyRing;
  readonly storage: AdapterFactory;
  /** Who signed in under a grant; the interaction put it there. */
  readonly people: Map<string, Person>;
}

/** A provider with the keys as they are now. Rotating is making another one behind the same address. */
export function issuerProvider(settings: ProviderSettings): Provider {
  const provider = new Provider(settings.issuerUri, configuration(settings));
  provider.on('server_error', (_ctx, error) => console.error(`issuer ${settings.issuerUri}:`, error));
  return provider;
}

function configuration(settings: ProviderSettings): Configuration {
  const { clientId, audience, keys, people, issuerUri } = settings;
  const { algorithm: signing, kid } = keys.current; // read once: a rotation amid a request must not mix two key sets
  const personOf = (grantId: string | undefined): Person | undefined => people.get(grantId ?? '');
  return {
    adapter: settings.storage,
    jwks: { keys: keys.published.map(({ jwk }) => jwk) },
    cookies: { keys: ['the rig signs its cookies with a key that everybody knows'] },
    enabledJWA: { idTokenSigningAlgValues: [...ALGORITHMS], userinfoSigningAlgValues: [...ALGORITHMS] },
    scopes: [...settings.scopes],
    clients: [
      {
        client_id: clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: signing, // the default, RS256, is refused while only keys of another kind exist
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
        redirect_uris: [REDIRECT_URI],
      },
    ],
    claims: { openid: ['sub'] },
    pkce: { required: () => true },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    interactions: { url: (_ctx, { uid }) => `${issuerUri}/interaction/${uid}` },
    ttl: {
      ...LIFETIMES_SECONDS,
      AccessToken: (_ctx, { grantId }) => personOf(grantId)?.lifetimeSeconds ?? LIFETIME_SECONDS_DEFAULT,
    },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true, // else `openid` in the scope turns the access token into an opaque one
        getResourceServerInfo: () => ({
          scope: 'databases',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: signing, kid } },
        }),
      },
    },
    extraTokenClaims: (_ctx, token) => {
      const person = 'grantId' in token ? personOf(token.grantId) : undefined;
      return person && { [settings.groupsClaim]: person.groups ?? [], ...person.claims };
    },
    formats: {
      customizers: {
        // The issuer's clock for this person: the system under test may live in another month than this process.
        jwt: (_ctx, token, { payload }) => {
          const person = 'grantId' in token ? personOf(token.grantId) : undefined;
          if (!person) return;
          const iat = Math.floor((person.now ?? Date.now()) / 1000);
          Object.assign(payload, { iat, exp: iat + (person.lifetimeSeconds ?? LIFETIME_SECONDS_DEFAULT) });
        },
      },
    },
  };
}

/**
 * Signs the person in and consents in one step. Both answers have to come together: a native client is always asked for
 * consent, and a scope that the grant does not name is asked for again and again.
 */
export async function finishInteraction(
  provider: Provider,
  { clientId, scopes, people }: ProviderSettings,
  person: Person,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const grant: Grant = new provider.Grant({ accountId: person.sub, clientId });
  grant.addOIDCScope(scopes.join(' '));
  grant.addResourceScope(RESOURCE, 'databases');
  const grantId = await grant.save();
  people.set(grantId, person);
  await provider.interactionFinished(request, response, { login: { accountId: person.sub }, consent: { grantId } });
}

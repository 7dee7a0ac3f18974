/**
 * Auth0: redpanda-data/redpanda, src/v/security/tests/jwt_test.cc, "Auth0" (device endpoint and slash at the end of the
 * issuer also in Neoteroi/BlackSheep, tests of the OpenID Connect handler).
 *
 * Cut: userinfo, MFA, registration, revocation, response modes, authentication methods, claims.
 */
import type { JsonObject } from '../../../shared/platform/json-object.ts';

const auth0 = (host: string): JsonObject => ({
  issuer: `https://${host}/`,
  authorization_endpoint: `https://${host}/authorize`,
  token_endpoint: `https://${host}/oauth/token`,
  device_authorization_endpoint: `https://${host}/oauth/device/code`,
  jwks_uri: `https://${host}/.well-known/jwks.json`,
  scopes_supported: [
    ...['openid', 'profile', 'offline_access', 'name', 'given_name', 'family_name', 'nickname', 'email'],
    ...['email_verified', 'picture', 'created_at', 'identities', 'phone', 'address'],
  ],
  response_types_supported: [
    'code',
    'token',
    'id_token',
    'code token',
    'code id_token',
    'token id_token',
    'code token id_token',
  ],
  code_challenge_methods_supported: ['S256', 'plain'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
});
export const AUTH0 = auth0('acme.eu.auth0.com');
/** Behind a custom domain only the host differs (auth0.com/docs, Custom domains). */
export const AUTH0_OWN_DOMAIN = auth0('login.acme.com');

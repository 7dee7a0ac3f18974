/**
 * Amazon Cognito. It names neither PKCE, which it supports (repost.aws QUWgnfYNLDS6WIHsXxEDyFdg, anthropics/claude-code
 * issue 13275), nor a device endpoint, which it lacks.
 *
 * Cut: authentication methods of the token endpoint, userinfo.
 */
import type { JsonObject } from '../../../shared/platform/json-object.ts';

const POOL = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';

const cognito = (signIn: string): JsonObject => ({
  authorization_endpoint: `${signIn}/authorize`,
  id_token_signing_alg_values_supported: ['RS256'],
  issuer: POOL,
  jwks_uri: `${POOL}/.well-known/jwks.json`,
  response_types_supported: ['code', 'token'],
  scopes_supported: ['openid', 'email', 'phone', 'profile'],
  subject_types_supported: ['public'],
  token_endpoint: `${signIn}/token`,
});
/** micronaut-projects/micronaut-security, OpenIdProviderMetadataFetcherCodeGenerator specs: sign-in on another host. */
export const COGNITO = cognito('https://acme.auth.eu-central-1.amazoncognito.com/oauth2');
/**
 * openiddict/openiddict-core pull request 1586: a pool without a domain names endpoints at its own address, which
 * answer BadRequest (stackoverflow.com/questions/47664727).
 */
export const COGNITO_WITHOUT_DOMAIN = cognito(POOL);

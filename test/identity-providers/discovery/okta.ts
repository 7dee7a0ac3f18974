/**
 * Okta. Cut from each: userinfo, registration, response modes, grant types, claims, introspection, revocation, logout,
 * request objects, back channel.
 */
import type { JsonObject } from '../../../shared/platform/json-object.ts';

/**
 * The org's own server: okta/okta-developer-docs, packages/@okta/vuepress-site/docs/reference/api/oidc/index.md, the
 * response of /.well-known/openid-configuration; PKCE and the device endpoint as in the later recording of
 * docs.zebra.com, Accessing the Well-Known URL. Its endpoints lie below /oauth2, its issuer does not.
 */
export const OKTA_ORG: JsonObject = {
  issuer: 'https://acme.okta.com',
  authorization_endpoint: 'https://acme.okta.com/oauth2/v1/authorize',
  token_endpoint: 'https://acme.okta.com/oauth2/v1/token',
  jwks_uri: 'https://acme.okta.com/oauth2/v1/keys',
  response_types_supported: [
    'code',
    'code id_token',
    'code token',
    'code id_token token',
    'id_token',
    'id_token token',
  ],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups'],
  code_challenge_methods_supported: ['S256'],
  device_authorization_endpoint: 'https://acme.okta.com/oauth2/v1/device/authorize',
};

/** redpanda-data/redpanda, src/v/security/tests/jwt_test.cc, "Okta example" (some scopes cut). */
const custom = (issuer: string): JsonObject => ({
  issuer,
  authorization_endpoint: `${issuer}/v1/authorize`,
  token_endpoint: `${issuer}/v1/token`,
  jwks_uri: `${issuer}/v1/keys`,
  response_types_supported: [
    'code',
    'id_token',
    'code id_token',
    'code token',
    'id_token token',
    'code id_token token',
  ],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'device_sso'],
  code_challenge_methods_supported: ['S256'],
  device_authorization_endpoint: `${issuer}/v1/device/authorize`,
});
export const OKTA_CUSTOM = custom('https://acme.okta.com/oauth2/default');
/** Behind a domain of the customer's own the paths stay, and all hosts change (developer.okta.com, Custom domain). */
export const OKTA_OWN_DOMAIN = custom('https://id.acme.com/oauth2/aus1');
/** The org's own server behind such a domain, asked for one client: the key set has a query. */
export const OKTA_ORG_OWN_DOMAIN: JsonObject = {
  ...OKTA_ORG,
  issuer: 'https://id.acme.com',
  authorization_endpoint: 'https://id.acme.com/oauth2/v1/authorize',
  token_endpoint: 'https://id.acme.com/oauth2/v1/token',
  jwks_uri: 'https://id.acme.com/oauth2/v1/keys?client_id=0oa1',
  device_authorization_endpoint: 'https://id.acme.com/oauth2/v1/device/authorize',
};

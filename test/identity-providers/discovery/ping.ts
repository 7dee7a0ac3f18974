/** Ping Identity. Cut: userinfo, logout, introspection, revocation, grant types, claims, request objects, encryption. */
import type { JsonObject } from '../../../shared/platform/json-object.ts';
import { TENANT } from './made-up.ts';

/**
 * developer.pingidentity.com/pingone-api, Discovery OpenID Configuration (a copy with the answer: developers.qodex.ai).
 * It names no scope offline_access. The copy's end is cut: subject types and algorithm are those of its page Discover
 * OpenID Provider Metadata, and PKCE is as in Ping's SDK (docs.pingidentity.com, interface WellKnownResponse).
 */
const pingOne = (issuer: string): JsonObject => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  device_authorization_endpoint: `${issuer}/device_authorization`,
  scopes_supported: ['openid', 'profile', 'email', 'address', 'phone'],
  response_types_supported: [
    'code',
    'id_token',
    'token id_token',
    'code id_token',
    'code token',
    'code token id_token',
  ],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  code_challenge_methods_supported: ['plain', 'S256'],
});
export const PINGONE = pingOne(`https://auth.pingone.eu/${TENANT}/as`);
/** A custom domain has no environment in its path: pingidentity/pingone-go-client, oidc/endpoints. */
export const PINGONE_OWN_DOMAIN = pingOne('https://auth.acme.com/as');

/**
 * docs.pingidentity.com, PingFederate, OpenID Provider configuration endpoint; the algorithms as recorded in
 * iwarapter/terraform-provider-pingaccess (TestMain), which names no PKCE yet.
 */
export const PINGFEDERATE: JsonObject = {
  issuer: 'https://sso.acme.com:9031',
  authorization_endpoint: 'https://sso.acme.com:9031/as/authorization.oauth2',
  token_endpoint: 'https://sso.acme.com:9031/as/token.oauth2',
  jwks_uri: 'https://sso.acme.com:9031/pf/JWKS',
  ping_end_session_endpoint: 'https://sso.acme.com:9031/idp/startSLO.ping',
  device_authorization_endpoint: 'https://sso.acme.com:9031/as/device_authz.oauth2',
  scopes_supported: ['address', 'mail', 'phone', 'openid', 'profile', 'group1'],
  response_types_supported: [
    'code',
    'token',
    'id_token',
    'code token',
    'code id_token',
    'token id_token',
    'code token id_token',
  ],
  subject_types_supported: ['public', 'pairwise'],
  id_token_signing_alg_values_supported: [
    ...['none', 'HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
    ...['PS256', 'PS384', 'PS512'],
  ],
  code_challenge_methods_supported: ['plain', 'S256'],
};

/**
 * PingOne Advanced Identity Cloud, and PingAM before it: a realm in the path does not make a Keycloak.
 * docs.pingidentity.com/pingoneaic, /oauth2/.well-known/openid-configuration: paths as there, the rest cut to the least.
 */
const REALM = 'https://openam-acme.forgeblocks.com/am/oauth2/realms/root/realms/alpha';
export const PING_ADVANCED_IDENTITY_CLOUD: JsonObject = {
  issuer: REALM,
  authorization_endpoint: `${REALM}/authorize`,
  token_endpoint: `${REALM}/access_token`,
  jwks_uri: `${REALM}/connect/jwk_uri`,
  device_authorization_endpoint: `${REALM}/device/code`,
  response_types_supported: ['code', 'token', 'id_token'],
  subject_types_supported: ['public', 'pairwise'],
  id_token_signing_alg_values_supported: ['RS256', 'ES256'],
  code_challenge_methods_supported: ['plain', 'S256'],
};

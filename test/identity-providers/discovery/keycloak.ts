/**
 * Keycloak 24 or later: redpanda-data/redpanda, src/v/security/tests/jwt_test.cc, "Keycloak", with the EdDSA that newer
 * releases announce (recorded in many issues). Cut: everything about introspection, logout, encryption, request objects,
 * back channel and mutual TLS.
 */
import type { JsonObject } from '../../../shared/platform/json-object.ts';

const keycloak = (realm: string): JsonObject => ({
  issuer: realm,
  authorization_endpoint: `${realm}/protocol/openid-connect/auth`,
  token_endpoint: `${realm}/protocol/openid-connect/token`,
  jwks_uri: `${realm}/protocol/openid-connect/certs`,
  response_types_supported: [
    ...['code', 'none', 'id_token', 'token', 'id_token token'],
    ...['code id_token', 'code token', 'code id_token token'],
  ],
  subject_types_supported: ['public', 'pairwise'],
  id_token_signing_alg_values_supported: [
    ...['PS384', 'RS384', 'EdDSA', 'ES384', 'HS256', 'HS512', 'ES256', 'RS256', 'HS384', 'ES512'],
    ...['PS256', 'PS512', 'RS512'],
  ],
  scopes_supported: [
    ...['openid', 'web-origins', 'microprofile-jwt', 'roles', 'email', 'offline_access', 'profile', 'phone'],
    ...['acr', 'address'],
  ],
  code_challenge_methods_supported: ['plain', 'S256'],
  device_authorization_endpoint: `${realm}/protocol/openid-connect/auth/device`,
});
/** The port is a part of the issuer. */
export const KEYCLOAK = keycloak('https://sso.acme.com:8443/realms/staff');
/** Before 17, and since then with KC_HTTP_RELATIVE_PATH=/auth. */
export const KEYCLOAK_BEFORE_17 = keycloak('https://sso.acme.com/auth/realms/staff');

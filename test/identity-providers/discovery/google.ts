/**
 * Google: redpanda-data/redpanda, src/v/security/tests/jwt_test.cc, "Google ID Platform"; members as in
 * developers.google.com/identity/openid-connect/reference. Keys and tokens are on other hosts than the issuer.
 *
 * Cut: userinfo, revocation, authentication methods, claims, grant types.
 */
import type { JsonObject } from '../../../shared/platform/json-object.ts';

export const GOOGLE: JsonObject = {
  issuer: 'https://accounts.google.com',
  authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
  device_authorization_endpoint: 'https://oauth2.googleapis.com/device/code',
  token_endpoint: 'https://oauth2.googleapis.com/token',
  jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
  response_types_supported: [
    ...['code', 'token', 'id_token', 'code token', 'code id_token', 'token id_token'],
    ...['code token id_token', 'none'],
  ],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'email', 'profile'],
  code_challenge_methods_supported: ['plain', 'S256'],
};

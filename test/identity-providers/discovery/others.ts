/** Products without advice of their own. */
import type { JsonObject } from '../../../shared/platform/json-object.ts';

/** The library with which our own test issuer is made. */
export const OIDC_PROVIDER: JsonObject = {
  issuer: 'https://op.acme.com',
  authorization_endpoint: 'https://op.acme.com/auth',
  token_endpoint: 'https://op.acme.com/token',
  device_authorization_endpoint: 'https://op.acme.com/device/auth',
  jwks_uri: 'https://op.acme.com/jwks',
  scopes_supported: ['openid', 'offline_access'],
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  code_challenge_methods_supported: ['S256'],
};

/**
 * AD FS 2019: redpanda-data/redpanda, src/v/security/tests/jwt_test.cc, "AD-FS example" (cut: response modes, claims,
 * token binding, logout). Its access tokens carry another issuer than its ID tokens ([MS-OIDCE] section 2.2.3.2).
 */
export const ADFS: JsonObject = {
  issuer: 'https://fs.acme.com/adfs',
  authorization_endpoint: 'https://fs.acme.com/adfs/oauth2/authorize/',
  token_endpoint: 'https://fs.acme.com/adfs/oauth2/token/',
  jwks_uri: 'https://fs.acme.com/adfs/discovery/keys',
  response_types_supported: [
    ...['code', 'id_token', 'code id_token', 'id_token token', 'code token', 'code id_token token'],
  ],
  subject_types_supported: ['pairwise'],
  scopes_supported: ['allatclaims', 'openid', 'email', 'aza', 'user_impersonation', 'profile'],
  id_token_signing_alg_values_supported: ['RS256'],
  access_token_issuer: 'http://fs.acme.com/adfs/services/trust',
  device_authorization_endpoint: 'https://fs.acme.com/adfs/oauth2/devicecode',
};

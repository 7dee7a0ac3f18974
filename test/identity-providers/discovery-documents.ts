/**
 * Discovery documents of real products, cut to the members that are judged. From each product's documentation and
 * public endpoints; tenants and identifiers are made up.
 */
import type { JsonObject } from '../../shared/platform/json-object.ts';

export const TENANT = '11111111-2222-3333-4444-555555555555';
export const APPLICATION = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';

const REQUIRED = {
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
};
const PKCE = { code_challenge_methods_supported: ['S256'] };
const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** Names no PKCE, though it has it. */
const entra = (issuer: string, tenant: string): JsonObject => ({
  issuer,
  authorization_endpoint: `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/authorize`,
  token_endpoint: `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
  device_authorization_endpoint: `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/devicecode`,
  jwks_uri: `https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys`,
  scopes_supported: SCOPES,
  ...REQUIRED,
  subject_types_supported: ['pairwise'],
});
const okta = (issuer: string): JsonObject => ({
  issuer,
  authorization_endpoint: `${issuer}/v1/authorize`,
  token_endpoint: `${issuer}/v1/token`,
  device_authorization_endpoint: `${issuer}/v1/device/authorize`,
  jwks_uri: `${issuer}/v1/keys`,
  scopes_supported: SCOPES,
  ...REQUIRED,
  ...PKCE,
});

export const ENTRA_V2 = entra(`https://login.microsoftonline.com/${TENANT}/v2.0`, TENANT);
export const ENTRA_COMMON = entra('https://login.microsoftonline.com/{tenantid}/v2.0', 'common');
export const ENTRA_V1 = entra(`https://sts.windows.net/${TENANT}/`, TENANT);
/** The org server's endpoints lie below /oauth2, its issuer does not. */
export const OKTA_ORG = { ...okta('https://acme.okta.com/oauth2'), issuer: 'https://acme.okta.com' };
export const OKTA_CUSTOM = okta('https://acme.okta.com/oauth2/default');
export const OKTA_OWN_DOMAIN = okta('https://id.acme.com/oauth2/aus1');
export const AUTH0: JsonObject = {
  issuer: 'https://acme.eu.auth0.com/',
  authorization_endpoint: 'https://acme.eu.auth0.com/authorize',
  token_endpoint: 'https://acme.eu.auth0.com/oauth/token',
  device_authorization_endpoint: 'https://acme.eu.auth0.com/oauth/device/code',
  jwks_uri: 'https://acme.eu.auth0.com/.well-known/jwks.json',
  scopes_supported: SCOPES,
  ...REQUIRED,
  id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
  code_challenge_methods_supported: ['S256', 'plain'],
};
const REALM = 'https://sso.acme.com:8443/realms/staff';
export const KEYCLOAK: JsonObject = {
  issuer: REALM,
  authorization_endpoint: `${REALM}/protocol/openid-connect/auth`,
  token_endpoint: `${REALM}/protocol/openid-connect/token`,
  device_authorization_endpoint: `${REALM}/protocol/openid-connect/auth/device`,
  jwks_uri: `${REALM}/protocol/openid-connect/certs`,
  scopes_supported: [...SCOPES, 'roles'],
  ...REQUIRED,
  id_token_signing_alg_values_supported: ['PS384', 'RS384', 'EdDSA', 'ES384', 'HS256', 'ES256', 'RS256', 'PS512'],
  code_challenge_methods_supported: ['plain', 'S256'],
};
/** The keys are on another host. */
export const GOOGLE: JsonObject = {
  issuer: 'https://accounts.google.com',
  authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
  token_endpoint: 'https://oauth2.googleapis.com/token',
  device_authorization_endpoint: 'https://oauth2.googleapis.com/device/code',
  jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
  scopes_supported: ['openid', 'email', 'profile'],
  ...REQUIRED,
  code_challenge_methods_supported: ['plain', 'S256'],
};
const POOL = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
/** Names neither PKCE nor a device endpoint. */
export const COGNITO: JsonObject = {
  issuer: POOL,
  authorization_endpoint: 'https://acme.auth.eu-central-1.amazoncognito.com/oauth2/authorize',
  token_endpoint: 'https://acme.auth.eu-central-1.amazoncognito.com/oauth2/token',
  jwks_uri: `${POOL}/.well-known/jwks.json`,
  scopes_supported: ['openid', 'email', 'phone', 'profile'],
  ...REQUIRED,
};
const ENVIRONMENT = `https://auth.pingone.eu/${TENANT}/as`;
export const PINGONE: JsonObject = {
  issuer: ENVIRONMENT,
  authorization_endpoint: `${ENVIRONMENT}/authorize`,
  token_endpoint: `${ENVIRONMENT}/token`,
  device_authorization_endpoint: `${ENVIRONMENT}/device_authorization`,
  jwks_uri: `${ENVIRONMENT}/jwks`,
  scopes_supported: SCOPES,
  ...REQUIRED,
  code_challenge_methods_supported: ['plain', 'S256'],
};
/** The library with which our own test issuer is made. */
export const OIDC_PROVIDER: JsonObject = {
  issuer: 'https://op.acme.com',
  authorization_endpoint: 'https://op.acme.com/auth',
  token_endpoint: 'https://op.acme.com/token',
  device_authorization_endpoint: 'https://op.acme.com/device/auth',
  jwks_uri: 'https://op.acme.com/jwks',
  scopes_supported: ['openid', 'offline_access'],
  ...REQUIRED,
  ...PKCE,
};
/** Issues tokens to pipelines: nobody can sign in. */
export const GITHUB_ACTIONS: JsonObject = {
  issuer: 'https://token.actions.githubusercontent.com',
  jwks_uri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
  scopes_supported: ['openid'],
  ...REQUIRED,
  response_types_supported: ['id_token'],
};

/**
 * Microsoft Entra ID. No document of it names PKCE (modelcontextprotocol/typescript-sdk issue 832, sigstore/sigstore
 * pull request 246), and all but version 1 name the device endpoint.
 *
 * Cut from each: response modes, authentication methods of the token endpoint, userinfo, logout, claims, cloud names.
 */
import type { JsonObject } from '../../../shared/platform/json-object.ts';
import { TENANT } from './made-up.ts';

/** redpanda-data/redpanda, src/v/security/tests/jwt_test.cc, "Azure AD"; the same in erlef/oidcc issue 376 (2024-09). */
export const ENTRA_V2: JsonObject = {
  token_endpoint: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
  jwks_uri: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  authorization_endpoint: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/authorize`,
  device_authorization_endpoint: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/devicecode`,
};

/** orpheus.data.kit.edu/metadata/Microsoft, a reading of https://login.microsoftonline.com/common/v2.0. */
export const ENTRA_COMMON: JsonObject = {
  token_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  jwks_uri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
  authorization_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
  device_authorization_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/devicecode',
};

/**
 * Version 1, at https://login.microsoftonline.com/<tenant>/.well-known/openid-configuration: shawntabrizi.com, Secret
 * APIs in Azure Active Directory; the same in learn.microsoft.com, Access token validation (Azure API for FHIR).
 */
export const ENTRA_V1: JsonObject = {
  authorization_endpoint: `https://login.microsoftonline.com/${TENANT}/oauth2/authorize`,
  token_endpoint: `https://login.microsoftonline.com/${TENANT}/oauth2/token`,
  jwks_uri: 'https://login.microsoftonline.com/common/discovery/keys',
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  response_types_supported: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
  scopes_supported: ['openid'],
  issuer: `https://sts.windows.net/${TENANT}/`,
};

/**
 * External ID: the host of the issuer is the tenant's ID whatever the host that was asked, and that of the endpoints is
 * its name (AzureAD/microsoft-authentication-library-for-js issue 8592 and pull request 8595). The members are those of
 * `ENTRA_V2`: no full document was found in public.
 */
export const ENTRA_EXTERNAL_ID: JsonObject = {
  ...ENTRA_V2,
  token_endpoint: `https://acme.ciamlogin.com/${TENANT}/oauth2/v2.0/token`,
  jwks_uri: `https://acme.ciamlogin.com/${TENANT}/discovery/v2.0/keys`,
  issuer: `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`,
  authorization_endpoint: `https://acme.ciamlogin.com/${TENANT}/oauth2/v2.0/authorize`,
  device_authorization_endpoint: `https://acme.ciamlogin.com/${TENANT}/oauth2/v2.0/devicecode`,
};

/**
 * National clouds. Hosts and paths: AzureAD/microsoft-authentication-library-for-js,
 * lib/msal-common/src/authority/AuthorityMetadata.ts, which is why the issuer of China has another host than its
 * endpoints. The other members are those of `ENTRA_V2`.
 */
const nationalCloud = (host: string, issuerHost: string): JsonObject => ({
  ...ENTRA_V2,
  token_endpoint: `https://${host}/${TENANT}/oauth2/v2.0/token`,
  jwks_uri: `https://${host}/${TENANT}/discovery/v2.0/keys`,
  issuer: `https://${issuerHost}/${TENANT}/v2.0`,
  authorization_endpoint: `https://${host}/${TENANT}/oauth2/v2.0/authorize`,
  device_authorization_endpoint: `https://${host}/${TENANT}/oauth2/v2.0/devicecode`,
});
export const ENTRA_US = nationalCloud('login.microsoftonline.us', 'login.microsoftonline.us');
export const ENTRA_CHINA = nationalCloud('login.chinacloudapi.cn', 'login.partner.microsoftonline.cn');

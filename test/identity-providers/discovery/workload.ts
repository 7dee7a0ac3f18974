/** Issuers of tokens for machines. Cut: claims, authentication methods, userinfo, revocation, most scopes of GitLab. */
import type { JsonObject } from '../../../shared/platform/json-object.ts';

/** `curl https://token.actions.githubusercontent.com/.well-known/openid-configuration`, as recorded in several READMEs. */
export const GITHUB_ACTIONS: JsonObject = {
  issuer: 'https://token.actions.githubusercontent.com',
  jwks_uri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
  subject_types_supported: ['public', 'pairwise'],
  response_types_supported: ['id_token'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid'],
};

/** As recorded for the spec of MultiAuth::Discovery::OAuth2Metadata (Crystal) and, with PKCE, in a Rust crate's mock. */
export const GITLAB: JsonObject = {
  issuer: 'https://gitlab.com',
  authorization_endpoint: 'https://gitlab.com/oauth/authorize',
  token_endpoint: 'https://gitlab.com/oauth/token',
  jwks_uri: 'https://gitlab.com/oauth/discovery/keys',
  scopes_supported: ['api', 'read_user', 'openid', 'profile', 'email'],
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'password', 'client_credentials', 'device_code', 'refresh_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  code_challenge_methods_supported: ['plain', 'S256'],
};

/** What EKS and clusters with a public issuer publish: aws/amazon-eks-pod-identity-webhook, SELF_HOSTED_SETUP.md. */
const kubernetes = (issuer: string): JsonObject => ({
  issuer,
  jwks_uri: `${issuer}/keys`,
  authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
});
export const EKS = kubernetes('https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF');
export const KUBERNETES_SELF_HOSTED = kubernetes('https://s3-eu-central-1.amazonaws.com/oidc-acme');

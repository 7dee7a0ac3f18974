/**
 * Pure. Which product an issuer is, by its URL and, behind a custom domain, by its discovery document. For advice only:
 * nothing about security may rest on it, since whoever runs a host chooses its name and its document.
 */
import { type JsonObject, own } from '../platform/json-object.ts';

export type Provider =
  | 'entra'
  | 'okta'
  | 'auth0'
  | 'keycloak'
  | 'google'
  | 'cognito'
  | 'pingone'
  | 'pingfederate'
  /** Issues tokens to machines only: GitHub Actions, GitLab CI, Kubernetes on EKS. */
  | 'workload';

/** On a label's border: `login.okta.com` ends in `okta.com`, `notokta.com` does not. */
const isUnder = (host: string, ends: readonly string[]): boolean =>
  ends.some((end) => host === end || host.endsWith(`.${end}`));

/** Global, US government and China (learn.microsoft.com, National clouds); v1; External ID. */
const ENTRA_HOSTS = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.windows.net',
  'sts.windows.net',
  'ciamlogin.com',
];
const OKTA_HOSTS = ['okta.com', 'oktapreview.com', 'okta-emea.com', 'okta-gov.com'];
const PINGONE_HOST = /^auth\.pingone\.(?:com|eu|asia|ca|com\.au|sg)$/;
const COGNITO_HOST = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;
const EKS_HOST = /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;
const WORKLOAD_HOSTS = ['token.actions.githubusercontent.com', 'gitlab.com'];

export function providerOf(issuerUri: string, discovery: JsonObject | undefined): Provider | undefined {
  if (!URL.canParse(issuerUri)) return undefined;
  const { hostname: host, pathname } = new URL(issuerUri);
  if (isUnder(host, ENTRA_HOSTS)) return 'entra';
  if (isUnder(host, OKTA_HOSTS)) return 'okta';
  if (isUnder(host, ['auth0.com'])) return 'auth0';
  if (host === 'accounts.google.com') return 'google';
  if (COGNITO_HOST.test(host)) return 'cognito';
  if (PINGONE_HOST.test(host)) return 'pingone';
  if (EKS_HOST.test(host) || WORKLOAD_HOSTS.includes(host)) return 'workload';
  if (/\/realms\/[^/]+\/?$/.test(pathname)) return 'keycloak';
  return providerBehind(discovery && own(discovery, 'jwks_uri'));
}

/** Custom domains keep the paths of the product. */
function providerBehind(jwksUri: unknown): Provider | undefined {
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri)) return undefined;
  const { pathname } = new URL(jwksUri);
  if (/^\/oauth2\/(?:[^/]+\/)?v1\/keys$/.test(pathname)) return 'okta';
  return pathname === '/pf/JWKS' ? 'pingfederate' : undefined;
}

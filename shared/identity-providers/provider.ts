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
  /** Issues tokens to machines only: GitHub Actions, GitLab CI, Kubernetes. */
  | 'workload';

/** On a label's border: `login.okta.com` ends in `okta.com`, `notokta.com` does not. */
const isUnder = (host: string, ends: readonly string[]): boolean =>
  ends.some((end) => host === end || host.endsWith(`.${end}`));

/**
 * Global, US government and China (learn.microsoft.com, National clouds), other names of the same servers
 * (AzureAD/microsoft-authentication-library-for-js, AuthorityMetadata.ts); version 1; External ID.
 */
const ENTRA_HOSTS = [
  'login.microsoftonline.com',
  'login.microsoft.com',
  'login.windows.net',
  'sts.windows.net',
  'login.microsoftonline.us',
  'login.usgovcloudapi.net',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  'sts.chinacloudapi.cn',
  'ciamlogin.com',
];
const OKTA_HOSTS = ['okta.com', 'oktapreview.com', 'okta-emea.com', 'okta-gov.com'];
const PINGONE_HOST = /^auth\.pingone\.(?:com|eu|asia|ca|com\.au|sg)$/;
const COGNITO_HOST = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;
const EKS_HOST = /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;
const WORKLOAD_HOSTS = ['token.actions.githubusercontent.com', 'gitlab.com'];
/** PingAM and what came of it have realms too, below `/oauth2`. */
const KEYCLOAK_PATH = /^(?!.*\/oauth2\/).*\/realms\/[^/]+\/?$/;

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
  if (KEYCLOAK_PATH.test(pathname)) return 'keycloak';
  return discovery && providerBehind(discovery);
}

/** Custom domains keep the paths of the product. */
function providerBehind(discovery: JsonObject): Provider | undefined {
  const pathOf = (name: string): string => {
    const url = own(discovery, name);
    return typeof url === 'string' && URL.canParse(url) ? new URL(url).pathname : '';
  };
  const keys = pathOf('jwks_uri');
  if (/^\/oauth2\/(?:[^/]+\/)?v1\/keys$/.test(keys)) return 'okta';
  if (keys === '/pf/JWKS') return 'pingfederate';
  if (keys === '/as/jwks' && pathOf('token_endpoint') === '/as/token') return 'pingone';
  if (keys === '/.well-known/jwks.json' && pathOf('token_endpoint') === '/oauth/token') return 'auth0';
  const isKubernetes = own(discovery, 'authorization_endpoint') === 'urn:kubernetes:programmatic_authorization';
  return isKubernetes ? 'workload' : undefined;
}

import { describe, expect, it } from 'vitest';
import { providerOf } from '../../shared/identity-providers/provider.ts';
import type { JsonObject } from '../../shared/platform/json-object.ts';
import { aDiscovery } from './an-identity-provider.ts';
import * as auth0 from './discovery/auth0.ts';
import * as keycloak from './discovery/keycloak.ts';
import { TENANT } from './discovery/made-up.ts';
import * as okta from './discovery/okta.ts';
import * as others from './discovery/others.ts';
import * as ping from './discovery/ping.ts';
import * as workload from './discovery/workload.ts';

describe('S6 the product behind an issuer', () => {
  it.each([
    [`https://login.microsoftonline.com/${TENANT}/v2.0`, 'entra'],
    [`https://LOGIN.microsoftonline.com/${TENANT}/v2.0`, 'entra'],
    [`https://sts.windows.net/${TENANT}/`, 'entra'],
    [`https://login.microsoftonline.us/${TENANT}/v2.0`, 'entra'],
    [`https://login.partner.microsoftonline.cn/${TENANT}/v2.0`, 'entra'],
    [`https://acme.ciamlogin.com/${TENANT}/v2.0`, 'entra'],
    [`https://login.microsoftonline.com.acme.com/${TENANT}/v2.0`, undefined],
    [`https://notlogin-microsoftonline.com/${TENANT}/v2.0`, undefined],
    ['https://acme.okta.com', 'okta'],
    ['https://acme.okta.com:8443/oauth2/default', 'okta'],
    ['https://acme.oktapreview.com/oauth2/default', 'okta'],
    ['https://acme.okta-emea.com/oauth2/default', 'okta'],
    ['https://acme.okta.com.evil.example', undefined],
    ['https://notokta.com', undefined],
    ['https://acme.auth0.com/', 'auth0'],
    ['https://acme.eu.auth0.com/', 'auth0'],
    ['https://notauth0.com/', undefined],
    ['https://sso.acme.com/realms/staff', 'keycloak'],
    ['https://sso.acme.com:8443/auth/realms/staff/', 'keycloak'],
    ['https://sso.acme.com/realms/staff/more', undefined],
    ['https://sso.acme.com/realms/', undefined],
    ['https://openam.acme.com/am/oauth2/realms/root/realms/alpha', undefined],
    ['https://accounts.google.com', 'google'],
    ['https://accounts.google.com.acme.com', undefined],
    ['https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A', 'cognito'],
    ['https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A', 'cognito'],
    ['https://cognito-idp.eu-central-1.amazonaws.com.acme.com/x', undefined],
    [`https://auth.pingone.com/${TENANT}/as`, 'pingone'],
    [`https://auth.pingone.com.au/${TENANT}/as`, 'pingone'],
    [`https://auth.pingone.example/${TENANT}/as`, undefined],
    ['https://token.actions.githubusercontent.com', 'workload'],
    ['https://gitlab.com', 'workload'],
    ['https://gitlab.acme.com', undefined],
    ['https://oidc.eks.eu-central-1.amazonaws.com/id/ABC', 'workload'],
    ['no address', undefined],
  ])('%s is %s by its address alone', (issuerUri, provider) => {
    expect(providerOf(issuerUri, undefined)).toBe(provider);
  });

  it.each<[string, JsonObject, string | undefined]>([
    ['Okta, a custom server', okta.OKTA_OWN_DOMAIN, 'okta'],
    ['Okta, the org’s own server', okta.OKTA_ORG_OWN_DOMAIN, 'okta'],
    ['Auth0', auth0.AUTH0_OWN_DOMAIN, 'auth0'],
    ['PingOne', ping.PINGONE_OWN_DOMAIN, 'pingone'],
    ['PingFederate', ping.PINGFEDERATE, 'pingfederate'],
    ['Keycloak', keycloak.KEYCLOAK, 'keycloak'],
    ['Kubernetes', workload.KUBERNETES_SELF_HOSTED, 'workload'],
    ['PingOne Advanced Identity Cloud, which is none of them', ping.PING_ADVANCED_IDENTITY_CLOUD, undefined],
    ['oidc-provider', others.OIDC_PROVIDER, undefined],
    ['AD FS', others.ADFS, undefined],
    ['anybody’s with keys at the usual place', aDiscovery('https://login.acme.com'), undefined],
    [
      'anybody’s with keys where Auth0 has them',
      aDiscovery('https://login.acme.com', { jwks_uri: 'https://login.acme.com/.well-known/jwks.json' }),
      undefined,
    ],
    ['a document without addresses', { issuer: 'https://login.acme.com', jwks_uri: 7 }, undefined],
  ])('on a domain of the customer’s own: %s', (_product, document, provider) => {
    expect(providerOf(String(document.issuer), document)).toBe(provider);
  });
});
